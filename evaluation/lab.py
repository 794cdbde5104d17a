"""The engine in a few lines of Python: read a collection, search it, score the run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evaluation.collections.collection import Collection
from evaluation.errors import InputError
from evaluation.execution import Execution
from evaluation.measures.measures import evaluate
from evaluation.progress import SILENT
from evaluation.run import Run
from evaluation.system import System, system_from_dict, system_from_yaml
from evaluation.workspace import Workspace


def read(source: str | Path, workspace: Workspace | None = None) -> Collection:
    """Open a collection: by its id in the workspace, else by importing files of this machine.

    Args:
        source: an id such as "scifact", or the path of a BEIR folder or archive, and so on.
        workspace: where collections and cache live; by default the application's own.
    """
    from evaluation.collections.demo import install_demo
    from evaluation.local_files import import_paths

    workspace = workspace or Workspace.default()
    if not Path(source).exists():
        install_demo(workspace)
        return workspace.collection(str(source))
    return workspace.collection(import_paths(workspace, "", [str(source)]).collection)


def search(
    collection: Collection,
    system: str | Mapping[str, Any] | System,
    split: str = "",
    workspace: Workspace | None = None,
) -> Run:
    """Run a system on the judged queries of a split; indexes and runs come from the cache.

    Args:
        collection: what to search.
        system: a stage name such as "bm25", a system as a mapping or as YAML text, or a System.
        split: "" for the collection's own choice (`test` if there is one).
        workspace: where the cache lives; by default the application's own.
    """
    split = split or collection.default_split
    execution = Execution(
        collection=collection,
        queries=collection.judged_queries(split) if split else collection.queries,
        cache=(workspace or Workspace.default()).cache,
        uploaded=_no_uploads,
        progress=lambda line: SILENT,
    )
    return execution.run(_system(system).root).run


def score(run: Run, collection: Collection, *measures: str, split: str = "") -> dict[str, float]:
    """Give the mean of each measure over all judged queries of a split; nan if a query failed."""
    qrels = collection.split(split or collection.default_split)
    values = evaluate(run, qrels, measures or ("nDCG@10",), qrels.query_ids)
    return {name: float(column.mean()) for name, column in values.items()}


def _system(system: str | Mapping[str, Any] | System) -> System:
    if isinstance(system, System):
        return system
    if isinstance(system, Mapping):
        return system_from_dict(system)
    return system_from_yaml(system if ":" in system else f"stage: {system}")


def _no_uploads(run_id: str) -> Run:
    raise InputError(f"The run {run_id!r} belongs to an experiment. Open it there.")
