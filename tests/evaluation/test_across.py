import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy.stats import rankdata

from evaluation.across import across, borda_points, order

Values = npt.NDArray[np.float64]
MEANS = some.lists(
    some.sampled_from([0.1, 0.2, 0.25, 0.5, 0.75, float("nan")]), min_size=1, max_size=12
)


def column(mean: float, queries: int = 4) -> Values:
    return np.full(queries, mean)


def test_points_by_hand() -> None:
    """0.9 beats three; the two of 0.5 beat one and share the point between them; 0.1 none."""
    assert borda_points(np.array([0.5, 0.9, 0.1, 0.5])).tolist() == [1.5, 3.0, 0.0, 1.5]


@given(MEANS)
def test_points_of_a_task_sum_to_what_borda_says_exactly(means: list[float]) -> None:
    points = borda_points(np.array(means))
    known = sum(mean == mean for mean in means)
    assert np.nansum(points) == known * (known - 1) / 2
    assert np.isnan(points).tolist() == np.isnan(means).tolist()


@given(some.lists(some.sampled_from([0.1, 0.2, 0.25, 0.5]), min_size=1, max_size=12))
def test_points_are_the_number_of_systems_minus_the_mean_rank(means: list[float]) -> None:
    assert (
        borda_points(np.array(means)).tolist()
        == (len(means) - rankdata([-mean for mean in means])).tolist()
    )


def test_mean_and_borda_by_hand() -> None:
    found = across([[column(0.5), column(0.1)], [column(0.3), column(0.9)]])
    assert found.mean.tolist() == pytest.approx([0.3, 0.6])
    assert found.borda.tolist() == [1.0, 1.0]
    assert found.coverage.tolist() == [2, 2]
    assert order(found) == [1, 0]


def test_every_collection_counts_the_same_whatever_its_number_of_queries() -> None:
    found = across([[column(1.0, 2), column(0.0, 200)]])
    assert found.mean.tolist() == [0.5]


def test_a_missing_result_is_missing_and_not_zero() -> None:
    """The second system was not run on the hard task: that must not make it better or worse."""
    found = across([[column(0.8), column(0.2)], [column(0.7), None]])
    assert np.isnan(found.values[1, 1])
    assert np.isnan(found.points[1, 1])
    assert found.common.tolist() == [True, False]
    assert found.mean.tolist() == [0.8, 0.7]
    assert found.borda.tolist() == [1.0, 0.0]
    assert found.coverage.tolist() == [2, 1]
    assert found.points[0, 1] == 0.0  # alone there: nobody to beat


def test_coverage_does_not_buy_points() -> None:
    """With a zero for what is missing, the bad system would win by being everywhere."""
    good = [column(0.9), column(0.9), None]
    bad = [column(0.1), column(0.1), column(0.1)]
    found = across([good, bad])
    assert found.borda.tolist() == [2.0, 0.0]
    assert order(found) == [0, 1]


def test_a_failed_query_makes_the_value_missing() -> None:
    failed = np.array([1.0, np.nan, 1.0, 1.0])
    found = across([[failed], [column(0.5)]])
    assert np.isnan(found.values[0, 0])
    assert not found.common.any()
    assert np.isnan(found.mean).all()
    assert np.isnan(found.borda).all()
    assert not found.tied[0, 0]


def test_without_a_common_task_systems_are_ordered_by_coverage() -> None:
    found = across([[None, column(0.9), None], [column(0.1), None, column(0.1)]])
    assert order(found) == [1, 0]


def test_what_chance_explains_is_marked_as_tied_with_the_best() -> None:
    random = np.random.default_rng(1)
    base = random.random(60)
    near, far = base - 0.001 * random.standard_normal(60), base - 0.2
    found = across([[base], [near], [far]])
    assert found.tied[:, 0].tolist() == [True, True, False]
    assert int(found.best[:, 0].sum()) == 1


def test_equal_systems_are_both_the_best() -> None:
    found = across([[column(0.4)], [column(0.4)]])
    assert found.best.all()
    assert found.tied.all()


def test_another_order_keeps_each_figure_with_its_system() -> None:
    found = across([[column(0.5), None], [column(0.3), column(0.9)]]).ordered([1, 0])
    assert found.values[0].tolist() == [0.3, 0.9]
    assert found.coverage.tolist() == [2, 1]
    assert found.borda.tolist() == [0.0, 1.0]
    assert found.best[:, 0].tolist() == [False, True]


def test_nothing_to_compare_is_no_fault() -> None:
    assert across([]).values.shape == (0, 0)
