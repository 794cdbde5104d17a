from components.charts.slice_forest import Row, slice_forest_chart
from components.charts.theme import LIGHT

NAN = float("nan")
ROWS = [
    Row("Length", "1 word", 12, 0.2, 0.1, 0.3, True),
    Row("Length", "2 <b>words", 12, -0.2, -0.3, -0.1, True),
    Row("Topic", "cells", 12, 0.1, -0.1, 0.3, False),
    Row("Topic", "river", 3, 0.4, NAN, NAN, False),
    Row("Topic", "failed", 12, NAN, NAN, NAN, False),
]


def test_slices_are_coloured_by_what_survives_and_point_at_their_row() -> None:
    drawn = slice_forest_chart(LIGHT, ROWS, 0.05, "nDCG@10")
    found = {trace.name: trace for trace in drawn.data}
    assert list(found) == ["second better", "second worse", "not separable", "not tested"]
    assert {name: list(trace.customdata) for name, trace in found.items()} == {
        "second better": [0],
        "second worse": [1],
        "not separable": [2],
        "not tested": [3],
    }
    assert found["second better"].marker.color == LIGHT.win
    assert found["second worse"].marker.color == LIGHT.loss
    assert list(found["second better"].error_x.array) == [0.3 - 0.2]


def test_every_slice_has_a_line_below_the_title_of_its_feature() -> None:
    drawn = slice_forest_chart(LIGHT, ROWS, NAN, "nDCG@10")
    assert list(drawn.layout.yaxis.ticktext) == [
        "<b>Length</b>", "1 word", "2 &lt;b&gt;words", "<b>Topic</b>", "cells", "river", "failed",
    ]  # fmt: skip
    assert [list(trace.y) for trace in drawn.data] == [[1], [2], [4], [5]]
    assert len(drawn.layout.shapes) == 1
    assert len(slice_forest_chart(LIGHT, ROWS, 0.1, "AP").layout.shapes) == 2
