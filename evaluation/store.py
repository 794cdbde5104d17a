"""Results of experiments: observations (runs, per-query scores, costs) kept as plain files."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.collections.collection import Qrels
from evaluation.errors import EvaluationError, UnknownNameError
from evaluation.experiment import Experiment, experiment_from_yaml
from evaluation.files import drafted_folder as drafted
from evaluation.files import open_table, write_json, write_table, write_text
from evaluation.run import Run
from evaluation.seals import DamagedError, check, seal
from evaluation.stored import read_record, stored_in
from evaluation.system import System
from evaluation.workspace import Workspace

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SystemResult:
    """What one system of an experiment gave.

    Attributes:
        number: its place in the experiment, from 0; stable, used in addresses.
        system: the tree.
        state: "done", "failed" or "pending".
        error: why it failed, as a sentence; "" otherwise.
        figures: costs as `execution.system_figures` gives them; {} unless done.
        folder: where its run and scores are.
    """

    number: int
    system: System
    state: str
    error: str
    figures: dict[str, Any]
    folder: Path

    @property
    def name(self) -> str:
        """What people call the system."""
        return self.system.name

    def run(self) -> Run:
        """Open the run (memory-mapped). Raises EvaluationError if the system is not done."""
        if self.state != "done":
            raise EvaluationError(
                f"{self.name} has no results yet. Wait, or resume the experiment."
            )
        folder = self.folder / "run"
        check(self.folder, f"The result of {self.name}", "run/")
        return _open_run(folder, (folder / "run.json").stat().st_mtime_ns)

    def stored_scores(self) -> dict[str, Values]:
        """Give the stored per-query values by measure, aligned with `Results.query_ids`."""
        path = self.folder / "scores.arrow"
        if not path.exists():
            return {}
        check(self.folder, f"The result of {self.name}", path.name)
        table = open_table(path)
        names = [name for name in table.column_names if name != "query_id"]
        return {name: table[name].to_numpy() for name in names}


@dataclass(frozen=True)
class Results:
    """An experiment with the results that are there so far.

    Attributes:
        id: id of the experiment in the workspace.
        experiment: what was asked.
        created: time of creation (seconds since 1970).
        query_ids: the queries asked, in order: those the split judges, or all without a split.
        systems: one result per system, in the order of the experiment.
        fingerprints: hashes of corpus, queries and qrels when it was created.
    """

    id: str
    experiment: Experiment
    created: float
    query_ids: list[str]
    systems: list[SystemResult]
    fingerprints: dict[str, str]

    @property
    def done(self) -> list[SystemResult]:
        """The systems that have results."""
        return [result for result in self.systems if result.state == "done"]

    @property
    def baseline(self) -> SystemResult | None:
        """The baseline if it has results, else the first system that has."""
        named = [r for r in self.done if r.name == self.experiment.baseline]
        return next(iter(named or self.done), None)

    def system(self, number: int) -> SystemResult:
        """Give the result of a system by its number."""
        if not 0 <= number < len(self.systems):
            raise UnknownNameError("system", number, [str(r.number) for r in self.systems])
        return self.systems[number]


def create(workspace: Workspace, experiment: Experiment) -> str:
    """Write an experiment without results into the workspace; gives its id."""
    collection = workspace.collection(experiment.collection)
    queries = (
        collection.judged_queries(experiment.split) if experiment.split else collection.queries
    )

    def write(draft: Path) -> None:
        (draft / "experiment.yaml").write_text(experiment.to_yaml(), "utf-8")
        write_table(
            draft / "queries.arrow", pa.table({"query_id": pa.array(queries.ids, pa.string())})
        )
        record = {
            "name": experiment.name,
            "collection": experiment.collection,
            "collection_name": collection.name,
            "split": experiment.split,
            "systems": [system.name for system in experiment.systems],
            "grid": experiment.grid.size if experiment.grid else 0,
            "created": time.time(),
            "fingerprints": collection.fingerprints,
        }
        write_json(draft / "record.json", record)
        seal(draft, without=("record.json",))

    return workspace.add_experiment(experiment.name, write)


def open_results(workspace: Workspace, experiment_id: str) -> Results:
    """Open an experiment with whatever results are there."""
    return open_folder(workspace.experiment_folder(experiment_id))


def open_folder(folder: Path) -> Results:
    """Open an experiment by its folder, which may have been copied from another workspace."""
    check(folder, f"The experiment {folder.name}")
    text = folder / "experiment.yaml"
    experiment = _read_experiment(text, text.stat().st_mtime_ns)
    record = read_record(folder / "record.json")
    return Results(
        id=folder.name,
        experiment=experiment,
        created=record["created"],
        query_ids=open_table(folder / "queries.arrow")["query_id"].to_pylist(),
        systems=[
            _open_system(folder / "systems" / str(number), number, system)
            for number, system in enumerate(experiment.systems)
        ],
        fingerprints=record["fingerprints"],
    )


def add_system(
    workspace: Workspace,
    experiment_id: str,
    number: int,
    result: tuple[Run, dict[str, Values], dict[str, Any]],
) -> None:
    """Store run, per-query scores (aligned with the queries) and figures of a finished system."""
    run, scores, figures = result
    folder = workspace.experiment_folder(experiment_id)
    query_ids = open_table(folder / "queries.arrow")["query_id"]
    with drafted(folder / "systems" / str(number), "the results of a system") as draft:
        (draft / "run").mkdir()
        run.save(draft / "run")
        columns = {name: pa.array(values) for name, values in scores.items()}
        write_table(draft / "scores.arrow", pa.table({"query_id": query_ids, **columns}))
        write_json(draft / "figures.json", figures)
        seal(draft)
    (folder / "systems" / f"{number}.error").unlink(missing_ok=True)


def add_failure(workspace: Workspace, experiment_id: str, number: int, error: str) -> None:
    """Store why a system could not be run; a later success replaces it."""
    folder = workspace.experiment_folder(experiment_id)
    (folder / "systems").mkdir(exist_ok=True)
    write_text(folder / "systems" / f"{number}.error", error)


def list_experiments(workspace: Workspace) -> list[dict[str, Any]]:
    """List all experiments, newest first: their records with `id` and `done` (systems) added.

    `grid` is the number of points of a tuning grid, 0 for any other experiment.
    """
    found = []
    for stored in stored_in(workspace.experiments_folder(), "record.json"):
        done = len(list((stored.folder / "systems").glob("[!.]*/figures.json")))
        found.append({"id": stored.id, "done": done, "grid": 0, **stored.record})
    return sorted(found, key=lambda record: -record["created"])


def list_figures(workspace: Workspace, experiment_id: str) -> list[dict[str, Any]]:
    """Give the figures of the finished systems of an experiment, without opening anything else."""
    folder = workspace.experiment_folder(experiment_id)
    return [read_record(path) for path in sorted(folder.glob("systems/[!.]*/figures.json"))]


def scores_of(
    results: Results, number: int, measures: Sequence[str], qrels: Qrels
) -> dict[str, Values]:
    """Give per-query values of a system, aligned with `results.query_ids`.

    Stored ones are read; other measures are computed from the stored run. A query that failed
    has NaN.
    """
    from evaluation.measures.measures import evaluate

    result = results.system(number)
    stored = result.stored_scores()
    missing = [measure for measure in measures if measure not in stored]
    if missing:
        stored |= evaluate(result.run(), qrels, missing, results.query_ids)
    return {measure: stored[measure] for measure in measures}


def _open_system(folder: Path, number: int, system: System) -> SystemResult:
    error = folder.with_name(f"{number}.error")
    figures = folder / "figures.json"
    try:
        check(folder, f"The result of {system.name}", figures.name)
        if figures.exists():
            return SystemResult(number, system, "done", "", read_record(figures), folder)
    except DamagedError as damage:
        return SystemResult(number, system, "failed", str(damage), {}, folder)
    if error.exists():
        return SystemResult(number, system, "failed", error.read_text("utf-8"), {}, folder)
    return SystemResult(number, system, "pending", "", {}, folder)


@lru_cache(maxsize=64)
def _read_experiment(path: Path, changed: int) -> Experiment:
    return experiment_from_yaml(path.read_text("utf-8"))


@lru_cache(maxsize=128)
def _open_run(folder: Path, changed: int) -> Run:
    return Run.open(folder)
