import math

from components.charts.cost_frontier import Spot, cost_frontier_chart
from components.charts.theme import LIGHT

NAN = float("nan")


def spot(name: str, cost: float, dominated: bool = False, beyond: bool = False) -> Spot:
    return Spot(name, 0, (0.5, 0.4, 0.7), (cost, NAN, NAN), dominated, beyond, "note <i>")


def test_what_is_beaten_or_too_dear_is_grey() -> None:
    spots = [spot("a", 1), spot("b", 2, dominated=True), spot("c", 3, beyond=True)]
    drawn = cost_frontier_chart(LIGHT, spots, ("ms", "nDCG@10"), 2.5)
    frontier, limit, *markers = drawn.data
    assert list(frontier.x) == [1, 3]
    assert list(limit.x) == [2.5, 2.5]
    colours = [trace.marker.color for trace in markers]
    assert colours == [LIGHT.colour(0), LIGHT.muted, LIGHT.muted]
    assert "note &lt;i&gt;" in markers[0].hovertemplate


def test_both_axes_have_intervals_where_there_are_any() -> None:
    drawn = cost_frontier_chart(
        LIGHT, [Spot("a", 0, (0.5, 0.4, 0.7), (10, 8, 15), False, False, "")], ("ms", "P"), math.inf
    )
    assert len(drawn.data) == 2
    marker = drawn.data[1]
    assert [round(marker.error_y.array[0], 6), round(marker.error_y.arrayminus[0], 6)] == [0.2, 0.1]
    assert [marker.error_x.array[0], marker.error_x.arrayminus[0]] == [5, 2]
    assert drawn.layout.xaxis.type == "log"


def test_a_cost_of_nothing_is_drawn_on_an_even_axis() -> None:
    drawn = cost_frontier_chart(LIGHT, [spot("a", 0), spot("b", 5)], ("bytes", "P"), math.inf)
    assert drawn.layout.xaxis.type == "linear"
    assert drawn.data[1].error_x.array[0] == 0
