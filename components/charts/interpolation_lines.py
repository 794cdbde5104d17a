"""A measure against the weight of the sparse scores: a line per arm, intervals on every point."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from components.charts.theme import Theme, figure, plain

APART = 0.006  # of the weight, between the points of arms at the same weight


@dataclass(frozen=True)
class Point:
    """The mean at a weight, with its interval; NaN where a query failed."""

    weight: float
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Line:
    """One arm: name, place of its colour, and its points by rising weight.

    An arm of one retriever alone has a single point, whose weight means nothing: it is drawn over
    all of them.
    """

    name: str
    place: int
    points: Sequence[Point]
    level: bool = False


def interpolation_chart(theme: Theme, lines: Sequence[Line], measure: str) -> go.Figure:
    """Draw the arms; those of one retriever alone are dotted levels from edge to edge."""
    mixed = [line for line in lines if not line.level]
    shifts = {line.name: (i - (len(mixed) - 1) / 2) * APART for i, line in enumerate(mixed)}
    traces = [
        _level(theme, line) if line.level else _arm(theme, line, shifts[line.name])
        for line in lines
    ]
    drawn = figure(theme, traces, ("weight of the sparse scores", plain(measure)), 380)
    drawn.update_xaxes(range=[-0.03, 1.03])
    return drawn


def _arm(theme: Theme, line: Line, shift: float) -> go.Scatter:
    return go.Scatter(
        x=[point.weight + shift for point in line.points],
        y=[point.mean for point in line.points],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [point.high - point.mean for point in line.points],
            "arrayminus": [point.mean - point.low for point in line.points],
            "color": theme.colour(line.place),
            "thickness": 1.2,
            "width": 0,
        },
        mode="lines+markers",
        name=plain(line.name),
        line=theme.line(line.place),
        marker={"color": theme.colour(line.place), "size": 8},
        text=[_hover(line.name, point) for point in line.points],
        hovertemplate="%{text}<extra></extra>",
    )


def _level(theme: Theme, line: Line) -> go.Scatter:
    [point] = line.points
    return go.Scatter(
        x=[-0.03, 1.03],
        y=[point.mean, point.mean],
        mode="lines",
        name=plain(line.name),
        line={"color": theme.colour(line.place), "dash": "dot", "width": 2},
        text=[_hover(line.name, point, alone=True)] * 2,
        hovertemplate="%{text}<extra></extra>",
    )


def _hover(name: str, point: Point, alone: bool = False) -> str:
    where = "" if alone else f" at {point.weight:g}"
    return f"{plain(name)}{where}<br>{point.mean:.4f} ({point.low:.4f} to {point.high:.4f})"
