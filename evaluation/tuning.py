"""Tuning that tells the truth: what the best of many settings is worth on queries it never saw."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.comparison import TIE, Differences, differences
from evaluation.errors import InputError
from evaluation.measures.significance import (
    bootstrap_intervals,
    holm,
    randomisation_p_values,
    t_test_p_values,
)

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

FOLDS = 5
LEVEL = 0.05
EQUAL = 1e-12  # means that differ by less differ by the order of adding


@dataclass(frozen=True, eq=False)
class Fold:
    """One part of the queries, and the setting that was best on all the others.

    Attributes:
        rows: of the queries held out.
        chosen: the point with the highest mean on the other queries.
        seen: its mean there.
        unseen: its mean on the queries held out.
    """

    rows: Rows
    chosen: int
    seen: float
    unseen: float


@dataclass(frozen=True)
class Gain:
    """What tuning gains over the untuned system, on held-out values only.

    Attributes:
        mean: tuned minus untuned.
        low: lower end of the 95 % paired bootstrap interval.
        high: upper end.
        p: two-sided, of the paired randomisation test.
        counts: wins, ties and losses of the tuned system.
    """

    mean: float
    low: float
    high: float
    p: float
    counts: Differences


@dataclass(frozen=True, eq=False)
class Tuning:
    """What a grid of settings gave, by one measure.

    Attributes:
        means: of each system over all queries, the points first; NaN where there is none.
        best: the point with the highest mean; the first of equal ones.
        folds: of the cross-validation; every query is in exactly one.
        held_out: per query the value of the setting chosen without that query's fold.
        ceiling: mean over queries of each query's own best setting; nobody can reach it, because
            choosing so takes the judgements of the query itself.
        p: per system, of the paired t-test against the best, corrected over all others (Holm);
            NaN for the best itself and for systems without a mean.
        tied: points that cannot be told from the best at 5 %, the best among them.
        untuned: the system as it was before tuning; it may be a point itself.
        gain: tuned against untuned on held-out values; None where the untuned has no mean.
    """

    means: Values
    best: int
    folds: list[Fold]
    held_out: Values
    ceiling: float
    p: Values
    tied: Flags
    untuned: int
    gain: Gain | None

    @property
    def in_sample(self) -> float:
        """Mean of the best point on the queries that chose it: too good on average."""
        return float(self.means[self.best])

    @property
    def estimate(self) -> float:
        """What tuning is worth on queries it did not see: the mean of the held-out values."""
        return float(self.held_out.mean())

    @property
    def optimism(self) -> float:
        """How much the in-sample mean promises beyond the estimate."""
        gap = self.in_sample - self.estimate
        return gap if abs(gap) > EQUAL else 0.0

    @property
    def flat(self) -> bool:
        """Whether at least half of the other points cannot be told from the best."""
        others = int((~np.isnan(self.means[: len(self.tied)])).sum()) - 1
        return others > 0 and int(self.tied.sum()) - 1 >= others / 2


def tune(values: Values, points: int, untuned: int, folds: int = FOLDS, seed: int = 42) -> Tuning:
    """Choose the best point, and estimate by cross-validation what choosing so is worth.

    K-fold cross-validation (Stone, JRSS B, 1974): for each fold the point with the highest mean
    on the other folds is scored on the fold. The estimate is of tuning as a procedure, so folds
    may choose different points. A system with a missing value (a failed query, a failed system)
    has no mean and is never chosen.

    Args:
        values: (queries, systems) per-query values: first all points, then the untuned system
            where it is none of them.
        points: how many of the systems are points.
        untuned: the system that the others are compared with.
        folds: number of parts, 2 to the number of queries.
        seed: which queries make a fold, and of resampling.

    Raises:
        InputError: no point has values for all queries, or folds cannot be made.
    """
    queries = len(values)
    if not 2 <= folds <= queries:
        raise InputError(
            f"{queries} queries cannot make {folds} folds. Choose from 2 to the number of queries."
        )
    means = values.mean(axis=0)
    whole = np.flatnonzero(~np.isnan(means[:points]))
    if not len(whole):
        raise InputError("No setting has a value for every query. Run the failed ones again.")
    best = int(whole[first_best(means[whole])])
    parts = [_fold(values, whole, rows) for rows in fold_rows(queries, folds, seed)]
    held_out = np.empty(queries)
    for part in parts:
        held_out[part.rows] = values[part.rows, part.chosen]
    p = against_best(values, best)
    tied = np.zeros(points, np.bool_)
    tied[whole] = ~(p[whole] <= LEVEL)  # the best itself has no p-value
    known = not np.isnan(means[untuned])
    return Tuning(
        means=means,
        best=best,
        folds=parts,
        held_out=held_out,
        ceiling=float(values[:, whole].max(axis=1).mean()),
        p=p,
        tied=tied,
        untuned=untuned,
        gain=_gain(held_out, values[:, untuned], seed) if known else None,
    )


def fold_rows(queries: int, folds: int, seed: int) -> list[Rows]:
    """Deal the queries into folds at random; sizes differ by one at most."""
    order = np.random.default_rng(seed).permutation(queries)
    return [np.sort(order[start::folds]).astype(np.int64) for start in range(folds)]


def first_best(means: Values) -> int:
    """Give the place of the highest mean; of equal ones, the first."""
    return int(np.flatnonzero(means >= means.max() - EQUAL)[0])


def _fold(values: Values, whole: Rows, rows: Rows) -> Fold:
    others = np.delete(values, rows, axis=0)[:, whole]
    means = others.mean(axis=0)
    place = first_best(means)
    chosen = int(whole[place])
    return Fold(rows, chosen, float(means[place]), float(values[rows, chosen].mean()))


def against_best(values: Values, best: int) -> Values:
    """Give the corrected p-value of each system against the best point; NaN for the best itself.

    The t-test and not resampling: its p-values can be small enough to outlive a correction over
    hundreds of points. The best was chosen on the same queries, which makes these p-values too
    small rather than too large: what they do not separate is not separable.
    """
    gains = values[:, [best]] - values
    gains[np.abs(gains) < TIE] = 0.0
    p = t_test_p_values(gains)
    p[np.isnan(p) & ~np.isnan(gains).any(axis=0)] = 0.0  # the same difference on every query
    p[best] = np.nan
    return holm(p)


def _gain(held_out: Values, untuned: Values, seed: int) -> Gain:
    counts = differences(untuned, held_out)
    columns = counts.values[:, None]
    low, high = bootstrap_intervals(columns, seed)
    p = randomisation_p_values(columns, seed)
    return Gain(counts.mean, float(low[0]), float(high[0]), float(p[0]), counts)
