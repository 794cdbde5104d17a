"""Quality against cost: which systems nothing beats in both, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from evaluation.measures.significance import LEVEL, resampled_means

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MOST, FEWEST = 5_000, 1_000  # resamples
DRAWS = 7_000_000  # of queries, so that many of them are resampled less often
UNKNOWN = float("nan")
NO_SAMPLES: Values = np.zeros(0)


@dataclass(frozen=True, eq=False)
class Cost:
    """What a system costs by one kind of cost.

    Attributes:
        value: the cost; smaller is better.
        samples: what it was measured on, such as the latency of single queries; empty where the
            cost is one number without an interval.
        quantile: which quantile of the samples the cost is; None for their mean.
        factor: what the quantile or mean is multiplied by.
        added: what is added to it then.
    """

    value: float
    samples: Values = field(default_factory=lambda: NO_SAMPLES)
    quantile: float | None = 0.5
    factor: float = 1.0
    added: float = 0.0


@dataclass(frozen=True)
class Range:
    """A value and its 95 % bootstrap interval; the ends are NaN where there is none."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class TradeOff:
    """A system between quality and cost.

    Attributes:
        number: the system.
        quality: mean of the measure over all queries.
        cost: the cost.
        dominators: the systems that are at least as good at no more cost, and better in one of
            the two; the best first. Empty for a system of the Pareto set.
        chance: share of resamples (queries for quality, timed queries for cost) in which the
            system is in the Pareto set.
    """

    number: int
    quality: Range
    cost: Range
    dominators: tuple[int, ...]
    chance: float


def undominated(quality: Values, cost: Values) -> Flags:
    """Say which systems are in the Pareto set: no other is as good and as cheap, and one better.

    Args:
        quality: (..., systems), larger is better.
        cost: the same shape, smaller is better.
    """
    flags: Flags = np.logical_not(_dominates(quality, cost).any(axis=-2))
    return flags


def _dominates(quality: Values, cost: Values) -> Flags:
    """Give a flag for each pair: the system of the row dominates that of the column."""
    row, column = (..., slice(None), None), (..., None, slice(None))
    as_good = (quality[row] >= quality[column]) & (cost[row] <= cost[column])
    different = (quality[row] > quality[column]) | (cost[row] < cost[column])
    flags: Flags = as_good & different
    return flags


def trade_offs(
    values: Mapping[int, Values], costs: Mapping[int, Cost], seed: int
) -> list[TradeOff]:
    """Set quality against cost for every system that has both, the best quality first.

    Queries are drawn once for all systems, so that the qualities are paired; the latencies, too,
    as every system is timed on the same queries. A system with a failed query (NaN) has no mean
    and is left out.

    Args:
        values: per-query values by system number, all aligned with the same queries.
        costs: by system number.
        seed: of resampling; the same seed gives the same figures.
    """
    numbers = [n for n in values if n in costs and len(values[n]) and not np.isnan(values[n]).any()]
    if not numbers:
        return []
    matrix = np.column_stack([values[n] for n in numbers])
    resamples = min(MOST, max(FEWEST, DRAWS // len(matrix)))
    drawn = resampled_means(matrix, seed, resamples)
    spent = np.column_stack([_resampled(costs[n], seed, resamples) for n in numbers])
    quality, cost = matrix.mean(axis=0), np.array([costs[n].value for n in numbers])
    chances = undominated(drawn, spent).mean(axis=0)
    order = np.lexsort((cost, -quality)).tolist()
    better = _dominates(quality, cost)
    return [
        TradeOff(
            numbers[i],
            _range(float(quality[i]), drawn[:, i]),
            _range(float(cost[i]), spent[:, i] if len(costs[numbers[i]].samples) else None),
            tuple(numbers[j] for j in order if better[j, i]),
            float(chances[i]),
        )
        for i in order
    ]


def best_within(found: list[TradeOff], budget: float) -> TradeOff | None:
    """Give the system with the best quality among those that cost at most so much; None if none.

    Of equally good ones the cheapest.
    """
    within = [each for each in found if each.cost.value <= budget]
    return max(within, key=lambda each: (each.quality.value, -each.cost.value), default=None)


def _resampled(cost: Cost, seed: int, resamples: int) -> Values:
    if not len(cost.samples):
        return np.full(resamples, cost.value)
    places = np.random.default_rng(seed).integers(
        0, len(cost.samples), (resamples, len(cost.samples))
    )
    drawn = cost.samples[places]
    middle = drawn.mean(1) if cost.quantile is None else np.quantile(drawn, cost.quantile, axis=1)
    spent: Values = middle * cost.factor + cost.added
    return spent


def _range(value: float, drawn: Values | None) -> Range:
    if drawn is None:
        return Range(value, UNKNOWN, UNKNOWN)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail]).tolist()
    return Range(value, low, high)
