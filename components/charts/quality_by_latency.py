"""Quality against latency, with the systems that nothing faster beats joined by a line."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from components.charts.theme import Theme, figure, plain
from evaluation.pareto import undominated


@dataclass(frozen=True)
class Point:
    """One system: name, place of its colour, mean with interval, median latency in ms."""

    name: str
    place: int
    mean: float
    low: float
    high: float
    milliseconds: float


def quality_by_latency_chart(theme: Theme, points: Sequence[Point], measure: str) -> go.Figure:
    """Draw the mean with its interval over the median latency, on a logarithmic axis."""
    frontier = fastest_for_quality(points)
    traces: list[go.Scatter] = [
        go.Scatter(
            x=[point.milliseconds for point in frontier],
            y=[point.mean for point in frontier],
            mode="lines",
            line={"color": theme.muted, "dash": "dot", "width": 1, "shape": "hv"},
            hoverinfo="skip",
            showlegend=False,
        )
    ]
    traces += [_marker(theme, point) for point in points]
    axes = ("median latency per query, ms (logarithmic)", plain(measure))
    drawn = figure(theme, traces, axes, 320)
    drawn.update_xaxes(type="log")
    return drawn


def fastest_for_quality(points: Sequence[Point]) -> list[Point]:
    """Give the points that no other point beats or equals in both, fastest first."""
    means = np.array([point.mean for point in points])
    kept = undominated(means, np.array([point.milliseconds for point in points]))
    found = [point for point, keep in zip(points, kept, strict=True) if keep]
    return sorted(found, key=lambda point: point.milliseconds)


def _marker(theme: Theme, point: Point) -> go.Scatter:
    interval = {
        "type": "data",
        "symmetric": False,
        "array": [point.high - point.mean],
        "arrayminus": [point.mean - point.low],
        "color": theme.colour(point.place),
        "thickness": 1.2,
        "width": 4,
    }
    return go.Scatter(
        x=[point.milliseconds],
        y=[point.mean],
        error_y=interval,
        mode="markers",
        name=plain(point.name, 40),
        marker={"color": theme.colour(point.place), "size": 11, "line": {"color": theme.paper}},
        hovertemplate=f"{plain(point.name)}<br>%{{y:.4f}}, %{{x:.3g}} ms<extra></extra>",
    )
