import numpy as np
import pytest

from components.charts.score_distribution import box_chart, cumulative_chart, spread_of
from components.charts.theme import LIGHT

VALUES = np.array([0.0, 0.25, 0.5, 0.75, 1.0, np.nan])


def test_a_spread_holds_quartiles_and_mean_of_the_answered_queries() -> None:
    spread = spread_of("A", 0, VALUES)
    assert spread.five == (0.0, 0.25, 0.5, 0.75, 1.0)
    assert spread.mean == pytest.approx((0 + 0.25 + 0.5 + 0.75 + 1) / 5)


def test_a_spread_is_small_however_many_queries_there_are() -> None:
    spread = spread_of("A", 0, np.random.default_rng(1).random(100_000))
    assert len(spread.quantiles) == 101


def test_the_best_system_stands_on_top() -> None:
    spreads = [spread_of("best", 0, VALUES), spread_of("worst", 1, VALUES)]
    drawn = box_chart(LIGHT, spreads, "AP")
    assert [trace.y[0] for trace in drawn.data] == ["1", "0"]  # plotly draws upwards
    assert list(drawn.layout.yaxis.ticktext) == ["best", "worst"]
    assert (drawn.data[0].q1[0], drawn.data[0].median[0]) == (0.25, 0.5)


def test_the_curve_rises_to_all_queries() -> None:
    trace = cumulative_chart(LIGHT, [spread_of("A", 0, VALUES)], "AP").data[0]
    assert (trace.x[0], trace.y[0]) == (0.0, 0.0)
    assert (trace.x[50], trace.y[50]) == (0.5, 50.0)
    assert (trace.x[-1], trace.y[-1]) == (1.0, 100.0)


def test_systems_whose_names_are_cut_alike_keep_their_own_box() -> None:
    spreads = [spread_of("a" * 99, 0, VALUES), spread_of("a" * 98, 1, VALUES)]
    assert len({trace.y[0] for trace in box_chart(LIGHT, spreads, "AP").data}) == 2
