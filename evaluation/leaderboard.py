"""The leaderboard: what each system reaches, how sure that is, and what it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from evaluation.comparison import differences
from evaluation.measures.significance import bootstrap_intervals, holm, randomisation_p_values

Values = npt.NDArray[np.float64]

LEVEL = 0.05
UNKNOWN = float("nan")


class Verdict(Enum):
    """What the data say about a system against the baseline."""

    BASELINE = "the baseline"
    BETTER = "better"
    WORSE = "worse"
    OPEN = "not separable"
    BLOCKED = "no verdict: a query failed"


@dataclass(frozen=True)
class Standing:
    """One system by one measure, with how it stands against the baseline.

    Figures that do not exist are NaN: everything against the baseline for the baseline itself,
    and everything but the counts where a query failed, which is neither zero nor left out.

    Attributes:
        number: the system.
        mean: over all queries.
        low: lower end of the 95 % bootstrap interval of the mean.
        high: upper end.
        difference: mean minus the baseline's.
        difference_low: lower end of the 95 % paired bootstrap interval of the difference.
        difference_high: upper end.
        p: two-sided, of the paired randomisation test against the baseline; never 0.
        p_holm: the same, corrected for the number of systems shown (Holm, Scand. J. Stat., 1979).
        verdict: separable at 5 % after the correction, or not.
        wins: queries where the system is better than the baseline.
        ties: queries where both are equal.
        losses: queries where it is worse.
        failed: queries that the system did not answer.
    """

    number: int
    mean: float
    low: float
    high: float
    difference: float
    difference_low: float
    difference_high: float
    p: float
    p_holm: float
    verdict: Verdict
    wins: int
    ties: int
    losses: int
    failed: int


def standings(values: Mapping[int, Values], baseline: int, seed: int) -> dict[int, Standing]:
    """Give how every system stands against the baseline.

    Args:
        values: per-query values by system number, all aligned with the same queries.
        baseline: one of the systems.
        seed: of resampling; the same seed gives the same figures.
    """
    numbers = list(values)
    failed = {n: int(np.isnan(values[n]).sum()) for n in numbers}
    whole = [n for n in numbers if not failed[n] and len(values[n])]
    others = [n for n in whole if n != baseline] if baseline in whole else []
    gains = [values[n] - values[baseline] for n in others]
    # one pass over both, because drawing the resamples is what takes time
    ends = _intervals([*(values[n] for n in whole), *gains], seed)
    means = dict(zip(whole, ends[: len(whole)], strict=True))
    spans = dict(zip(others, ends[len(whole) :], strict=True))
    chances = dict(zip(others, _chances(gains, seed), strict=True))
    unknown = (UNKNOWN, UNKNOWN, UNKNOWN)
    found = {}
    for n in numbers:
        counts = differences(values[baseline], values[n])
        p, p_holm = chances.get(n, (UNKNOWN, UNKNOWN))
        span = spans.get(n, unknown)
        found[n] = Standing(
            n, *means.get(n, unknown), *span, p, p_holm,
            _verdict(n == baseline, span[0], p_holm),
            counts.wins, counts.ties, counts.losses, failed[n],
        )  # fmt: skip
    return found


def _intervals(columns: Sequence[Values], seed: int) -> list[tuple[float, float, float]]:
    """Give mean, lower and upper end of each column of values."""
    if not columns:
        return []
    matrix = np.column_stack(columns)
    low, high = bootstrap_intervals(matrix, seed)
    return list(zip(matrix.mean(axis=0).tolist(), low.tolist(), high.tolist(), strict=True))


def _chances(gains: Sequence[Values], seed: int) -> list[tuple[float, float]]:
    """Give the p-value of each column of differences, plain and corrected over all of them."""
    if not gains:
        return []
    plain = randomisation_p_values(np.column_stack(gains), seed)
    return list(zip(plain.tolist(), holm(plain).tolist(), strict=True))


def _verdict(is_baseline: bool, difference: float, p_holm: float) -> Verdict:
    if is_baseline:
        return Verdict.BASELINE
    if p_holm != p_holm:
        return Verdict.BLOCKED
    if p_holm > LEVEL:
        return Verdict.OPEN
    return Verdict.BETTER if difference > 0 else Verdict.WORSE


def histogram(values: Values, bins: int = 10) -> list[int]:
    """Count queries in equal bins from 0 to 1 (the last includes 1); failed ones are left out.

    Values outside (some measures have no such bounds) stretch the range to the largest one.
    """
    known = values[~np.isnan(values)]
    top = max(1.0, float(known.max())) if len(known) else 1.0
    bottom = min(0.0, float(known.min())) if len(known) else 0.0
    return [int(count) for count in np.histogram(known, bins, (bottom, top))[0]]
