import itertools

import numpy as np

from components.charts.difference_bars import difference_chart
from components.charts.theme import DARK, LIGHT
from components.charts.thinning import MOST

VALUES = np.array([0.5, 0.25, 0.0, -0.25])


def test_wins_and_losses_are_two_traces_in_two_colours() -> None:
    drawn = difference_chart(LIGHT, VALUES, ["a", "b", "c", "d"], np.array([3, 1, 0, 2]), "AP")
    better, worse = drawn.data
    assert list(better.y) == [0.5, 0.25, 0.0]
    assert list(worse.y) == [-0.25]
    assert (better.marker.color, worse.marker.color) == (LIGHT.win, LIGHT.loss)


def test_each_bar_knows_its_query_and_its_place() -> None:
    drawn = difference_chart(LIGHT, VALUES, ["a", "b", "c", "d"], np.array([3, 1, 0, 2]), "AP")
    better, worse = drawn.data
    assert [*better.customdata, *worse.customdata] == [3, 1, 0, 2]
    assert [*better.x, *worse.x] == [1, 2, 3, 4]
    assert [*better.text, *worse.text] == ["a", "b", "c", "d"]


def test_a_dashed_line_stands_at_the_mean() -> None:
    drawn = difference_chart(DARK, VALUES, list("abcd"), np.arange(4), "AP")
    assert drawn.layout.shapes[0].y0 == drawn.layout.shapes[0].y1 == (0.5 + 0.25 + 0 - 0.25) / 4
    assert drawn.layout.shapes[0].line.color == DARK.muted
    assert drawn.layout.annotations[0].text == "mean +0.125"


def test_no_queries_give_an_empty_chart() -> None:
    drawn = difference_chart(LIGHT, np.array([]), [], np.array([], np.int64), "AP")
    assert not drawn.layout.shapes


def test_of_very_many_queries_an_even_part_is_drawn_in_its_place() -> None:
    values = np.linspace(1, -0.5, 10 * MOST)
    labels = [f"q{number}" for number in range(len(values))]
    drawn = difference_chart(LIGHT, values, labels, np.arange(len(values)), "AP")
    better, worse = drawn.data
    places = [*better.x, *worse.x]
    assert len(places) == MOST
    assert (places[0], places[-1]) == (1, len(values))
    assert {after - before for before, after in itertools.pairwise(places)} <= {10, 11}
    assert better.width == 10.0
    assert [f"q{place - 1}" for place in places] == [*better.text, *worse.text]
    assert [place - 1 for place in places] == [*better.customdata, *worse.customdata]
    assert drawn.layout.annotations[0].text == "mean +0.250"  # of all


def test_texts_show_as_themselves() -> None:
    drawn = difference_chart(LIGHT, np.array([1.0]), ["<a href='x'>"], np.array([0]), "AP")
    assert drawn.data[0].text[0] == "&lt;a href='x'&gt;"
