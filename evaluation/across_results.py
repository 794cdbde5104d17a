"""Which stored results belong together over collections, and what they say side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.across import Across, across, order
from evaluation.store import Results, SystemResult, scores_of
from evaluation.system import Node, System
from evaluation.workspace import Workspace

Values = npt.NDArray[np.float64]
Row = dict[str, Any]

RULES = {
    "stages": "Same stages: every stage, parameter and depth is equal; names may differ.",
    "name": "Same name: the stages may differ, as a stemmer does between languages.",
}


@dataclass(frozen=True)
class Task:
    """A collection with one of its judgements, and the experiments on it, newest first.

    Attributes:
        key: stands for it in an address: `scifact:test`.
        label: for people.
        experiments: ids.
    """

    key: str
    label: str
    experiments: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Shared:
    """A system that is the same on several tasks.

    Attributes:
        name: what it is called in the newest experiment.
        others: what else it is called.
        trees: its systems, each tree once; more than one only where names decide.
        found: per task, its result and the experiment that has it; None where it was not run.
    """

    name: str
    others: tuple[str, ...]
    trees: tuple[System, ...]
    found: tuple[tuple[Results, SystemResult] | None, ...]


@dataclass(frozen=True, eq=False)
class Board:
    """The systems over several tasks, the best first."""

    tasks: tuple[Task, ...]
    systems: tuple[Shared, ...]
    figures: Across
    measure: str

    def rows(self) -> list[Row]:
        """One row per system with every figure as it is; None where there is none."""
        found = self.figures
        return [
            {
                "system": shared.name,
                "also called": "; ".join(shared.others),
                f"mean {self.measure}": _known(found.mean[row]),
                "Borda": _known(found.borda[row]),
                "collections": int(found.coverage[row]),
                **{t.label: _known(found.values[row, n]) for n, t in enumerate(self.tasks)},
                **{
                    f"{t.label}: Borda": _known(found.points[row, n])
                    for n, t in enumerate(self.tasks)
                },
            }
            for row, shared in enumerate(self.systems)
        ]


def tasks_of(records: Sequence[dict[str, Any]]) -> list[Task]:
    """List the tasks that experiments were run on (records of `store.list_experiments`).

    Grids, and experiments without judgements or results, are left out, and so are those on other
    data than the newest one: a collection may have been replaced.
    """
    found: dict[str, tuple[str, Row, list[str]]] = {}
    for record in records:
        if record["split"] and record["done"] and not record["grid"]:
            key = f"{record['collection']}:{record['split']}"
            label = f"{record['collection_name']} · {record['split']}"
            twice = [k for k, known in found.items() if known[0] == label and k != key]
            label = f"{label} ({record['collection']})" if twice else label
            data = record["fingerprints"]
            _, newest, ids = found.setdefault(key, (label, data, []))
            ids += [record["id"]] if data == newest else []
    return [Task(key, label, tuple(ids)) for key, (label, _, ids) in found.items()]


def shared_systems(results: Sequence[Sequence[Results]], rule: str) -> list[Shared]:
    """Match systems over tasks.

    Args:
        results: per task, its experiments, newest first; of equal systems the newest counts.
        rule: one of RULES.
    """
    found: dict[Node | str, list[dict[int, tuple[Results, SystemResult]]]] = {}
    names: dict[Node | str, list[str]] = {}
    for task, experiments in enumerate(results):
        for experiment in experiments:
            for result in experiment.done:
                key = result.system.root if rule == "stages" else result.name
                places = found.setdefault(key, [{}])[0]
                places.setdefault(task, (experiment, result))
                names.setdefault(key, []).append(result.name)
    shared = []
    for key, (places,) in found.items():
        called = list(dict.fromkeys(names[key]))
        trees = {result.system.root: result.system for _, result in places.values()}
        row = tuple(places.get(task) for task in range(len(results)))
        shared.append(Shared(called[0], tuple(called[1:]), tuple(trees.values()), row))
    return shared


def read_board(
    workspace: Workspace, tasks: Sequence[Task], systems: Sequence[Shared], measure: str
) -> Board:
    """Compute the leaderboard of some systems over some tasks; the best system comes first."""
    columns = [[_values(workspace, place, measure) for place in s.found] for s in systems]
    figures = across(columns)
    rows = order(figures)
    return Board(tuple(tasks), tuple(systems[row] for row in rows), figures.ordered(rows), measure)


def _values(
    workspace: Workspace, place: tuple[Results, SystemResult] | None, measure: str
) -> Values | None:
    if place is None:
        return None
    results, result = place
    qrels = workspace.collection(results.experiment.collection).split(results.experiment.split)
    return scores_of(results, result.number, [measure], qrels)[measure]


def _known(value: float) -> float | None:
    return float(value) if value == value else None
