import math

import pytest

from components.charts.interpolation_lines import Line, Point, interpolation_chart
from components.charts.theme import LIGHT

POINTS = [Point(0.0, 0.5, 0.4, 0.6), Point(1.0, 0.7, 0.65, 0.8)]
LINES = [
    Line("<b>none</b>", 0, POINTS),
    Line("before", 1, [Point(0.5, math.nan, math.nan, math.nan)]),
    Line("dense", 2, [Point(0.0, 0.3, 0.2, 0.4)], level=True),
]


def test_points_stand_at_their_weights_with_their_intervals() -> None:
    drawn = interpolation_chart(LIGHT, LINES, "nDCG@10")
    first = drawn.data[0]
    assert first.name == "&lt;b&gt;none&lt;/b&gt;"
    assert list(first.x) == pytest.approx([0, 1], abs=0.01)
    assert list(first.y) == [0.5, 0.7]
    assert list(first.error_y.array) == pytest.approx([0.1, 0.1])
    assert list(first.error_y.arrayminus) == pytest.approx([0.1, 0.05])
    assert first.x[0] != drawn.data[1].x[0] - 0.5  # arms stand apart


def test_a_retriever_alone_is_a_level_over_all_weights() -> None:
    level = interpolation_chart(LIGHT, LINES, "nDCG@10").data[2]
    assert list(level.y) == [0.3, 0.3]
    assert level.x[0] < 0 < 1 < level.x[1]
    assert level.line.dash == "dot"
    assert level.text[0] == "dense<br>0.3000 (0.2000 to 0.4000)"
