"""Recall by depth: how much of what is relevant each system has found down to a rank."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from components.charts.theme import Theme, figure, plain


def recall_by_depth_chart(
    theme: Theme,
    depths: Sequence[int],
    curves: Sequence[tuple[str, npt.NDArray[np.float64]]],
) -> go.Figure:
    """Draw one line per system over a logarithmic depth.

    Args:
        theme: the colours.
        depths: the ranks, rising.
        curves: name and mean recall at each depth, in the order of the legend.
    """
    traces = [
        go.Scatter(
            x=list(depths),
            y=values,
            mode="lines",
            name=plain(name, 40),
            line={"color": theme.colour(place), "dash": theme.dash(place), "width": 2},
            hovertemplate=f"{plain(name)}<br>R@%{{x}} = %{{y:.4f}}<extra></extra>",
        )
        for place, (name, values) in enumerate(curves)
    ]
    drawn = figure(theme, traces, ("depth (logarithmic)", "recall"))
    ticks = [depth for depth in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if depth <= depths[-1]]
    drawn.update_xaxes(type="log", tickvals=ticks)
    drawn.update_yaxes(rangemode="tozero")
    return drawn
