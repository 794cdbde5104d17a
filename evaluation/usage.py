"""What is kept in the workspace and who uses it, so that nothing is deleted unawares."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evaluation.cache import Entry, Kind
from evaluation.errors import EvaluationError
from evaluation.stage import make_stage
from evaluation.store import list_experiments, list_figures
from evaluation.workspace import Workspace


@dataclass(frozen=True)
class CacheRow:
    """One thing in the cache, in words.

    Attributes:
        kind: index, run or feature.
        key: its cache key.
        what: what it is of: the stage with its parameters, or the tree as one line.
        collection: name that the collection had when it was computed.
        experiments: names of the experiments with a result that was made from it.
        bytes: size on disk.
        created: when it was computed (seconds since 1970).
        seconds: how long that took.
    """

    kind: Kind
    key: str
    what: str
    collection: str
    experiments: tuple[str, ...]
    bytes: int
    created: float
    seconds: float


def cache_rows(workspace: Workspace) -> list[CacheRow]:
    """List everything in the cache with the experiments that use it, newest first."""
    users, entries = _run_users(workspace), list(workspace.cache.entries())
    for entry in entries:  # an index is used by whoever uses a run that was made with it
        if entry.kind == "run" and entry.record.get("index"):
            users.setdefault(str(entry.record["index"]), {}).update(users.get(entry.key, {}))
    return [_row(entry, tuple(users.get(entry.key, {}))) for entry in entries]


def experiments_on(workspace: Workspace, collection_id: str) -> list[dict[str, Any]]:
    """List the experiments on a collection, newest first, as `store.list_experiments` does."""
    found = list_experiments(workspace)
    return [record for record in found if record["collection"] == collection_id]


def _run_users(workspace: Workspace) -> dict[str, dict[str, None]]:
    """Give the names of the experiments whose results were made from each run, by cache key."""
    users: dict[str, dict[str, None]] = {}
    for record in list_experiments(workspace):
        for figures in list_figures(workspace, record["id"]):
            for node in figures["nodes"]:
                users.setdefault(node["key"], {})[record["name"]] = None
    return users


def _row(entry: Entry, experiments: tuple[str, ...]) -> CacheRow:
    record = entry.record
    return CacheRow(
        entry.kind,
        entry.key,
        _what(record),
        str(record["collection"]),
        experiments,
        int(record["bytes"]),
        float(record["created"]),
        float(record.get("seconds", 0.0)),
    )


def _what(record: Mapping[str, Any]) -> str:
    """Name a stage with its parameters and, for a run, its depth; a larger tree by its line."""
    if record.get("inputs"):
        return str(record["line"])
    depth = str(record.get("line", "")).rpartition("@")[2]
    return f"{_title(record)} @{depth}" if depth else _title(record)


def _title(record: Mapping[str, Any]) -> str:
    """Name a stage; one that this version does not know by its label, an upload by its id."""
    if record["stage"] == "run":
        return f"{record['label']} {record['parameters']['run']}"
    try:
        return make_stage(record["stage"], record["parameters"]).title()
    except EvaluationError:
        return str(record["label"])
