"""Where one system beats another: the difference in every slice, corrected for looking at many."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.comparison import differences
from evaluation.leaderboard import LEVEL, UNKNOWN
from evaluation.measures.significance import LEVEL as SPAN
from evaluation.measures.significance import (
    RESAMPLES,
    benjamini_hochberg,
    randomisation_p_values,
    resampled_means,
)
from evaluation.slices.feature import Feature, Slice, slices_of

Values = npt.NDArray[np.float64]

LEAST = 10  # queries, below which a slice is shown but not tested
DRAWS = 20_000_000  # of queries, so that many of them are resampled less often
FEWEST = 2_000  # resamples


@dataclass(frozen=True, eq=False)
class Effect:
    """What a second system gains over a first one in one slice.

    Figures that do not exist are NaN: means and all that follows where a query failed, which is
    neither zero nor left out; interval and p-values also where the slice is too small.

    Attributes:
        part: the slice.
        first: mean of the first system over the slice.
        second: mean of the second.
        difference: second minus first.
        low: lower end of the 95 % paired bootstrap interval of the difference.
        high: upper end.
        p: two-sided, of the paired randomisation test within the slice; never 0.
        p_corrected: the same, corrected over all slices tested (Benjamini and Hochberg, 1995).
        failed: queries of the slice that one of the two did not answer.
    """

    part: Slice
    first: float
    second: float
    difference: float
    low: float
    high: float
    p: float
    p_corrected: float
    failed: int

    @property
    def queries(self) -> int:
        """How many queries are in the slice."""
        return len(self.part.rows)

    @property
    def tested(self) -> bool:
        """Whether there were enough queries, and none of them failed."""
        return self.p == self.p

    @property
    def found(self) -> bool:
        """Whether the difference is more than chance after the correction, at 5 %."""
        return self.p_corrected <= LEVEL


def telling_slices(features: Sequence[Feature]) -> tuple[list[Slice], list[str]]:
    """Cut all features; gives the slices, and the titles of features alike for all queries."""
    cut = [(feature, slices_of(feature)) for feature in features]
    parts = [part for _, parts in cut if len(parts) > 1 for part in parts]
    return parts, [feature.title for feature, parts in cut if len(parts) < 2]


def effects(
    first: Values, second: Values, slices: Sequence[Slice], seed: int, least: int = LEAST
) -> list[Effect]:
    """Compare two systems in every slice.

    Args:
        first: per-query values of the first system; NaN where it failed.
        second: of the second, aligned with it.
        slices: which queries are looked at together.
        seed: of resampling; the same seed gives the same figures.
        least: how many queries a slice needs to be tested.

    Of the slices that are tested and come out as found, at most 5 % are expected to be false.
    """
    gains = differences(first, second).values
    failed = [int(np.isnan(gains[part.rows]).sum()) for part in slices]
    tested = [
        place
        for place, part in enumerate(slices)
        if len(part.rows) >= max(1, least) and not failed[place]
    ]
    inside = np.zeros((len(gains), len(tested)), bool)
    for column, place in enumerate(tested):
        inside[slices[place].rows, column] = True
    p, low, high = (np.full(len(slices), UNKNOWN) for _ in range(3))
    if tested:
        p[tested] = _p_values(gains, inside, seed)
        low[tested], high[tested] = _intervals(gains, inside, seed)
    corrected = benjamini_hochberg(p)
    return [
        Effect(
            part,
            _mean(first[part.rows]),
            _mean(second[part.rows]),
            _mean(gains[part.rows]),
            float(low[place]),
            float(high[place]),
            float(p[place]),
            float(corrected[place]),
            failed[place],
        )
        for place, part in enumerate(slices)
    ]


def _p_values(gains: Values, inside: npt.NDArray[np.bool_], seed: int) -> Values:
    """Test all slices by the same signs: a query outside of a slice adds nothing to its sum."""
    columns = np.where(inside, gains[:, None], 0.0)
    return randomisation_p_values(columns, seed)


def _intervals(gains: Values, inside: npt.NDArray[np.bool_], seed: int) -> tuple[Values, Values]:
    """Draw from all queries once, and take the mean over those drawn that are in the slice.

    As the queries of a slice are drawn, so is its size (domain estimation; Efron and Tibshirani,
    1993). A resample that misses a slice altogether says nothing about it.
    """
    resamples = min(RESAMPLES, max(FEWEST, DRAWS // len(gains)))
    columns = np.hstack([np.where(inside, gains[:, None], 0.0), inside])
    sums, sizes = np.hsplit(resampled_means(columns, seed, resamples), 2)
    hit = sizes * len(gains) > 0.5
    means = np.divide(sums, sizes, out=np.full(sums.shape, UNKNOWN), where=hit)
    tail = (1 - SPAN) / 2
    low, high = np.nanquantile(means, [tail, 1 - tail], axis=0)
    return low, high


def _mean(values: Values) -> float:
    return float(values.mean()) if len(values) else UNKNOWN
