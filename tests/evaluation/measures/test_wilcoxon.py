import numpy as np
import pytest
from scipy import stats

from evaluation.measures.wilcoxon import wilcoxon_p_values


def test_many_pairs_agree_with_scipy() -> None:
    columns = np.random.default_rng().normal(0.05, 1, (80, 6)).round(1)  # with zeros and ties
    expected = [
        stats.wilcoxon(column, method="asymptotic", correction=False).pvalue for column in columns.T
    ]
    assert wilcoxon_p_values(columns) == pytest.approx(expected, rel=1e-9)


def test_few_queries_are_tested_exactly_as_in_scipy() -> None:
    columns = np.random.default_rng().normal(0.3, 1, (20, 4))
    expected = [stats.wilcoxon(column, method="exact").pvalue for column in columns.T]
    assert wilcoxon_p_values(columns) == pytest.approx(expected, rel=1e-9)


def test_few_queries_with_ties_are_tested_over_all_sign_patterns() -> None:
    column = np.array([0.1, 0.1, 0.2, -0.1, 0.3, 0.3, 0.0, 0.2])
    expected = stats.wilcoxon(column[column != 0], method=stats.PermutationMethod()).pvalue
    assert wilcoxon_p_values(column[:, None])[0] == pytest.approx(expected, rel=1e-9)


def test_by_hand() -> None:
    # ranks 1, 2, 3, all positive: 1 of 8 patterns has that sum, so p is 2 / 8
    assert wilcoxon_p_values(np.array([[0.1], [0.2], [0.3]]))[0] == pytest.approx(0.25)


def test_no_difference_has_the_p_value_one_and_a_missing_value_has_none() -> None:
    columns = np.array([[0.0, np.nan], [0.0, 0.5]])
    found = wilcoxon_p_values(columns)
    assert found[0] == 1
    assert np.isnan(found[1])


def test_differences_that_rounding_makes_unequal_are_tied() -> None:
    noisy = np.array([[0.3 - 0.2], [0.1], [0.2 - 0.1], [-0.1]])
    assert wilcoxon_p_values(noisy)[0] == pytest.approx(10 / 16)  # 3 or more of 4 signs, twice
