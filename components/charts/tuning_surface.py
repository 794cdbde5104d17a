"""The surface of a grid: a line over one parameter, a map over two, a triangle over weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from components.charts.theme import Theme, figure, note, plain

MOST_WRITTEN = 80  # cells of a map that hold their value in figures
HEIGHT, PER_ROW = 150, 42


@dataclass(frozen=True)
class Point:
    """One setting: its name, its mean (NaN if there is none), and what it is."""

    name: str
    mean: float
    tied: bool
    best: bool
    untuned: bool

    @property
    def hover(self) -> str:
        """What is said where the pointer rests."""
        marks = [
            word
            for word, on in (
                ("best", self.best),
                ("untuned", self.untuned),
                ("not separable from the best", self.tied and not self.best),
            )
            if on
        ]
        return f"{plain(self.name)}<br>{self.mean:.4f}<br>{', '.join(marks)}".removesuffix("<br>")


def line_chart(
    theme: Theme, x: Sequence[Any], points: Sequence[Point], axes: tuple[str, str]
) -> go.Figure:
    """Draw the mean over the values of one parameter.

    Filled points cannot be told from the best, hollow ones can; the best is a star, the untuned
    a diamond.

    Args:
        theme: colours.
        x: the values, in rising order where they are numbers.
        points: one per value.
        axes: titles of the axes.
    """
    colour = theme.series[0]
    fill = [colour if point.tied else theme.paper for point in points]
    trace = go.Scatter(
        x=[value if type(value) in (int, float) else plain(value) for value in x],
        y=[point.mean for point in points],
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={
            "symbol": [_symbol(point) for point in points],
            "size": [_size(point) for point in points],
            "color": [
                theme.loss if point.best else f for point, f in zip(points, fill, strict=True)
            ],
            "line": {"color": colour, "width": 2},
        },
        text=[point.hover for point in points],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )
    return figure(theme, [trace], axes, 340)


def map_chart(
    theme: Theme,
    labels: tuple[Sequence[str], Sequence[str]],
    points: Sequence[Sequence[Point]],
    axes: tuple[str, str],
) -> go.Figure:
    """Draw the mean over two parameters as a map, a row per value of the second.

    Args:
        theme: colours.
        labels: the values along x and along y, as text.
        points: one row per y, one point per x.
        axes: titles of the axes.
    """
    means: npt.NDArray[np.float64] = np.array([[point.mean for point in row] for row in points])
    written = [[f"{p.mean:.3f}" if p.mean == p.mean else "" for p in row] for row in points]
    few = means.size <= MOST_WRITTEN
    trace = go.Heatmap(
        x=[plain(label) for label in labels[0]],
        y=[plain(label) for label in labels[1]],
        z=means,
        text=written,
        texttemplate="%{text}" if few else None,
        customdata=[[point.hover for point in row] for row in points],
        hovertemplate="%{customdata}<extra></extra>",
        colorscale=[[0.0, theme.grid], [1.0, theme.series[0]]],
        colorbar={"thickness": 10, "outlinewidth": 0, "tickfont": {"color": theme.muted}},
        xgap=2,
        ygap=2,
        showlegend=False,
    )
    drawn = figure(theme, [trace], axes, _height(len(labels[1])))
    drawn.update_xaxes(type="category", showgrid=False)
    drawn.update_yaxes(type="category", showgrid=False)
    for y, row in enumerate(points):
        for x, point in enumerate(row):
            if point.untuned:
                _frame(drawn, theme.text, "dot", (x, y))
            if point.best:
                _frame(drawn, theme.loss, "solid", (x, y))
    return drawn


def ternary_chart(
    theme: Theme,
    weights: Sequence[tuple[float, float, float]],
    points: Sequence[Point],
    inputs: Sequence[str],
) -> go.Figure:
    """Draw the mean over the weights of three inputs: each corner is one input alone."""
    trace = go.Scatterternary(
        a=[weight[0] for weight in weights],
        b=[weight[1] for weight in weights],
        c=[weight[2] for weight in weights],
        mode="markers",
        marker={
            "size": [24 if point.best else 17 for point in points],
            "symbol": ["star" if point.best else "circle" for point in points],
            "color": [point.mean for point in points],
            "colorscale": [[0.0, theme.grid], [1.0, theme.series[0]]],
            "colorbar": {"thickness": 10, "outlinewidth": 0, "tickfont": {"color": theme.muted}},
            "line": {
                "color": [theme.loss if point.best else theme.muted for point in points],
                "width": [3 if point.best else int(point.tied) for point in points],
            },
        },
        text=[point.hover for point in points],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
        cliponaxis=False,
    )
    drawn = figure(theme, [trace], ("", ""), 420)
    sides = {
        side: {
            "title": {"text": plain(name, 24), "font": {"color": theme.muted, "size": 12}},
            "gridcolor": theme.grid,
            "linecolor": theme.grid,
            "tickfont": {"color": theme.muted, "size": 11},
        }
        for side, name in zip(("aaxis", "baxis", "caxis"), inputs, strict=True)
    }
    drawn.update_layout(
        ternary={"sum": 1, "bgcolor": "rgba(0,0,0,0)", **sides},
        margin={"l": 40, "r": 40, "t": 40, "b": 30},
    )
    if not any(point.best for point in points):
        note(drawn, theme, "The best setting has another value elsewhere.", x=0.5, y=1.05)
    return drawn


def _frame(drawn: go.Figure, colour: str, dash: str, place: tuple[int, int]) -> None:
    """Frame the cell at a column and row of a map."""
    x, y = place
    drawn.add_shape(
        type="rect",
        x0=x - 0.47,
        x1=x + 0.47,
        y0=y - 0.44,
        y1=y + 0.44,
        line={"color": colour, "width": 3, "dash": dash},
    )


def _symbol(point: Point) -> str:
    return "star" if point.best else "diamond" if point.untuned else "circle"


def _size(point: Point) -> int:
    return 16 if point.best else 12 if point.untuned else 10


def _height(rows: int) -> int:
    return min(640, max(300, HEIGHT + PER_ROW * rows))
