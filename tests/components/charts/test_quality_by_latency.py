import pytest

from components.charts.quality_by_latency import (
    Point,
    fastest_for_quality,
    quality_by_latency_chart,
)
from components.charts.theme import LIGHT


def point(name: str, mean: float, milliseconds: float) -> Point:
    return Point(name, 0, mean, mean - 0.1, mean + 0.2, milliseconds)


POINTS = [point("slow", 0.7, 100), point("fast", 0.5, 1), point("beaten", 0.4, 2),
          point("equal but slower", 0.7, 200)]  # fmt: skip


def test_a_system_that_a_faster_one_equals_is_not_on_the_line() -> None:
    assert [found.name for found in fastest_for_quality(POINTS)] == ["fast", "slow"]


def test_of_equally_fast_systems_the_better_one_is_on_the_line() -> None:
    points = [point("worse", 0.3, 1), point("better", 0.4, 1)]
    assert [found.name for found in fastest_for_quality(points)] == ["better"]


def test_quality_has_its_interval_and_latency_is_logarithmic() -> None:
    drawn = quality_by_latency_chart(LIGHT, POINTS, "nDCG@10")
    marker = drawn.data[1]
    assert marker.error_y.array[0] == pytest.approx(0.2)
    assert marker.error_y.arrayminus[0] == pytest.approx(0.1)
    assert drawn.layout.xaxis.type == "log"
    assert list(drawn.data[0].x) == [1, 100]


def test_no_systems_give_an_empty_chart() -> None:
    assert len(quality_by_latency_chart(LIGHT, [], "AP").data) == 1
