import numpy as np

from components.charts.score_scatter import score_scatter_chart
from components.charts.theme import LIGHT
from components.charts.thinning import MOST

FIRST = np.array([0.5, 0.2, 0.9, np.nan])
SECOND = np.array([0.5, 0.8, 0.1, 0.3])


def test_points_are_grouped_by_who_wins() -> None:
    drawn = score_scatter_chart(LIGHT, (FIRST, SECOND), ("A", "B"), list("abcd"))
    rows = {trace.name: list(trace.customdata) for trace in drawn.data}
    assert rows == {"equal": [0], "better": [1], "worse": [2]}


def test_the_second_system_is_drawn_upwards() -> None:
    drawn = score_scatter_chart(LIGHT, (FIRST, SECOND), ("A", "B"), list("abcd"))
    better = drawn.data[1]
    assert (better.x[0], better.y[0]) == (0.2, 0.8)
    assert (drawn.layout.xaxis.title.text, drawn.layout.yaxis.title.text) == ("A", "B")


def test_the_diagonal_spans_all_values() -> None:
    line = score_scatter_chart(LIGHT, (FIRST, SECOND), ("A", "B"), list("abcd")).layout.shapes[0]
    assert (line.x0, line.y0, line.x1, line.y1) == (0.0, 0.0, 0.9, 0.9)


def test_thousands_of_points_are_drawn_by_the_graphics_card() -> None:
    many = np.linspace(0, 1, 2000)
    drawn = score_scatter_chart(LIGHT, (many, many), ("A", "B"), [""] * 2000)
    assert {trace.type for trace in drawn.data} == {"scattergl"}


def test_systems_that_answered_nothing_leave_an_empty_chart() -> None:
    nothing = np.full(3, np.nan)
    drawn = score_scatter_chart(LIGHT, (nothing, nothing), ("A", "B"), list("abc"))
    assert [len(trace.x) for trace in drawn.data] == [0, 0, 0]


def test_of_very_many_queries_an_even_part_is_drawn() -> None:
    first, second = np.random.default_rng().random((2, 5 * MOST))
    drawn = score_scatter_chart(LIGHT, (first, second), ("A", "B"), [""] * len(first))
    rows = np.concatenate([trace.customdata for trace in drawn.data])
    assert len(set(rows.tolist())) == MOST
    assert (rows.min(), rows.max()) == (0, len(first) - 1)
    better = drawn.data[1]
    assert (second[better.customdata] > first[better.customdata]).all()
    assert better.y.tolist() == second[better.customdata].tolist()
