import numpy as np
import pytest

from evaluation.pareto import Cost, TradeOff, best_within, trade_offs, undominated
from evaluation.spending import KINDS, Prices, cost_of

RANDOM = np.random.default_rng


def by_number(found: list[TradeOff]) -> dict[int, TradeOff]:
    return {each.number: each for each in found}


def test_the_pareto_set_agrees_with_brute_force() -> None:
    random = RANDOM()
    quality = random.integers(0, 6, (30, 12)) / 5
    cost = random.integers(1, 6, (30, 12)).astype(float)
    found = undominated(quality, cost)
    for row in range(30):
        for one in range(12):
            beaten = any(
                quality[row, other] >= quality[row, one]
                and cost[row, other] <= cost[row, one]
                and (quality[row, other], cost[row, other]) != (quality[row, one], cost[row, one])
                for other in range(12)
            )
            assert found[row, one] == (not beaten)


def test_equal_systems_are_both_in_the_set() -> None:
    assert undominated(np.array([0.5, 0.5, 0.4]), np.array([1.0, 1.0, 1.0])).tolist() == [
        True,
        True,
        False,
    ]


def test_who_beats_whom_by_hand() -> None:
    values = {n: np.full(20, mean) for n, mean in enumerate((0.2, 0.6, 0.5, 0.9))}
    costs = {0: Cost(1.0), 1: Cost(2.0), 2: Cost(3.0), 3: Cost(9.0)}
    found = by_number(trade_offs(values, costs, 1))
    assert list(found) == [3, 1, 2, 0]
    assert {n: each.dominators for n, each in found.items()} == {0: (), 1: (), 2: (1,), 3: ()}
    assert [found[n].chance for n in (1, 2)] == [1, 0]
    assert np.isnan([found[0].cost.low, found[0].cost.high]).all()


def test_intervals_of_quality_and_latency_are_those_of_a_bootstrap() -> None:
    from scipy import stats

    random = RANDOM(3)
    values, times = random.random(200), random.gamma(4, 2, 40)
    (found,) = trade_offs({0: values}, {0: Cost(float(np.median(times)), times)}, 1)
    expected = stats.bootstrap((times,), np.median, n_resamples=4_000, method="percentile", rng=2)
    ends = expected.confidence_interval
    assert (found.cost.low, found.cost.high) == pytest.approx((ends.low, ends.high), rel=0.06)
    spread = values.std() / np.sqrt(200)
    ends = (values.mean() - 1.96 * spread, values.mean() + 1.96 * spread)
    assert (found.quality.low, found.quality.high) == pytest.approx(ends, abs=0.01)


def test_a_close_race_is_called_one() -> None:
    random = RANDOM(4)
    base = random.random(100)
    noise = random.normal(0, 0.2, 100)
    values = {0: base, 1: base + noise - noise.mean() + 0.001}
    times = random.gamma(9, 1, 30)
    costs = {n: Cost(float(np.median(times)) + n / 100, times + n / 100) for n in values}
    found = by_number(trade_offs(values, costs, 1))
    # the first is cheaper in every resample, the second better in about half of them
    assert found[0].chance == 1
    assert 0.2 < found[1].chance < 0.8


def test_a_system_with_a_failed_query_or_without_the_cost_is_left_out() -> None:
    values = {0: np.array([1.0, np.nan]), 1: np.array([0.5, 0.5]), 2: np.array([1.0, 1.0])}
    assert list(by_number(trade_offs(values, {0: Cost(1), 1: Cost(1)}, 1))) == [1]
    assert trade_offs(values, {}, 1) == []


def test_the_best_within_a_budget() -> None:
    values = {n: np.full(5, mean) for n, mean in enumerate((0.2, 0.6, 0.6, 0.9))}
    found = trade_offs(values, {n: Cost(n + 1.0) for n in values}, 1)
    best = [best_within(found, budget) for budget in (0.5, 1, 3, 100)]
    assert [each.number if each else None for each in best] == [None, 0, 1, 3]


FIGURES = {
    "latency_ms": [10.0, 20.0, 60.0],
    "index_bytes": 2_000,
    "index_seconds": 3.0,
    "peak_memory_bytes": 5_000,
}


def test_costs_by_kind_by_hand() -> None:
    found = {kind: cost_of(FIGURES, kind, Prices(7.2, 0.5)) for kind in KINDS}
    values = {kind: cost.value for kind, cost in found.items() if cost}
    # 1,000 queries of 30 ms are 30 s, at 7.2 an hour
    expected = {"p50": 20, "p95": 56, "index": 2000, "build": 3, "memory": 5000, "tokens": 0}
    assert values == pytest.approx({**expected, "money": 30 / 3600 * 7.2 + 0.5})


def test_money_has_the_interval_of_the_mean_time() -> None:
    cost = cost_of(FIGURES, "money", Prices(3_600.0))
    assert cost is not None
    (found,) = trade_offs({0: np.ones(4)}, {0: cost}, 1)
    # the mean of three draws from 10, 20, 60 ms, per 1,000 queries at one per second
    assert (found.cost.low, found.cost.value, found.cost.high) == pytest.approx((10, 30, 60))


def test_an_uploaded_run_has_no_cost() -> None:
    assert {cost_of({"latency_ms": [], "index_bytes": 0}, kind) for kind in KINDS} == {None}
