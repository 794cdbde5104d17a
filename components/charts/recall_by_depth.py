"""Recall by depth: how much of what is relevant each system has found down to a rank."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from components.charts.theme import Theme, figure, plain


@dataclass(frozen=True, eq=False)
class Curve:
    """One system: name, place of its colour, mean recall at each depth its rankings reach."""

    name: str
    place: int
    values: npt.NDArray[np.float64]


def recall_by_depth_chart(
    theme: Theme, depths: Sequence[int], curves: Sequence[Curve]
) -> go.Figure:
    """Draw one line per system over a logarithmic depth (rising ranks)."""
    traces = [
        go.Scatter(
            x=list(depths[: len(curve.values)]),
            y=curve.values,
            mode="lines",
            name=plain(curve.name, 40),
            line=theme.line(curve.place),
            hovertemplate=f"{plain(curve.name)}<br>R@%{{x}} = %{{y:.4f}}<extra></extra>",
        )
        for curve in curves
    ]
    drawn = figure(theme, traces, ("depth (logarithmic)", "recall"), 320)
    ticks = [depth for depth in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if depth <= depths[-1]]
    drawn.update_xaxes(type="log", tickvals=ticks)
    drawn.update_yaxes(rangemode="tozero")
    return drawn
