import numpy as np
import pytest

from evaluation.leaderboard import Verdict, histogram, standings

NAN = float("nan")
BASE = np.array([0.1, 0.5, 0.3, 0.7, 0.2, 0.6, 0.4, 0.8, 0.0, 0.9])


def test_means_and_differences_are_over_all_queries() -> None:
    found = standings({0: BASE, 3: BASE + 0.05}, 0, seed=42)
    assert found[0].mean == pytest.approx(4.5 / 10)
    assert found[3].difference == pytest.approx(0.05)
    assert (found[3].wins, found[3].ties, found[3].losses) == (10, 0, 0)


def test_a_constant_gain_has_an_interval_of_no_width_and_the_p_value_of_all_signs_equal() -> None:
    found = standings({0: BASE, 1: BASE + 0.05}, 0, seed=42)[1]
    assert (found.difference_low, found.difference_high) == pytest.approx((0.05, 0.05))
    # only 2 of the 2 ** 10 sign patterns are as extreme: p is near 2 / 1024
    assert found.p == pytest.approx(2 / 1024, abs=0.0015)
    assert found.verdict is Verdict.BETTER


def test_a_constant_loss_is_worse() -> None:
    assert standings({0: BASE, 1: BASE - 0.05}, 0, seed=42)[1].verdict is Verdict.WORSE


def test_noise_is_not_separable() -> None:
    noise = np.array([1, -1, 1, -1, 1, -1, 1, -1, 1, -1]) * 0.05
    found = standings({0: BASE, 1: BASE + noise}, 0, seed=42)[1]
    assert found.verdict is Verdict.OPEN
    assert found.difference_low < 0 < found.difference_high
    assert found.p == 1.0


def test_the_same_seed_gives_the_same_figures() -> None:
    random = np.random.default_rng(3)
    values = {number: random.random(40) for number in range(4)}
    assert standings(values, 0, seed=7) == standings(values, 0, seed=7)
    assert standings(values, 0, seed=7)[1].low != standings(values, 0, seed=8)[1].low


def test_p_values_are_corrected_for_the_systems_shown() -> None:
    gain = np.array([0.05] * 9 + [-0.02])
    alone = standings({0: BASE, 1: BASE + gain}, 0, seed=42)[1]
    others = dict.fromkeys(range(1, 11), BASE + gain)
    among_ten = standings({0: BASE, **others}, 0, seed=42)[1]
    assert alone.p_holm == alone.p == among_ten.p
    assert among_ten.p_holm == pytest.approx(10 * alone.p)
    assert (alone.verdict, among_ten.verdict) == (Verdict.BETTER, Verdict.BETTER)
    many = dict.fromkeys(range(1, 31), BASE + gain)
    assert standings({0: BASE, **many}, 0, seed=42)[1].verdict is Verdict.OPEN


def test_the_baseline_is_not_compared_with_itself() -> None:
    found = standings({0: BASE, 1: BASE + 0.05}, 0, seed=42)[0]
    assert found.verdict is Verdict.BASELINE
    assert np.isnan([found.difference, found.p, found.p_holm]).all()
    assert found.low < found.mean < found.high


def test_a_failed_query_leaves_no_mean_and_no_verdict() -> None:
    broken = BASE.copy()
    broken[2] = NAN
    found = standings({0: BASE, 1: broken, 2: BASE + 0.05}, 0, seed=42)
    assert np.isnan([found[1].mean, found[1].low, found[1].difference, found[1].p]).all()
    assert found[1].verdict is Verdict.BLOCKED
    assert found[1].failed == 1
    assert found[2].verdict is Verdict.BETTER


def test_a_failed_query_of_the_baseline_blocks_every_verdict_but_no_other_mean() -> None:
    broken = BASE.copy()
    broken[2] = NAN
    found = standings({0: broken, 1: BASE}, 0, seed=42)
    assert found[1].mean == pytest.approx(0.45)
    assert found[1].verdict is Verdict.BLOCKED
    assert found[0].verdict is Verdict.BASELINE


def test_systems_that_answer_alike_are_not_separable() -> None:
    found = standings({0: BASE, 1: BASE.copy()}, 0, seed=42)[1]
    assert found.verdict is Verdict.OPEN
    assert (found.p, found.ties) == (1.0, 10)


def test_no_queries_give_no_figures() -> None:
    found = standings({0: np.array([]), 1: np.array([])}, 0, seed=42)
    assert np.isnan(found[1].mean)


def test_a_histogram_counts_every_answered_query_once() -> None:
    values = np.array([0.0, 0.05, 0.5, 0.95, 1.0, NAN])
    assert histogram(values) == [2, 0, 0, 0, 0, 1, 0, 0, 0, 2]


def test_a_histogram_stretches_to_values_beyond_one() -> None:
    assert histogram(np.array([0.0, 5.0, 20.0])) == [1, 0, 1, 0, 0, 0, 0, 0, 0, 1]


def test_a_histogram_of_nothing_is_empty() -> None:
    assert histogram(np.array([NAN])) == [0] * 10
