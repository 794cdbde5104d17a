"""Whether a workspace is sound, and what is in it, as values that can be compared."""

import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

from evaluation.cache import _sound
from evaluation.collections.attachments import ATTACHED, TABLE
from evaluation.drafts import DRAFT
from evaluation.errors import EvaluationError
from evaluation.files import open_table, read_json
from evaluation.jobs import Jobs
from evaluation.store import list_experiments, open_results
from evaluation.stored_runs import fingerprint_run
from evaluation.workspace import Workspace


def unsound(workspace: Workspace) -> list[str]:
    """List everything in a workspace that is half, unreadable or not what its record says."""
    found = [str(path) for path in _files(workspace.folder, "*.json") if not _is_json(path)]
    found += [str(path) for path in _files(workspace.folder, "*.arrow") if not _is_table(path)]
    if workspace.jobs_file.exists():
        Jobs(workspace.jobs_file).recent()
        with sqlite3.connect(workspace.jobs_file) as base:
            said = base.execute("PRAGMA integrity_check").fetchall()
        base.close()
        found += [str(line) for line in said if line != ("ok",)]
    found += _unsound_entries(workspace)
    try:
        contents(workspace)
    except (EvaluationError, OSError, ValueError, LookupError) as error:
        found.append(f"{type(error).__name__}: {error}")
    return found + _ghosts(workspace)


def contents(workspace: Workspace) -> dict[str, Any]:
    """Give all collections and experiments by their names, with hashes of their values."""
    collections = [
        [
            stored.name,
            dict(sorted(workspace.collection(stored.id).fingerprints.items())),
            _opened(workspace, stored.id),
            sorted(
                [run.name, fingerprint_run(workspace.run(stored.id, run.id))]
                for run in workspace.runs(stored.id)
            ),
            sorted(
                [each.id, open_table(each.folder / TABLE).to_pydict()]
                for each in workspace.attachments(stored.id)
            ),
        ]
        for stored in workspace.collections()
    ]
    experiments = [
        [record["name"], _results(workspace, record["id"])]
        for record in list_experiments(workspace)
    ]
    trash = [[item.record["kind"], item.name] for item in workspace.discarded()]
    parts = {"collections": collections, "experiments": experiments, "trash": trash}
    # as they are when they were read from a file, and in an order of their own
    return {
        name: sorted(json.loads(json.dumps(part)), key=json.dumps) for name, part in parts.items()
    }


def made(workspace: Workspace) -> dict[str, float]:
    """Give when each entry of the cache and each result of a system was made."""
    found = {entry.folder.name: entry.record["created"] for entry in workspace.cache.entries()}
    for path in workspace.experiments_folder().glob("*/systems/*/figures.json"):
        found[str(path.relative_to(workspace.folder))] = path.stat().st_mtime
    return found


def drafts(workspace: Workspace) -> list[str]:
    """List the drafts that are there."""
    return [str(path) for path in workspace.folder.rglob(f"{DRAFT}*")]


def _opened(workspace: Workspace, collection_id: str) -> str:
    """Read a collection through; gives a hash of all its texts and judgements."""
    collection = workspace.collection(collection_id)
    if collection.corpus is not None:
        assert collection.corpus.find(collection.corpus.doc_ids.to_pylist()[:1]).tolist() == [0]
    tables = [collection.queries.table, *(qrels.table for qrels in collection.qrels.values())]
    tables += [collection.corpus.table] if collection.corpus is not None else []
    text = json.dumps([table.to_pydict() for table in tables], default=str)
    workspace.health(collection_id)
    return hashlib.sha256(text.encode()).hexdigest()


def _results(workspace: Workspace, experiment_id: str) -> list[Any]:
    results = open_results(workspace, experiment_id)
    return [
        [
            result.name,
            result.state,
            fingerprint_run(result.run()) if result.state == "done" else "",
            {name: values.tolist() for name, values in result.stored_scores().items()},
        ]
        for result in results.systems
    ]


def _unsound_entries(workspace: Workspace) -> list[str]:
    """Entries that would be used although they are not what was stored."""
    found = []
    for entry in workspace.cache.entries():
        if not _sound(entry.folder, entry.record["created"]):
            found.append(f"{entry.kind} {entry.key} is damaged")
    return found


def _ghosts(workspace: Workspace) -> list[str]:
    """Folders without the record that makes them what they are."""
    places = {"collections": "collection.json", "experiments": "record.json"}
    places |= {f"cache/{kind}": "record.json" for kind in ("index", "run", "feature")}
    places |= {f"collections/*/attachments/{kind}": "" for kind in ATTACHED}
    found = []
    for place, marker in places.items():
        for folder in workspace.folder.glob(f"{place}/*" if marker else place):
            if (
                not folder.name.startswith(".")
                and not (folder / (marker or "record.json")).exists()
            ):
                found.append(f"{folder} has no record")
    return found


def _files(folder: Path, pattern: str) -> list[Path]:
    inside = (path for path in folder.rglob(pattern))
    return [p for p in inside if not any(part.startswith(DRAFT) for part in p.parts)]


def _is_json(path: Path) -> bool:
    try:
        read_json(path)
    except ValueError:
        return False
    return True


def _is_table(path: Path) -> bool:
    try:
        open_table(path).validate(full=True)
    except (OSError, ValueError):
        return False
    return True
