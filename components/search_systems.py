"""Which collections and systems the search page offers, and what stands for them in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from components import kept, services, state
from components.collection_facts import content_of, has_documents, ready_made
from components.errors import show
from evaluation.errors import EvaluationError, UnknownNameError
from evaluation.estimate import Step, missing_indexes
from evaluation.experiment import experiment_from_dict
from evaluation.progress import SILENT
from evaluation.running import execution_for
from evaluation.store import list_experiments
from evaluation.system import System, system_from_yaml
from evaluation.workspace import slug

FIRST = 2  # how many systems are chosen at first


def searchable() -> dict[str, str]:
    """Give the collections with documents: name by id."""
    stored = services.workspace().collections()
    return {item.id: item.name for item in stored if has_documents(item.id)}


def collection_asked(known: Mapping[str, str]) -> str:
    """Give the collection to search: of the address, of its experiment, else the one before.

    One that cannot be searched is answered with a sentence.
    """
    wanted = state.here("collection") or _of_experiment() or state.get("collection")
    if wanted in known:
        return wanted
    if state.here("collection"):
        _explain(wanted, known)
    return next(iter(known))


def own_experiments(collection_id: str) -> dict[str, str]:
    """Give the experiments on a collection: name by id, newest first."""
    records = list_experiments(services.workspace())
    return {
        r["id"]: r["name"] for r in records if r["collection"] == collection_id and not r["grid"]
    }


def offered(collection_id: str, experiment_id: str) -> dict[str, System]:
    """Give the systems to choose from by what stands for them; all names differ.

    A ready-made system is called by its slug, one of an experiment by its number.
    """
    found = {slug(system.name): system for system in ready_made(collection_id)}
    if not experiment_id:
        return found
    results = services.results(experiment_id)
    names = {system.name for system in found.values()}
    for result in results.systems:
        name = result.name
        if name in names:
            name = f"{name} · {results.experiment.name}"
        names.add(name)
        found[str(result.number)] = replace(result.system, name=name)
    return found


def default_systems(collection_id: str, systems: Mapping[str, System]) -> list[str]:
    """Give the first plain retrievers that can answer at once; where none can, the very first."""
    plain = [t for t, system in systems.items() if not system.root.inputs and t != "random-order"]
    ready = [token for token in plain if not to_build(collection_id, [systems[token]])]
    return ready[:FIRST] or list(systems)[:1]


def to_build(collection_id: str, systems: Sequence[System]) -> list[Step]:
    """List the indexes that must be built before the systems can answer.

    None for systems that need something that is not here: their answer will say so.
    """
    workspace = services.workspace()
    texts = tuple(system.to_yaml() for system in systems)
    content, cached = content_of(collection_id), str(workspace.cache.version())
    return _to_build((str(workspace.folder), collection_id, content, cached), texts)


@kept.data(max_entries=200, ttl=60, show_spinner=False)
def _to_build(place: tuple[str, ...], texts: tuple[str, ...]) -> list[Step]:
    systems = [system_from_yaml(text) for text in texts]
    asked = experiment_from_dict({"collection": place[1], "systems": [{"stage": "random"}]})
    execution = execution_for(services.workspace(), asked, lambda line: SILENT)
    try:
        return missing_indexes(execution, systems)
    except EvaluationError:
        return []


def _of_experiment() -> str:
    experiment_id = state.here("experiment")
    if not experiment_id:
        return ""
    try:
        return services.results(experiment_id).experiment.collection
    except EvaluationError as error:
        show(error)
        return ""


def _explain(wanted: str, known: Mapping[str, str]) -> None:
    try:
        name = services.workspace().collection_record(wanted).name
    except UnknownNameError:
        show(UnknownNameError("collection", wanted, known))
        return
    show(f"{name} holds run files only, so nothing can be searched in it. Choose another one.")
