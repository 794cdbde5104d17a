import numpy as np
import pytest

from evaluation.gate.verdict import Outcome, Rule, judge
from evaluation.measures.power import needed_queries
from evaluation.measures.significance import bootstrap_intervals

ROLL = np.random.default_rng(11)


def values(count: int) -> np.ndarray:
    return ROLL.uniform(0.3, 0.7, count)


def test_a_clear_loss_is_worse_and_its_interval_is_the_paired_bootstrap() -> None:
    before = values(200)
    after = before - 0.1 + ROLL.normal(0, 0.05, 200)
    found = judge("all", before, after, Rule(-0.01))
    low, high = bootstrap_intervals((after - before)[:, None])
    assert found.outcome is Outcome.WORSE
    assert (found.low, found.high) == pytest.approx((low[0], high[0]), abs=1e-12)
    assert found.difference == pytest.approx((after - before).mean(), abs=1e-12)


def test_the_same_values_pass_with_no_loss_allowed() -> None:
    before = values(50)
    found = judge("all", before, before.copy(), Rule(0.0))
    assert (found.outcome, found.low, found.high) == (Outcome.PASSED, 0.0, 0.0)


def test_noise_is_inconclusive_and_says_how_many_more_queries_would_settle_it() -> None:
    before = values(40)
    after = before - 0.02 + ROLL.normal(0, 0.2, 40)
    found = judge("all", before, after, Rule(-0.01))
    gains = after - before
    needed = needed_queries(gains.mean() + 0.01, gains.std(ddof=1))
    assert found.outcome is Outcome.OPEN
    assert needed is not None
    assert found.more == needed - 40 > 0
    assert f"{found.more:,} more queries" in found.reason


def test_few_queries_never_decide_however_clear_they_look() -> None:
    for count, outcome in ((5, Outcome.OPEN), (6, Outcome.WORSE)):
        found = judge("all", np.ones(count), np.zeros(count), Rule(0.0))
        assert found.outcome is outcome
    assert judge("none", np.zeros(0), np.zeros(0), Rule(0.0)).outcome is Outcome.OPEN
    assert Rule(0.0, level=1 - 0.05 / 10).least == 9  # 2 / 2^9 < 0.005 < 2 / 2^8


def test_a_failed_query_is_neither_zero_nor_left_out() -> None:
    before = np.full(100, 0.5)
    after = np.full(100, 0.5)
    after[0] = np.nan
    found = judge("all", before, after, Rule(0.0))
    assert found.outcome is Outcome.OPEN  # left out it would pass
    assert np.isnan(found.difference)
    assert found.failed == 1
    assert found.low < 0 < found.high
    assert "failed" in found.reason


def test_failed_queries_that_could_not_change_the_outcome_do_not_hold_it_up() -> None:
    before, after = np.full(200, 0.9), np.full(200, 0.1)
    after[:3] = np.nan
    assert judge("all", before, after, Rule(-0.01)).outcome is Outcome.WORSE
    assert judge("all", after, before, Rule(-0.01)).outcome is Outcome.PASSED


def test_a_failed_query_of_a_measure_without_bounds_leaves_it_open() -> None:
    before, after = np.full(200, 0.9), np.full(200, 0.1)
    after[0] = np.nan
    found = judge("all", before, after, Rule(-0.01, bounded=False))
    assert (found.outcome, found.low, found.high) == (Outcome.OPEN, -np.inf, np.inf)


def test_an_unchanged_system_rarely_fails_and_a_regression_nearly_always() -> None:
    """A simulation: 300 checks each; the interval is wrong on one side in 2.5 % of them."""
    random = np.random.default_rng(5)
    fails = {0.0: 0, -0.06: 0}
    for loss in fails:
        for _ in range(300):
            before = random.uniform(0, 1, 120)
            after = before + loss + random.normal(0, 0.12, 120)
            found = judge("all", before, after, Rule(0.0, seed=1))
            fails[loss] += found.outcome is Outcome.WORSE
    assert fails[0.0] <= 16  # 2.5 % of 300 is 7.5; more than 16 has a chance below 0.2 %
    assert fails[-0.06] >= 297
