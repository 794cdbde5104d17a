import numpy as np

from components.charts.recall_by_depth import Curve, recall_by_depth_chart
from components.charts.theme import LIGHT


def test_each_system_is_a_line_that_ends_where_its_ranking_ends() -> None:
    curves = [Curve("one", 0, np.array([0.1, 0.2, 0.4])), Curve("two", 5, np.array([0.3]))]
    drawn = recall_by_depth_chart(LIGHT, (1, 10, 100), curves)
    assert [list(trace.x) for trace in drawn.data] == [[1, 10, 100], [1]]
    assert list(drawn.data[0].y) == [0.1, 0.2, 0.4]
    assert drawn.layout.xaxis.type == "log"


def test_a_system_keeps_its_colour_whichever_others_are_shown() -> None:
    curve = Curve("two", 5, np.array([0.3]))
    alone = recall_by_depth_chart(LIGHT, (1,), [curve])
    both = recall_by_depth_chart(LIGHT, (1,), [Curve("one", 0, np.array([0.1])), curve])
    assert alone.data[0].line.color == both.data[1].line.color == LIGHT.series[5]


def test_names_show_as_themselves() -> None:
    drawn = recall_by_depth_chart(LIGHT, (1,), [Curve("<b>", 0, np.array([0.3]))])
    assert drawn.data[0].name == "&lt;b&gt;"
