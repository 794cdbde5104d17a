"""How small a difference a number of queries can show, and how many queries a difference needs.

Normal approximation of the paired two-sided test (Sakai, Information Retrieval Journal 2016, uses
the same quantities): a mean difference d over n queries with standard deviation s of the per-query
differences is found with probability `power` if d >= (z_(1 - alpha/2) + z_power) s / sqrt(n).
"""

import math
from statistics import NormalDist

from evaluation.errors import InputError

ALPHA = 0.05
POWER = 0.8


def detectable_difference(
    queries: int, deviation: float, alpha: float = ALPHA, power: float = POWER
) -> float:
    """Give the smallest mean difference that `queries` queries show with the given power.

    Args:
        queries: at least 1.
        deviation: standard deviation of the per-query differences between two systems.
        alpha: level of the two-sided test.
        power: probability of finding a difference of that size.

    Raises:
        InputError: no queries, a negative deviation, or alpha or power outside 0 to 1.
    """
    if queries < 1:
        raise InputError(f"The power of {queries} queries was asked for. Give at least one.")
    return _reach(deviation, alpha, power) / math.sqrt(queries)


def needed_queries(
    difference: float, deviation: float, alpha: float = ALPHA, power: float = POWER
) -> int | None:
    """Give how many queries show a mean difference with the given power; None for difference 0."""
    reach = _reach(deviation, alpha, power)
    return None if difference == 0 else max(1, math.ceil((reach / abs(difference)) ** 2))


def _reach(deviation: float, alpha: float, power: float) -> float:
    if not deviation >= 0 or not 0 < alpha < 1 or not 0 < power < 1:
        raise InputError(
            f"Power with deviation {deviation}, alpha {alpha} and power {power} was asked for. "
            "Give a deviation of at least 0, and alpha and power between 0 and 1."
        )
    normal = NormalDist()
    return (normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(power)) * deviation
