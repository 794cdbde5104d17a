import itertools

import numpy as np
import pytest
from scipy import stats

from evaluation.measures.significance import (
    benjamini_hochberg,
    bootstrap_intervals,
    holm,
    randomisation_p_values,
    t_test_p_values,
)


def test_a_p_value_is_the_share_of_sign_patterns_at_least_as_extreme() -> None:
    differences = np.random.default_rng().normal(0.3, 1, (10, 3))
    patterns = np.array(list(itertools.product([-1, 1], repeat=10)))
    sums = np.abs(patterns @ differences)
    exact = (sums >= np.abs(differences.sum(0)) - 1e-9).mean(0)
    assert randomisation_p_values(differences, 1, 200_000) == pytest.approx(exact, abs=0.006)


def test_equal_differences_are_counted_as_extreme_whatever_the_rounding() -> None:
    differences = np.full((4, 1), 0.1)
    # of 16 sign patterns, all plus and all minus are as extreme as the observed one
    assert randomisation_p_values(differences, 1, 100_000)[0] == pytest.approx(2 / 16, abs=0.005)


def test_a_p_value_is_seeded_and_never_zero() -> None:
    sure = np.full((300, 1), 0.5)
    assert randomisation_p_values(sure, 5, 999)[0] == 1 / 1000
    random = np.random.default_rng(3).normal(0.05, 1, (50, 1))
    assert randomisation_p_values(random, 5) == randomisation_p_values(random, 5)
    assert randomisation_p_values(random, 5) != randomisation_p_values(random, 6)


def test_no_difference_at_all_has_the_p_value_one() -> None:
    assert randomisation_p_values(np.zeros((20, 1)), 1, 100)[0] == 1


def test_the_p_value_agrees_with_scipy() -> None:
    differences = np.random.default_rng(8).normal(0.2, 1, 60)
    other = stats.permutation_test(
        (differences,),
        np.mean,
        permutation_type="samples",
        n_resamples=20_000,
        rng=np.random.default_rng(1),
    )
    ours = randomisation_p_values(differences[:, None], 1, 20_000)[0]
    assert ours == pytest.approx(other.pvalue, abs=0.012)


def test_an_interval_agrees_with_scipy() -> None:
    values = np.random.default_rng(8).beta(1, 2, 80)
    other = stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=20_000, rng=np.random.default_rng(1)
    ).confidence_interval
    low, high = bootstrap_intervals(values[:, None], 1, 20_000)
    assert (low[0], high[0]) == pytest.approx((other.low, other.high), abs=0.004)


def test_intervals_cover_the_true_mean_about_as_often_as_they_say() -> None:
    random = np.random.default_rng(9)
    samples = random.normal(0.4, 0.2, (60, 400))
    low, high = bootstrap_intervals(samples, 2, 2000)
    assert ((low <= 0.4) & (high >= 0.4)).mean() == pytest.approx(0.94, abs=0.035)


def test_the_interval_of_a_difference_is_that_of_the_paired_columns() -> None:
    random = np.random.default_rng()
    one, other = random.random((2, 50))
    low, high = bootstrap_intervals(np.column_stack([one - other, other - one]), 4)
    assert low[0] == pytest.approx(-high[1], abs=1e-3)
    assert low[0] <= (one - other).mean() <= high[0]


def test_equal_values_have_an_interval_of_no_width() -> None:
    low, high = bootstrap_intervals(np.full((7, 1), 0.1), 1, 500)
    assert (low[0], high[0]) == pytest.approx((0.1, 0.1))


def test_a_missing_value_makes_its_column_unknown_and_no_other() -> None:
    columns = np.array([[1.0, np.nan], [2.0, 1.0], [4.0, 2.0]])
    low, _ = bootstrap_intervals(columns, 1, 100)
    p = randomisation_p_values(columns, 1, 100)
    assert np.isnan([low[1], p[1]]).all()
    assert not np.isnan([low[0], p[0]]).any()


def test_holm_by_hand() -> None:
    # sorted 0.01, 0.02, 0.03, 0.04 times 4, 3, 2, 1, never falling
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm([0.9, 0.8]).tolist() == [1.0, 1.0]
    assert holm([]).tolist() == []


def test_holm_does_not_count_what_is_unknown() -> None:
    found = holm([0.01, float("nan"), 0.5])
    assert found[[0, 2]] == pytest.approx([0.02, 0.5])
    assert np.isnan(found[1])


def test_benjamini_hochberg_by_hand() -> None:
    # sorted 0.01, 0.02, 0.03, 0.8 times 4/1, 4/2, 4/3, 4/4, never above the next one
    assert benjamini_hochberg([0.8, 0.01, 0.03, 0.02]) == pytest.approx([0.8, 0.04, 0.04, 0.04])
    assert benjamini_hochberg([]).tolist() == []


def test_benjamini_hochberg_agrees_with_scipy() -> None:
    for size in (1, 2, 7, 190):
        p = np.random.default_rng().uniform(0, 1, size) ** 2
        assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p), rel=1e-12)


def test_benjamini_hochberg_does_not_count_what_is_unknown() -> None:
    found = benjamini_hochberg([0.01, float("nan"), 0.5])
    assert found[[0, 2]] == pytest.approx([0.02, 0.5])
    assert np.isnan(found[1])


def test_the_t_test_agrees_with_scipy() -> None:
    differences = np.random.default_rng().normal(0.1, 1, (30, 4))
    expected = stats.ttest_1samp(differences, 0).pvalue
    assert t_test_p_values(differences) == pytest.approx(expected, rel=1e-9)


def test_the_t_test_knows_what_it_cannot_say() -> None:
    columns = np.array([[0.0, 0.1, np.nan], [0.0, 0.1, 1.0], [0.0, 0.1, 2.0]])
    found = t_test_p_values(columns)
    assert found[0] == 1
    assert np.isnan(found[1:]).all()
    assert np.isnan(t_test_p_values(np.ones((1, 1)))).all()
