import numpy as np
import pytest
from scipy.stats import nct, t, ttest_1samp

from evaluation.errors import InputError
from evaluation.measures.power import detectable_difference, needed_queries, power_of


@pytest.mark.parametrize(("effect", "queries"), [(0.2, 199), (0.5, 34), (0.8, 15)])
def test_the_textbook_numbers(effect: float, queries: int) -> None:
    assert needed_queries(effect, 1.0) == queries
    assert needed_queries(-effect / 4, 0.25) == queries


def test_power_agrees_with_scipy() -> None:
    limit = t.ppf(0.975, 11)
    expected = nct.sf(limit, 11, 1.7) + nct.cdf(-limit, 11, 1.7)
    assert power_of(1.7, 12) == pytest.approx(expected, abs=1e-6)
    assert power_of(0.0, 12) == pytest.approx(0.05)
    assert power_of(2.0, 5_001) == pytest.approx(power_of(2.0, 5_000), abs=2e-4)


@pytest.mark.parametrize("queries", [8, 50])
def test_simulated_experiments_find_the_promised_share(queries: int) -> None:
    random = np.random.default_rng(11)
    difference = detectable_difference(queries, 0.3)
    samples = random.normal(difference, 0.3, (4000, queries))
    found = (ttest_1samp(samples, 0, axis=1).pvalue < 0.05).mean()
    assert found == pytest.approx(0.8, abs=0.025)


def test_the_needed_number_of_queries_finds_the_difference_in_a_simulation() -> None:
    random = np.random.default_rng(12)
    queries = needed_queries(0.1, 0.3)
    assert queries is not None
    samples = random.normal(0.1, 0.3, (4000, queries))
    assert (ttest_1samp(samples, 0, axis=1).pvalue < 0.05).mean() == pytest.approx(0.8, abs=0.025)


def test_the_two_questions_are_each_others_inverse() -> None:
    for queries in np.random.default_rng().integers(2, 9000, 10):
        difference = detectable_difference(int(queries), 0.25)
        assert needed_queries(difference * (1 + 1e-9), 0.25) == queries


def test_a_stricter_level_needs_more_queries() -> None:
    some, more = needed_queries(0.1, 0.3), needed_queries(0.1, 0.3, alpha=0.05 / 190)
    assert some is not None
    assert more is not None
    assert more > 2 * some


def test_no_difference_is_never_found_and_no_spread_at_once() -> None:
    assert needed_queries(0, 1.0) is None
    assert needed_queries(1e-12, 1.0) is None
    assert needed_queries(0.1, 0.0) == 2
    assert detectable_difference(10, 0.0) == 0


def test_senseless_questions_are_refused() -> None:
    with pytest.raises(InputError):
        detectable_difference(1, 1.0)
    with pytest.raises(InputError):
        needed_queries(0.1, -1.0)
    with pytest.raises(InputError):
        detectable_difference(10, 1.0, alpha=1.5)
