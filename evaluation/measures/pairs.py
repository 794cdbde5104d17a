"""Every system against every other: differences with intervals, tests, effect, wins and losses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.measures.rank_intervals import rank_intervals, widened
from evaluation.measures.significance import (
    RESAMPLES,
    benjamini_hochberg,
    flipped_sums,
    holm,
    percentiles,
    resampled_means,
    share_as_extreme,
    t_test_p_values,
)
from evaluation.measures.wilcoxon import wilcoxon_p_values

Values = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

TIE = 1e-9  # values that differ by less come from rounding in the last bits
MOST_FLIPS = 100_000
TESTS = ("randomisation", "t", "wilcoxon")
CORRECTIONS: Mapping[str, Callable[[Values], Values]] = {
    "holm": holm,
    "bh": benjamini_hochberg,
    "none": np.copy,
}


@dataclass(frozen=True, eq=False)
class Pairs:
    """The systems of a leaderboard by one measure, alone and against each other.

    `[i, j]` is about system i minus system j. A system with a failed query has NaN everywhere
    but in the counts, which are over the queries that both of the pair answered.

    Attributes:
        queries: how many there are.
        mean: (systems,) over all queries.
        low: lower end of the 95 % bootstrap interval of the mean.
        high: upper end.
        rank_low: best rank that the data leave open: by `rank_intervals`, and by the randomisation
            test of all pairs after Holm's correction; NaN if failed.
        rank_high: worst one.
        failed: (systems,) queries without an answer.
        difference: (systems, systems) mean difference.
        difference_low: lower end of its 95 % paired bootstrap interval.
        difference_high: upper end.
        deviation: standard deviation of the per-query differences (divisor n - 1).
        p_randomisation: two-sided, paired randomisation test, never 0.
        p_t: paired t-test.
        p_wilcoxon: signed-rank test.
        wins: queries where i is better than j.
        ties: queries where both are equal (within 1e-9).
    """

    queries: int
    mean: Values
    low: Values
    high: Values
    rank_low: Values
    rank_high: Values
    failed: Counts
    difference: Values
    difference_low: Values
    difference_high: Values
    deviation: Values
    p_randomisation: Values
    p_t: Values
    p_wilcoxon: Values
    wins: Counts
    ties: Counts

    @property
    def effect(self) -> Values:
        """Standardised mean difference of the pairs (Cohen's d_z, 1988): difference / deviation.

        0 where nothing differs; NaN where all queries differ by one and the same amount.
        """
        varied = self.deviation > TIE
        effect = np.where(np.abs(self.difference) < TIE, 0.0, np.nan)
        np.divide(self.difference, self.deviation, out=effect, where=varied)
        return np.where(np.isnan(self.difference), np.nan, effect)

    def p_values(self, test: str = "randomisation", correction: str = "holm") -> Values:
        """Give the p-values of a test, corrected over all pairs; NaN on the diagonal.

        Args:
            test: one of TESTS.
            correction: one of CORRECTIONS: "holm" keeps the chance of even one false finding at
                the level, "bh" the expected share of false ones among the findings.
        """
        return corrected(getattr(self, f"p_{test}"), correction)


def corrected(plain: Values, correction: str) -> Values:
    """Correct a symmetric matrix of p-values over all pairs; NaN on the diagonal."""
    above = np.triu_indices(len(plain), 1)
    found = np.full(plain.shape, np.nan)
    found[above] = CORRECTIONS[correction](plain[above])
    return np.where(np.isnan(found), found.T, found)


def flips(systems: int) -> int:
    """Give how many sign patterns are drawn: so many that Holm's correction can reach 5 %."""
    pairs = systems * (systems - 1) // 2
    return min(MOST_FLIPS, max(RESAMPLES, 40 * pairs))


def compare_all(tables: Sequence[Values], seed: int = 42) -> list[Pairs]:
    """Compare all systems with each other, by one or more measures.

    The same queries are drawn for every system and measure, which takes most of the time.

    Args:
        tables: per measure (queries, systems) values, all over the same queries; NaN where a
            query failed.
        seed: the same seed gives the same figures.
    """
    whole = [_whole(table) for table in tables]
    columns = [table[:, keep] for table, keep in zip(tables, whole, strict=True)]
    means = _resampled(columns, seed)
    found = []
    for table, keep, values, resampled in zip(tables, whole, columns, means, strict=True):
        inner = _compare(values, resampled, seed)
        found.append(_pairs(table, keep, inner))
    return found


def _whole(table: Values) -> npt.NDArray[np.bool_]:
    """Say of each system whether all its values are known."""
    missing = np.isnan(table).sum(axis=0)
    return missing == 0 if len(table) else np.zeros(table.shape[1], bool)


def _resampled(columns: Sequence[Values], seed: int) -> list[Values]:
    """Give resampled means per measure as (systems, resamples), from one drawing for all."""
    widths = np.cumsum([part.shape[1] for part in columns])[:-1]
    joined = np.hstack(columns)
    if not joined.size:
        return [np.zeros((part.shape[1], 0)) for part in columns]
    return np.split(np.ascontiguousarray(resampled_means(joined, seed).T), widths)


def _compare(values: Values, resampled: Values, seed: int) -> dict[str, Values]:
    """Compute what is known of systems without a failed query."""
    count = values.shape[1]
    if not values.size:
        return {}
    low, high = percentiles(resampled)
    shape = (count, count)
    found = {"mean": values.mean(axis=0), "low": low, "high": high}
    found |= {name: np.zeros(shape) for name in ("difference", "difference_low")}
    found |= {name: np.zeros(shape) for name in ("difference_high", "deviation")}
    found |= {f"p_{test}": np.ones(shape) for test in TESTS}
    # the mean of each query is taken off: it changes no difference, and keeps sums exact
    sums = flipped_sums(values - values.mean(axis=1, keepdims=True), seed, flips(count)).T
    sums = np.ascontiguousarray(sums)
    for place in range(count - 1):
        others = slice(place + 1, count)
        for name, row in _row(values, resampled, sums, place).items():
            found[name][place, others] = row
    _mirror(found)
    ranks = rank_intervals(found["mean"], resampled, found["deviation"], len(values))
    p = corrected(found["p_randomisation"], "holm")
    found["rank_low"], found["rank_high"] = widened(ranks, found["difference"], p)
    return found


def _row(values: Values, resampled: Values, sums: Values, place: int) -> dict[str, Values]:
    """Compare one system with all behind it."""
    gains = values[:, place, None] - values[:, place + 1 :]
    gains[np.abs(gains) < TIE] = 0.0
    low, high = percentiles(resampled[place] - resampled[place + 1 :])
    return {
        "difference": gains.mean(axis=0),
        "difference_low": low,
        "difference_high": high,
        "deviation": gains.std(axis=0, ddof=1) if len(gains) > 1 else np.full(len(low), np.nan),
        "p_randomisation": share_as_extreme(gains, sums[place] - sums[place + 1 :]),
        "p_t": t_test_p_values(gains),
        "p_wilcoxon": wilcoxon_p_values(gains),
    }


def _mirror(found: dict[str, Values]) -> None:
    """Fill the lower halves: the other system minus the first."""
    below = np.tril_indices(len(found["mean"]), -1)
    low, high = found["difference_low"], found["difference_high"]
    low[below], high[below] = -high.T[below], -low.T[below]
    found["difference"][below] = -found["difference"].T[below]
    for name in ("deviation", *(f"p_{test}" for test in TESTS)):
        found[name][below] = found[name].T[below]


def _pairs(table: Values, whole: npt.NDArray[np.bool_], inner: dict[str, Values]) -> Pairs:
    """Put what is known into the frame of all systems."""
    count = table.shape[1]
    filled: dict[str, Any] = {}
    for name in Pairs.__dataclass_fields__:
        if name not in ("queries", "failed", "wins", "ties"):
            single = name in ("mean", "low", "high", "rank_low", "rank_high")
            filled[name] = np.full((count,) if single else (count, count), np.nan)
            if name in inner:
                filled[name][whole if single else np.ix_(whole, whole)] = inner[name]
    wins, ties = _counts(table)
    failed = np.isnan(table).sum(axis=0)
    return Pairs(queries=len(table), failed=failed, wins=wins, ties=ties, **filled)


def _counts(table: Values) -> tuple[Counts, Counts]:
    count = table.shape[1]
    wins, ties = np.zeros((count, count), np.int64), np.zeros((count, count), np.int64)
    for place in range(count):
        gains = table[:, place, None] - table
        wins[place] = (gains >= TIE).sum(axis=0)
        ties[place] = (np.abs(gains) < TIE).sum(axis=0)
    return wins, ties
