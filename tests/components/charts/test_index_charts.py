import math

from components.charts.index_curves import Mark, index_curves
from components.charts.layer_map import layer_map, shown_values
from components.charts.theme import DARK, LIGHT

NAN = float("nan")


def mark(name: str, kind: str, line: str, x: float, y: float) -> Mark:
    return Mark(name, kind, line, (x, NAN, NAN), (y, y - 0.1, y + 0.1))


def test_systems_of_a_line_are_joined_in_the_order_given() -> None:
    marks = [
        mark("narrow", "pq", "pq, shortlist 30", 12, 0.7),
        mark("wide", "pq", "pq, shortlist 30", 48, 0.9),
        mark("other", "pq", "pq, shortlist 100", 12, 0.8),
        mark("exact", "flat", "flat", 1536, 1.0),
        mark("unknown", "hnsw", "hnsw", NAN, 0.5),
    ]
    drawn = index_curves(LIGHT, marks, ("bytes", "recall"))
    assert [trace.name for trace in drawn.data] == ["pq, shortlist 30", "pq, shortlist 100", "flat"]
    first, second, flat = drawn.data
    assert (list(first.x), list(first.y)) == ([12, 48], [0.7, 0.9])
    assert [round(end, 6) for end in first.error_y.arrayminus] == [0.1, 0.1]
    assert list(first.error_x.array) == [0, 0]
    assert first.line.color == second.line.color != flat.line.color
    assert first.line.dash != second.line.dash
    assert drawn.layout.xaxis.type == "log"
    assert drawn.layout.xaxis.ticktext[:5] == ("10", "20", "50", "100", "200")


def test_a_cost_of_nothing_makes_the_axis_linear_and_names_are_text() -> None:
    drawn = index_curves(DARK, [mark("<b>", "flat", "<i>", 0, 1)], ("ms", "recall"))
    assert drawn.layout.xaxis.type == "linear"
    assert (drawn.data[0].name, drawn.data[0].text[0]) == ("&lt;i&gt;", "&lt;b&gt;")
    assert not index_curves(LIGHT, [], ("ms", "recall")).data


def test_a_map_has_a_row_per_layer_and_leaves_gaps_empty() -> None:
    values = shown_values([(1, 32, 0.5), (6, 32, 0.75), (6, 384, 1.0), (1, 384, math.nan)])
    (trace,) = layer_map(LIGHT, values, ".2f").data
    assert (list(trace.x), list(trace.y)) == (["32", "384"], ["1", "6"])
    assert [list(row) for row in trace.text] == [["0.50", ""], ["0.75", "1.00"]]
    turned = layer_map(LIGHT, values, ".2f", fewer_is_better=True).data[0]
    assert trace.colorscale[0][1] == turned.colorscale[1][1]
