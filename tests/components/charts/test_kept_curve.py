from components.charts.kept_curve import Level, kept_curve_chart
from components.charts.theme import LIGHT


def test_the_cutoff_stands_beside_the_lines_of_fixed_depths() -> None:
    fixed = [Level(1, 0.9, 0.2), Level(5, 0.5, 0.7)]
    drawn = kept_curve_chart(LIGHT, Level(2.5, 0.8, 0.6), fixed)
    lines = [trace for trace in drawn.data if trace.mode == "lines"]
    spots = [trace for trace in drawn.data if trace.mode == "markers"]
    assert [list(line.y) for line in lines] == [[0.9, 0.5], [0.2, 0.7]]
    assert all(list(line.x) == [1, 5] for line in lines)
    assert [(spot.x[0], spot.y[0]) for spot in spots] == [(2.5, 0.8), (2.5, 0.6)]
    assert [spot.marker.color for spot in spots] == [line.line.color for line in lines]
