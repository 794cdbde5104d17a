"""Needles in haystacks: which share of them one system finds, by depth and length."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from components.charts.theme import Theme, figure

HEIGHT, PER_ROW = 110, 34


def needle_map_chart(
    theme: Theme,
    depths: Sequence[int],
    lengths: Sequence[int],
    values: npt.NDArray[np.float64],
    measure: str,
) -> go.Figure:
    """Draw a cell per depth and length, from 0 (pale) to 1; an empty one has no value.

    Args:
        theme: colours.
        depths: in per cent, of the rows; the beginning of a text is at the top.
        lengths: in words, of the columns.
        values: (depths, lengths), 0 to 1 or NaN.
        measure: what the values are.
    """
    written = [[f"{value:.2f}" if value == value else "" for value in row] for row in values]
    trace = go.Heatmap(
        x=[f"{length:,}" for length in lengths],
        y=[f"{depth} %" for depth in depths],
        z=values,
        zmin=0.0,
        zmax=1.0,
        text=written,
        texttemplate="%{text}",
        hovertemplate=f"{measure} = %{{z:.4f}}<br>depth %{{y}}, %{{x}} words<extra></extra>",
        colorscale=[[0.0, theme.grid], [1.0, theme.series[0]]],
        showscale=False,
        xgap=2,
        ygap=2,
        showlegend=False,
    )
    axes = ("words of the haystack", "depth of the needle")
    drawn = figure(theme, [trace], axes, HEIGHT + PER_ROW * len(depths))
    drawn.update_xaxes(type="category", showgrid=False)
    drawn.update_yaxes(type="category", showgrid=False, autorange="reversed")
    return drawn
