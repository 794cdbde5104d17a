from components.charts.theme import LIGHT
from components.charts.value_xray import SHOWN, value_xray_chart
from evaluation.measures.xray import xray

GRADES = {"a": 1, "b": 2, "<c>": 0}
FOUND = xray(["<x>", "a", "<c>", "b"], GRADES, "nDCG@10")


def test_a_bar_is_what_a_document_adds_in_the_colour_of_its_grade() -> None:
    drawn = value_xray_chart(LIGHT, FOUND.ranks, FOUND.ideal, "nDCG@10")
    bars = {trace.name: trace for trace in drawn.data if trace.type == "bar"}
    assert list(bars) == ["unjudged", "grade 0", "grade 1", "grade 2"]
    assert list(bars["grade 2"].x) == [4]
    assert list(bars["grade 2"].y) == [FOUND.ranks[3].contribution]
    assert bars["grade 1"].marker.color != bars["grade 2"].marker.color


def test_unjudged_ranks_are_hatched_over_the_whole_height() -> None:
    drawn = value_xray_chart(LIGHT, FOUND.ranks, FOUND.ideal, "nDCG@10")
    hatched = next(trace for trace in drawn.data if trace.name == "unjudged")
    assert list(hatched.x) == [1]
    assert hatched.marker.pattern.shape == "/"
    assert hatched.y[0] == drawn.layout.yaxis.range[1]
    assert hatched.text[0] == "&lt;x&gt;"


def test_the_ideal_list_and_both_running_values_are_beside_it() -> None:
    drawn = value_xray_chart(LIGHT, FOUND.ranks, FOUND.ideal, "nDCG@10")
    lines = {trace.name: list(trace.y) for trace in drawn.data if trace.type == "scatter"}
    assert lines["ideal list"] == [rank.contribution for rank in FOUND.ideal]
    assert lines["value so far"][-1] == FOUND.ranks[-1].running
    assert lines["ideal, so far"][-1] == 1


def test_a_long_ranking_is_drawn_to_a_depth() -> None:
    found = xray([f"d{n}" for n in range(500)], {"d499": 1}, "AP")
    drawn = value_xray_chart(LIGHT, found.ranks, found.ideal, "AP")
    assert len(drawn.data[0].x) == SHOWN


def test_a_query_without_hits_is_an_empty_figure() -> None:
    found = xray([], GRADES, "nDCG@10")
    assert value_xray_chart(LIGHT, found.ranks, [], "nDCG@10").data
