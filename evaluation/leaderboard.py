"""The leaderboard: what each system reaches, how sure that is, and what it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from evaluation.measures.pairs import Pairs, compare_all
from evaluation.measures.significance import holm

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
        ranks: best and worst rank that the data leave open; None where a query failed.
        in_band: whether it cannot be separated from the best system (see `band`).
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
    ranks: tuple[int, int] | None = None
    in_band: bool = False


def standings(values: Mapping[int, Values], baseline: int, seed: int) -> dict[int, Standing]:
    """Give how every system stands against the baseline.

    Args:
        values: per-query values by system number, all aligned with the same queries.
        baseline: one of the systems.
        seed: of resampling; the same seed gives the same figures.
    """
    table = np.column_stack(list(values.values()))
    return standings_of(compare_all([table], seed)[0], tuple(values), baseline)


def standings_of(
    pairs: Pairs, numbers: Sequence[int], baseline: int, wanted: Sequence[int] = ()
) -> dict[int, Standing]:
    """Give how systems stand against the baseline, from what is known about every pair.

    Args:
        pairs: the comparison of all systems.
        numbers: the number of each of them.
        baseline: one of the numbers.
        wanted: those to give; the correction is over them. All where it is empty.
    """
    places = {number: place for place, number in enumerate(numbers)}
    base = places[baseline]
    chosen = [places[number] for number in wanted or numbers]
    others = [place for place in chosen if place != base]
    corrected = dict(zip(others, holm(pairs.p_randomisation[others, base]).tolist(), strict=True))
    in_band = band(pairs)
    return {
        numbers[place]: _standing(
            pairs, (numbers[place], place, base), corrected.get(place, UNKNOWN), in_band[place]
        )
        for place in chosen
    }


def _standing(pairs: Pairs, who: tuple[int, int, int], p_holm: float, in_band: bool) -> Standing:
    number, place, base = who
    alone, mine = place == base, (place, base)
    unknown = alone or bool(np.isnan(pairs.difference[mine]))
    difference, low, high, p = (
        UNKNOWN if unknown else float(values[mine])
        for values in (
            pairs.difference, pairs.difference_low, pairs.difference_high, pairs.p_randomisation,
        )
    )  # fmt: skip
    return Standing(
        number, float(pairs.mean[place]), float(pairs.low[place]), float(pairs.high[place]),
        difference, low, high, p, p_holm, _verdict(alone, difference, p_holm),
        int(pairs.wins[mine]), int(pairs.ties[mine]), int(pairs.wins[base, place]),
        int(pairs.failed[place]),
        _ranks(pairs, place), in_band,
    )  # fmt: skip


def _ranks(pairs: Pairs, place: int) -> tuple[int, int] | None:
    low, high = float(pairs.rank_low[place]), float(pairs.rank_high[place])
    return None if low != low else (int(low), int(high))


def band(pairs: Pairs, test: str = "randomisation", correction: str = "holm") -> list[bool]:
    """Say of each system whether the data cannot separate it from the best one.

    The best one is in its band. Separable is a p-value of at most 5 % after the correction over
    all pairs. That a system is in the band does not make it equal to the best.
    """
    if np.isnan(pairs.mean).all():
        return [False] * len(pairs.mean)
    best = int(np.nanargmax(pairs.mean))
    p = pairs.p_values(test, correction)[best]
    return [place == best or bool(p[place] > LEVEL) for place in range(len(p))]


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
