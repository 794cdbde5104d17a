"""Several systems on several collections: quality where all can be compared, coverage apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from evaluation.comparison import TIE
from evaluation.measures.significance import holm, randomisation_p_values

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

LEVEL = 0.05


@dataclass(frozen=True, eq=False)
class Across:
    """Systems (rows) on tasks (columns): a task is a collection with its judgements.

    Attributes:
        values: mean per system and task; NaN where there is none, which is not zero.
        points: Borda points on each task among the systems that have a value there; NaN where
            there is none. They sum to M(M-1)/2 over the M systems of a task.
        tied: where a system cannot be told from the best one of the task; the best itself, too.
        best: the highest value of each task (several where they are equal).
        common: tasks on which every system has a value.
        mean: per system over the common tasks, each counting the same; NaN if there are none.
        borda: sum of the points over the common tasks; NaN if there are none.
    """

    values: Values
    points: Values
    tied: Flags
    best: Flags
    common: Flags
    mean: Values
    borda: Values

    @property
    def coverage(self) -> npt.NDArray[np.int64]:
        """On how many tasks each system has a value: apart from how good it is there."""
        found: npt.NDArray[np.int64] = (~np.isnan(self.values)).sum(axis=1)
        return found

    def ordered(self, rows: Sequence[int]) -> "Across":
        """Give the same figures with the systems in another order."""
        places = np.array(rows, np.int64)
        return replace(
            self,
            values=self.values[places],
            points=self.points[places],
            tied=self.tied[places],
            best=self.best[places],
            mean=self.mean[places],
            borda=self.borda[places],
        )


def across(columns: Sequence[Sequence[Values | None]], seed: int = 42) -> Across:
    """Put systems side by side over several tasks.

    Mean and Borda points are over the tasks that all systems have in common, so that nobody gains
    or loses by what it was not run on.

    Args:
        columns: per system, per task, the per-query values; None where it was not run there.
            Values of one task are aligned with the same queries. A failed query (NaN) makes the
            value of the system missing.
        seed: of the tests.
    """
    tasks = len(columns[0]) if columns else 0
    values = np.full((len(columns), tasks), np.nan)
    for row, system in enumerate(columns):
        for task, column in enumerate(system):
            if column is not None and len(column):
                values[row, task] = column.mean()
    points = np.column_stack([borda_points(values[:, t]) for t in range(tasks)] or [values])
    known = ~np.isnan(values)
    best, tied = np.zeros_like(known), np.zeros_like(known)
    for task in range(tasks):
        rows = np.flatnonzero(known[:, task])
        if len(rows):
            best[rows, task] = values[rows, task] >= values[rows, task].max() - TIE
            found = [column for row in rows.tolist() if (column := columns[row][task]) is not None]
            tied[rows, task] = _tied(np.column_stack(found), best[rows, task], seed)
    common = known.all(axis=0) if len(columns) else np.zeros(tasks, np.bool_)
    some = bool(common.any())
    nothing = np.full(len(columns), np.nan)
    return Across(
        values=values,
        points=points,
        tied=tied,
        best=best,
        common=common,
        mean=values[:, common].mean(axis=1) if some else nothing,
        borda=points[:, common].sum(axis=1) if some else nothing,
    )


def borda_points(means: Values) -> Values:
    """Give each system one point per system it beats and half a point per equal one.

    Borda (1781): the points of M systems sum to exactly M(M-1)/2. A system without a value (NaN)
    takes no part: it has no points and gives none away.
    """
    known = np.flatnonzero(~np.isnan(means))
    gaps = means[known][:, None] - means[known][None, :]
    equal = np.abs(gaps) <= TIE
    points = np.full(len(means), np.nan)
    points[known] = ((gaps > 0) & ~equal).sum(axis=1) + (equal.sum(axis=1) - 1) / 2
    return points


def order(found: Across) -> list[int]:
    """List the systems from the highest mean to the lowest; without one, by coverage, then Borda.

    Systems without a mean come last, those on more tasks first.
    """
    unknown = np.isnan(found.mean)
    keys = [
        (bool(unknown[row]), -found.mean[row] if not unknown[row] else -found.coverage[row], row)
        for row in range(len(found.mean))
    ]
    return [row for *_, row in sorted(keys)]


def _tied(values: Values, best: Flags, seed: int) -> Flags:
    """Say which systems cannot be told from the first best one: paired randomisation, Holm."""
    first = int(np.flatnonzero(best)[0])
    others = np.array([row for row in range(values.shape[1]) if row != first], np.int64)
    tied = np.ones(values.shape[1], np.bool_)
    if len(others):
        p = holm(randomisation_p_values(values[:, [first]] - values[:, others], seed))
        tied[others] = p > LEVEL
    return tied
