"""Making a probe collection: from a stored collection to another one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.collections.checks import health
from evaluation.collections.collection import Collection
from evaluation.errors import InputError, UnknownNameError
from evaluation.files import write_json
from evaluation.origins import made_for, mark
from evaluation.probes.base import Probe
from evaluation.probes.keywords import Keywords
from evaluation.probes.masked import Masked
from evaluation.probes.needles import Needles
from evaluation.probes.parts import Parts
from evaluation.progress import SILENT, Progress
from evaluation.workspace import Workspace

PROBES: Mapping[str, type[Probe]] = {
    probe.name: probe for probe in (Keywords, Parts, Needles, Masked)
}
MOST_QUERIES = 10_000
KEPT = ("language", "licence", "attribution")  # what is true of the documents made from others


def make_probe(name: str, parameters: Mapping[str, Any]) -> Probe:
    """Make a probe from its name and parameters.

    Raises:
        UnknownNameError: there is no such probe, or it has no such parameter.
        InputError: a value does not fit.
    """
    if name not in PROBES:
        raise UnknownNameError("probe", name, PROBES)
    known = {parameter.name for parameter in fields(PROBES[name])}
    for given in parameters:
        if given not in known:
            raise UnknownNameError(f"parameter of {name}", given, known)
    return PROBES[name](**parameters)


def read_probe(name: str, settings: Sequence[str]) -> Probe:
    """Make a probe from its name and parameters written as `name=value`.

    Raises:
        UnknownNameError: there is no such probe, or it has no such parameter.
        InputError: a value does not fit.
    """
    probe = make_probe(name, {})
    given: dict[str, Any] = {}
    for setting in settings:
        parameter, sign, value = setting.partition("=")
        if not sign:
            raise InputError(f"{setting!r} sets nothing. Write name=value, such as words=8.")
        whole = type(probe.parameters().get(parameter)) is int and value.lstrip("-").isdecimal()
        given[parameter] = int(value) if whole else value
    return make_probe(name, given)


@dataclass(frozen=True)
class Wanted:
    """What is to be made: a probe, how many queries, and the seed of every draw."""

    probe: Probe
    queries: int = 100
    seed: int = 42

    def __post_init__(self) -> None:
        """Check both numbers."""
        for what, value, high in (
            ("number of queries", self.queries, MOST_QUERIES),
            ("seed", self.seed, 2**31 - 1),
        ):
            low = 1 if high == MOST_QUERIES else 0
            if type(value) is not int or not low <= value <= high:
                raise InputError(f"The {what} is {value!r}. Give one from {low} to {high:,}.")


def probe_collection(
    collection: Collection, wanted: Wanted, name: str, progress: Progress = SILENT
) -> Collection:
    """Make queries from the documents of a collection; the same seed gives the same collection.

    Raises:
        InputError: there are no documents, or none gives a query.
    """
    if collection.corpus is None or not len(collection.corpus):
        raise InputError(
            f"The collection {collection.name!r} has no documents to make queries from. Take one "
            "with documents."
        )
    random = np.random.default_rng(wanted.seed)
    made = wanted.probe.make(collection.corpus, wanted.queries, random, progress)
    about = {key: collection.about[key] for key in KEPT if key in collection.about}
    about["probe"] = wanted.probe.name
    about["source"] = f"Made by RankLab from the collection {collection.name!r}."
    about["summary"] = (
        f"{wanted.probe.title()}, seed {wanted.seed}, from {collection.name!r}. Queries and "
        "judgements were made by a program; nobody has read them."
    )
    return Collection(name, made.corpus, made.queries, {"test": made.qrels}, about)


def add_probe(
    workspace: Workspace,
    collection_id: str,
    wanted: Wanted,
    name: str = "",
    progress: Progress = SILENT,
    origin: str = "",
) -> str:
    """Make a probe collection and store it, unless that origin (a job) has one; gives its id."""
    source = workspace.collection(collection_id)
    called = name.strip()[:200] or f"{source.name}: {wanted.probe.label.lower()}"

    def write(folder: Path) -> None:
        made = probe_collection(source, wanted, called, progress)
        report = health(made, (), progress)
        made.save(folder)
        write_json(folder / "health.json", report.to_dict())
        mark(folder, origin)

    return made_for(workspace, origin) or workspace.add_collection(called, write)


def probe_job(workspace: Workspace, payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Make a probe collection as plain values ask for it, for the worker.

    Args:
        workspace: where the collection is.
        payload: `collection`, `probe`, `parameters`, `queries`, `seed` and `name`.
        progress: hears of documents and queries; may cancel.

    Returns:
        `{"collection": id of the new one}`.
    """
    probe = make_probe(str(payload["probe"]), payload["parameters"])
    wanted = Wanted(probe, payload["queries"], payload["seed"])
    texts = [str(payload.get(name, "")) for name in ("collection", "name", "origin")]
    return {"collection": add_probe(workspace, texts[0], wanted, texts[1], progress, texts[2])}
