import numpy as np
import pytest
from scipy.stats import ttest_1samp

from evaluation.errors import InputError
from evaluation.measures.power import detectable_difference, needed_queries


def test_the_textbook_numbers() -> None:
    assert detectable_difference(100, 1.0) == pytest.approx((1.959964 + 0.841621) / 10, abs=1e-6)
    assert needed_queries(0.5, 1.0) == 32
    assert needed_queries(0, 1.0) is None


def test_simulated_experiments_find_the_promised_share() -> None:
    random = np.random.default_rng(11)
    deviation, queries = 0.3, 50
    difference = detectable_difference(queries, deviation)
    samples = random.normal(difference, deviation, (4000, queries))
    found = (ttest_1samp(samples, 0, axis=1).pvalue < 0.05).mean()
    assert found == pytest.approx(0.8, abs=0.03)


def test_the_two_questions_are_each_others_inverse() -> None:
    random = np.random.default_rng()
    for queries in random.integers(2, 5000, 20):
        difference = detectable_difference(int(queries), 0.25)
        assert needed_queries(difference, 0.25) in (queries, queries + 1)


def test_senseless_questions_are_refused() -> None:
    with pytest.raises(InputError):
        detectable_difference(0, 1.0)
    with pytest.raises(InputError):
        needed_queries(0.1, -1.0)
