import pytest

from components.charts.theme import DARK, LIGHT, Theme
from components.charts.tuning_surface import Point, line_chart, map_chart, ternary_chart

NAN = float("nan")


def point(mean: float, tied: bool = False, best: bool = False, untuned: bool = False) -> Point:
    return Point(f"k1={mean}", mean, tied, best, untuned)


def test_a_line_tells_best_untuned_tied_and_the_rest_apart() -> None:
    points = [point(0.1), point(0.5, True, True), point(0.4, True), point(0.3, untuned=True)]
    (trace,) = line_chart(LIGHT, [1, 2, 3, 4], points, ("k1", "AP")).data
    assert list(trace.marker.symbol) == ["circle", "star", "circle", "diamond"]
    filled = list(trace.marker.color)
    assert filled[0] == filled[3] == LIGHT.paper
    assert filled[2] == LIGHT.series[0]
    assert "best" in trace.text[1]
    assert "not separable" in trace.text[2]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_map_frames_the_best_and_the_untuned_in_the_colours_of_the_theme(theme: Theme) -> None:
    rows = [[point(0.1), point(0.2, untuned=True)], [point(0.9, True, True), point(NAN)]]
    drawn = map_chart(theme, (["1", "2"], ["a", "b"]), rows, ("k1", "b"))
    assert [shape.line.color for shape in drawn.layout.shapes] == [theme.text, theme.loss]
    best = drawn.layout.shapes[1]
    assert (best.x0 + best.x1) / 2 == 0
    assert (best.y0 + best.y1) / 2 == 1
    assert drawn.data[0].text[1][1] == ""  # a missing value is no zero
    assert drawn.data[0].z[0][0] == 0.1


def test_a_large_map_writes_no_numbers() -> None:
    rows = [[point(0.1)] * 10 for _ in range(10)]
    labels = [str(n) for n in range(10)]
    assert map_chart(LIGHT, (labels, labels), rows, ("a", "b")).data[0].texttemplate is None


def test_a_triangle_has_a_corner_per_input() -> None:
    weights = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]
    points = [point(0.1), point(0.2, True, True), point(0.3)]
    drawn = ternary_chart(LIGHT, weights, points, ["A<b>", "B", "C"])
    assert [trace.type for trace in drawn.data] == ["scatterternary"]
    assert drawn.data[0].a[0] == 1
    assert drawn.layout.ternary.aaxis.title.text == "A&lt;b&gt;"
