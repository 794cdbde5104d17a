"""A stored grid read as a whole: what its settings reach, and what that is worth elsewhere."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.commands import read_experiment
from evaluation.errors import InputError
from evaluation.experiment import Experiment
from evaluation.grid import Grid
from evaluation.running import Listener, run_experiment
from evaluation.store import Results, create, scores_of
from evaluation.tuning import FOLDS, Tuning, tune
from evaluation.tuning_notes import disagreement, edges, flatness, gaps
from evaluation.workspace import Workspace

Values = npt.NDArray[np.float64]
Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Tuned:
    """A grid with what is known of it so far, by one measure.

    Attributes:
        results: the stored experiment.
        grid: what it was made from.
        measure: of all values.
        tuning: the statistics.
        warnings: what to beware of, each as a sentence, the gravest first.
    """

    results: Results
    grid: Grid
    measure: str
    tuning: Tuning
    warnings: list[str]

    def milliseconds(self, number: int) -> float | None:
        """Give the median latency of a system; None where it was not measured."""
        value = self.results.systems[number].figures.get("latency_p50_ms")
        return None if value is None else float(value)

    @property
    def points(self) -> list[Row]:
        """One row per point: its values, mean, gain over the untuned, whether tied with the best.

        The untuned system comes last where it is no point. A missing mean is None.
        """
        base = float(self.tuning.means[self.tuning.untuned])
        return [self._row(number, base) for number in range(len(self.tuning.means))]

    def _row(self, number: int, base: float) -> Row:
        mean = float(self.tuning.means[number])
        point = number < self.grid.size
        setting = self.grid.settings[number] if point else [None] * len(self.grid.axes)
        p = float(self.tuning.p[number])
        return {
            "setting": self.grid.name(number),
            **dict(zip(self.grid.titles, setting, strict=True)),
            self.measure: _known(mean),
            "to untuned": _known(mean - base),
            "p": _known(p),
            "tied": bool(self.tuning.tied[number]) if point else None,
            "p50 ms": self.milliseconds(number),
        }

    @property
    def folds(self) -> list[Row]:
        """One row per fold: how many queries, what the others chose, what that gave on them."""
        return [
            {
                "fold": place,
                "queries": len(fold.rows),
                "chosen": self.grid.name(fold.chosen),
                "on the others": fold.seen,
                "held out": fold.unseen,
            }
            for place, fold in enumerate(self.tuning.folds, 1)
        ]

    def to_dict(self) -> Row:
        """Give everything as plain values, as the command line prints it."""
        tuning, gain = self.tuning, self.tuning.gain
        return {
            "experiment": self.results.id,
            "collection": self.results.experiment.collection,
            "split": self.results.experiment.split,
            "queries": len(self.results.query_ids),
            "measure": self.measure,
            "best": self.grid.name(tuning.best),
            "in-sample": tuning.in_sample,
            "held out": tuning.estimate,
            "optimism": tuning.optimism,
            "untuned": _known(float(tuning.means[tuning.untuned])),
            "gain held out": gain.mean if gain else None,
            "gain low": gain.low if gain else None,
            "gain high": gain.high if gain else None,
            "gain p": gain.p if gain else None,
            "best per query (unreachable)": tuning.ceiling,
            "warnings": self.warnings,
            "folds": self.folds,
            "points": self.points,
        }


def read_tuning(
    workspace: Workspace, results: Results, measure: str = "", folds: int = FOLDS
) -> Tuned:
    """Compute what a stored grid says, for one of its measures (the first unless told).

    Settings without results yet are left out, and said to be.

    Raises:
        InputError: the experiment is no grid, has no judgements, or no setting has results.
    """
    experiment = results.experiment
    grid = grid_of(experiment)
    if not experiment.split:
        raise InputError(f"{experiment.name} has no judgements, so no setting is better. Add some.")
    measure = measure or experiment.measures[0]
    values = _matrix(workspace, results, measure)
    tuning = tune(values, grid.size, grid.untuned, min(folds, len(values)), experiment.seed)
    missing = np.flatnonzero(np.isnan(tuning.means[: grid.size])).tolist()
    waiting = [n for n in missing if results.systems[n].state == "pending"]
    warnings = [
        *gaps(grid, [n for n in missing if n not in waiting], len(waiting)),
        *flatness(tuning, len(values)),
        *edges(grid, tuning),
        *disagreement(grid, tuning),
    ]
    return Tuned(results, grid, measure, tuning, warnings)


def grid_of(experiment: Experiment) -> Grid:
    """Give the grid of an experiment. Raises InputError if it is none."""
    if experiment.grid is None:
        raise InputError(f"{experiment.name} is no grid. Write `grid:` in place of `systems:`.")
    return experiment.grid


def run_tuning(
    workspace: Workspace, path: Path, measure: str, folds: int, listener: Listener
) -> Row:
    """Run a grid file to its end; gives what the page shows, as plain values."""
    experiment = read_experiment(workspace, path)
    grid_of(experiment)
    results = run_experiment(workspace, create(workspace, experiment), listener)
    return read_tuning(workspace, results, measure, folds).to_dict()


def _matrix(workspace: Workspace, results: Results, measure: str) -> Values:
    """Give the values of all systems, (queries, systems); NaN where there are none."""
    qrels = workspace.collection(results.experiment.collection).split(results.experiment.split)
    values = np.full((len(results.query_ids), len(results.systems)), np.nan)
    for result in results.done:
        values[:, result.number] = scores_of(results, result.number, [measure], qrels)[measure]
    return values


def _known(value: float) -> float | None:
    return value if value == value else None
