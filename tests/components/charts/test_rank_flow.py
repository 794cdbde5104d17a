from components.charts.rank_flow import Flow, rank_flow_chart
from components.charts.theme import DARK, LIGHT

FLOWS = [
    Flow("a", 2, (1, 3)),
    Flow("b", 1, (2, None)),
    Flow("<b>", None, (3, 1)),
    Flow("d", 0, (40, 2)),
    Flow("e", 2, (4, 4)),
]


def test_each_document_is_one_line_in_the_trace_of_its_grade() -> None:
    drawn = rank_flow_chart(LIGHT, FLOWS, ["one", "two"], 10)
    assert [trace.name for trace in drawn.data] == [
        "unjudged (1)", "grade 0 (1)", "grade 1 (1)", "grade 2 (2)",
    ]  # fmt: skip
    assert list(drawn.data[3].x) == [0, 1, None, 0, 1, None]
    assert list(drawn.data[3].y) == [1, 3, None, 4, 4, None]


def test_what_is_deeper_or_not_returned_lies_on_the_line_below_and_says_so() -> None:
    drawn = rank_flow_chart(LIGHT, FLOWS, ["one", "two"], 10)
    floor = drawn.layout.yaxis.tickvals[-1]
    assert floor > 10
    assert drawn.layout.yaxis.ticktext[-1] == "below 10"
    assert list(drawn.data[1].y)[:2] == [floor, 2]
    assert list(drawn.data[2].y)[:2] == [2, floor]
    assert drawn.data[1].text[0] == "d<br>rank 40"
    assert drawn.data[2].text[1] == "b<br>not returned"


def test_a_line_is_broken_where_two_systems_in_a_row_have_the_document_too_deep() -> None:
    flows = [Flow("a", 1, (1, None, 40, 2)), Flow("b", 1, (None, None, None, 3))]
    drawn = rank_flow_chart(LIGHT, flows, ["one", "two", "three", "four"], 10)
    floor = drawn.layout.yaxis.tickvals[-1]
    lines = list(zip(drawn.data[0].x, drawn.data[0].y, strict=True))
    gap = (None, None)
    assert lines[:6] == [(0, 1), (1, floor), gap, (2, floor), (3, 2), gap]
    assert [point for point in lines[6:] if point != gap] == [(2, floor), (3, 3)]


def test_the_best_rank_is_on_top_and_grades_have_their_own_colours() -> None:
    for theme in (LIGHT, DARK):
        drawn = rank_flow_chart(theme, FLOWS, ["one", "two"], 10)
        assert drawn.layout.yaxis.range[0] > drawn.layout.yaxis.range[1]
        colours = [trace.line.color for trace in drawn.data[1:]]
        assert len(set(colours)) == 3


def test_names_show_as_themselves() -> None:
    drawn = rank_flow_chart(LIGHT, FLOWS, ["<i>", "two"], 10)
    assert drawn.layout.xaxis.ticktext[0] == "#1 &lt;i&gt;"
    assert drawn.data[0].text[0].startswith("&lt;b&gt;")
