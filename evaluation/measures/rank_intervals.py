"""Which ranks are possible for each system, given that its queries are only a sample."""

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Ranks = npt.NDArray[np.int64]

LEVEL = 0.95
TIE = 1e-9


def rank_intervals(
    means: Values, resampled: Values, deviations: Values, queries: int, level: float = LEVEL
) -> tuple[Ranks, Ranks]:
    """Give the best and the worst rank that the data leave open for each system.

    For each system the paired bootstrap gives simultaneous intervals of its differences to all
    others, by the largest standardised deviation (Mogstad, Romano, Shaikh and Wilhelm, Review of
    Economic Studies 2024). Systems surely better count before it, systems surely worse behind it;
    all others may stand on either side. The percentiles of resampled ranks, which are simpler,
    are too narrow where systems are close (Hall and Miller, Annals of Statistics 2009).

    Args:
        means: (systems,) of systems without a failed query.
        resampled: (systems, resamples), their means over the same drawn queries.
        deviations: (systems, systems), standard deviations of the per-query differences.
        queries: how many there are.
        level: with which probability each interval holds the rank of its system.
    """
    count = len(means)
    errors = deviations / np.sqrt(max(1, queries))
    best, worst = np.ones(count, np.int64), np.full(count, count, np.int64)
    for place in range(count):
        gaps = means[place] - means
        varied = errors[place] > TIE
        moved = resampled[place] - resampled[varied] - gaps[varied, None]
        furthest = np.abs(moved / errors[place][varied, None]).max(axis=0, initial=0.0)
        reach = np.quantile(furthest, level) * errors[place] if len(furthest) else errors[place]
        reach = np.maximum(reach, TIE)  # equal on every query is not a difference
        best[place] += int((gaps < -reach).sum())
        worst[place] -= int((gaps > reach).sum())
    return best, worst


def widened(
    ranks: tuple[Ranks, Ranks], difference: Values, p_values: Values, level: float = LEVEL
) -> tuple[Ranks, Ranks]:
    """Leave open what a test of all pairs leaves open, too.

    A bootstrap of very few queries draws nothing but those few, so its intervals are too narrow:
    two queries that agree would settle every rank.

    Args:
        ranks: as `rank_intervals` gives them.
        difference: (systems, systems), row minus column.
        p_values: (systems, systems), corrected over all pairs.
        level: a pair is separable where p is at most 1 - level.
    """
    best, worst = ranks
    surely = (p_values <= 1 - level) & (difference > 0)
    return (
        np.minimum(best, 1 + surely.sum(axis=0)),
        np.maximum(worst, len(best) - surely.sum(axis=1)),
    )
