from components.charts.score_ranges import Range, score_ranges_chart
from components.charts.theme import LIGHT


def test_a_bar_goes_from_the_lowest_to_the_highest_mean() -> None:
    ranges = [Range("a", 0.2, 0.3, 0.75, 0.4), Range("b", float("nan"), *[float("nan")] * 3)]
    bars, reported, condensed = score_ranges_chart(LIGHT, ranges, "nDCG@10").data
    assert bars.base == (0.2,)  # a system with a failed query has no bar
    assert [round(x, 9) for x in bars.x] == [0.55]
    assert (reported.x, condensed.x) == ((0.3,), (0.4,))
    assert bars.hovertext[0] == "a<br>0.2000 to 0.7500<br>reported 0.3000<br>condensed 0.4000"
