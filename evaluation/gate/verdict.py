"""Whether a change is worse than allowed: decided by an interval, or left open in so many words."""

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from evaluation.comparison import TIE, differences
from evaluation.measures.power import needed_queries
from evaluation.measures.significance import LEVEL, bootstrap_intervals

Values = npt.NDArray[np.float64]
ALL = "all queries"


class Outcome(Enum):
    """What the queries say about the allowed loss."""

    PASSED = "passed"
    WORSE = "worse"
    OPEN = "inconclusive"


@dataclass(frozen=True)
class Verdict:
    """The change from baseline to candidate over some queries, and what it says.

    Attributes:
        scope: which queries.
        queries: how many.
        failed: how many of them one of the two systems did not answer.
        difference: mean of the candidate minus mean of the baseline; NaN if a query failed.
        low: lower end of the paired bootstrap interval of the difference. Where queries failed,
            of the case that is worst for the candidate (see `judge`).
        high: upper end; where queries failed, of the case that is best for the candidate.
        level: of the interval.
        outcome: passed, worse or inconclusive.
        more: about how many more queries would settle it; None if it is settled or none would.
        reason: the outcome as a sentence.
    """

    scope: str
    queries: int
    failed: int
    difference: float
    low: float
    high: float
    level: float
    outcome: Outcome
    more: int | None
    reason: str


@dataclass(frozen=True)
class Rule:
    """What is asked of a change.

    Attributes:
        allow: the least difference of the means that is accepted, for instance -0.01.
        level: of the interval.
        bounded: whether all values of the measure lie between 0 and 1, so that a query that
            failed can be bounded.
        seed: of the resamples.
    """

    allow: float
    level: float = LEVEL
    bounded: bool = True
    seed: int = 42

    @property
    def least(self) -> int:
        """How many queries must be there: with fewer, a loss on each could still be chance.

        A sign test of n queries that all point one way has p = 2 / 2^n, which n = 6 is the first
        to bring below 5 %. A bootstrap of fewer queries only looks certain.
        """
        return math.ceil(math.log2(2 / (1 - self.level)))


def judge(scope: str, baseline: Values, candidate: Values, rule: Rule) -> Verdict:
    """Judge a change by the paired bootstrap interval of the difference (Sakai, SIGIR 2006).

    Worse only if the whole interval lies below the allowed loss; passed if none of it does. A
    failed query is neither zero nor left out: it counts once as the worst and once as the best
    that a value between 0 and 1 can be, and the outcome stands only if both say the same.

    Args:
        scope: what to call the queries.
        baseline: per-query values; NaN where the query failed.
        candidate: the same for the system to be judged, aligned.
        rule: what is asked.
    """
    gains = differences(baseline, candidate)
    low, high = _interval(baseline, candidate, rule)
    outcome = Outcome.OPEN
    if len(baseline) >= rule.least:
        outcome = _outcome(low, high, rule.allow)
    more = _more(gains.values, rule) if outcome is Outcome.OPEN and not gains.failed else None
    counted = Verdict(
        scope, len(baseline), gains.failed, gains.mean, low, high, rule.level, outcome, more, ""
    )
    return Verdict(**(vars(counted) | {"reason": _reason(counted, rule)}))


def _outcome(low: float, high: float, allow: float) -> Outcome:
    if high < allow - TIE:
        return Outcome.WORSE
    return Outcome.PASSED if low >= allow - TIE else Outcome.OPEN


def _interval(baseline: Values, candidate: Values, rule: Rule) -> tuple[float, float]:
    lost = np.isnan(baseline) | np.isnan(candidate)
    if not len(baseline) or (lost.any() and not rule.bounded):
        return -math.inf, math.inf
    worst = np.nan_to_num(candidate, nan=0.0) - np.nan_to_num(baseline, nan=1.0)
    best = np.nan_to_num(candidate, nan=1.0) - np.nan_to_num(baseline, nan=0.0)
    low, high = bootstrap_intervals(np.column_stack([worst, best]), rule.seed, level=rule.level)
    return float(low[0]), float(high[1])


def _more(gains: Values, rule: Rule) -> int | None:
    """Estimate how many more queries settle it with a power of 80 %, were this difference true."""
    few = rule.least - len(gains)
    if len(gains) < 2:
        return max(few, 1)
    alpha = 1 - rule.level
    needed = needed_queries(gains.mean() - rule.allow, float(gains.std(ddof=1)), alpha)
    return None if needed is None else max(needed - len(gains), few, 1)


def _reason(found: Verdict, rule: Rule) -> str:
    allowed = f"the allowed {rule.allow:+g}"
    if found.outcome is Outcome.WORSE:
        return f"The whole interval lies below {allowed}."
    if found.outcome is Outcome.PASSED:
        return f"The whole interval lies at or above {allowed}."
    if found.failed:
        return (
            f"{found.failed} of {found.queries} queries failed, and whatever their values were "
            "could decide it. Run them again."
        )
    if found.more is None:
        return f"The difference is {allowed} itself; no number of queries would settle it."
    cause = f"The interval holds {allowed}"
    if found.queries < rule.least:
        cause = f"{found.queries} queries are too few for an interval of {rule.level:.4g}"
    return f"{cause}; about {found.more:,} more queries would settle it."
