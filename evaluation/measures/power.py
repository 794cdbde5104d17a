"""How small a difference a number of queries can show, and how many queries a difference needs.

The power of the two-sided paired t-test over n queries, exactly, from the noncentral t
distribution (Cohen, 1988; Sakai, Information Retrieval Journal 2016, for retrieval): a mean
difference d with standard deviation s of the per-query differences has the noncentrality
d sqrt(n) / s.
"""

import math
from statistics import NormalDist

from evaluation.errors import InputError

ALPHA = 0.05
POWER = 0.8
NORMAL = 5_000  # queries from which the normal distribution gives the same to four digits
MOST = 10**12


def power_of(noncentrality: float, queries: int, alpha: float = ALPHA) -> float:
    """Give the probability of a p-value of at most alpha."""
    if queries > NORMAL:
        normal = NormalDist()
        limit = normal.inv_cdf(1 - alpha / 2)
        return normal.cdf(noncentrality - limit) + normal.cdf(-noncentrality - limit)
    from scipy.special import nctdtr, stdtrit

    limit = float(stdtrit(queries - 1, 1 - alpha / 2))
    missed = nctdtr(queries - 1, noncentrality, limit) - nctdtr(queries - 1, noncentrality, -limit)
    return float(1 - missed)


def detectable_difference(
    queries: int, deviation: float, alpha: float = ALPHA, power: float = POWER
) -> float:
    """Give the smallest mean difference that `queries` queries show with the given power.

    Args:
        queries: at least 2.
        deviation: standard deviation of the per-query differences between two systems.
        alpha: level of the two-sided test.
        power: probability of finding a difference of that size.

    Raises:
        InputError: fewer queries, a negative deviation, or alpha or power outside 0 to 1.
    """
    _check(deviation, alpha, power)
    if queries < 2:
        raise InputError(f"The power of {queries} queries was asked for. Give at least two.")
    low, high = 0.0, 1.0
    while power_of(high, queries, alpha) < power:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if power_of(middle, queries, alpha) >= power else (middle, high)
    return high * deviation / math.sqrt(queries)


def needed_queries(
    difference: float, deviation: float, alpha: float = ALPHA, power: float = POWER
) -> int | None:
    """Give how many queries show a mean difference with the given power.

    None for a difference of 0, and where more than 10 ** 12 would be needed. At least 2.
    """
    _check(deviation, alpha, power)
    effect = abs(difference) / deviation if deviation else math.inf
    if not effect > 0:
        return None
    if math.isinf(effect):
        return 2
    low, high = 1, 2
    while power_of(min(effect * math.sqrt(high), 40.0), high, alpha) < power:
        low, high = high, high * 2
        if high > MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        found = power_of(min(effect * math.sqrt(middle), 40.0), middle, alpha) >= power
        low, high = (low, middle) if found else (middle, high)
    return high


def _check(deviation: float, alpha: float, power: float) -> None:
    if not deviation >= 0 or not 0 < alpha < 1 or not 0 < power < 1:
        raise InputError(
            f"Power with deviation {deviation}, alpha {alpha} and power {power} was asked for. "
            "Give a deviation of at least 0, and alpha and power between 0 and 1."
        )
