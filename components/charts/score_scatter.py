"""Two systems against each other, one point per query."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from components.charts.theme import Theme, figure, plain
from components.charts.thinning import even_part

SVG_POINTS = 1000  # beyond it the points are drawn by the graphics card


def score_scatter_chart(
    theme: Theme,
    scores: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    names: tuple[str, str],
    labels: Sequence[str],
) -> go.Figure:
    """Draw the second system (upwards) against the first, with the line where both are equal.

    Points above the line are gains (blue), points below are losses (orange), points on it grey.
    Queries that one of the two did not answer (NaN) have no point. Of very many queries an even
    part is drawn.
    """
    first, second = scores
    drawn_rows = even_part(len(first))
    gain = (second - first)[drawn_rows]
    groups = (
        ("equal", np.abs(gain) < 1e-9, theme.muted),
        ("better", gain >= 1e-9, theme.win),
        ("worse", gain <= -1e-9, theme.loss),
    )
    draw = go.Scattergl if len(first) > SVG_POINTS else go.Scatter
    traces = []
    for name, chosen, colour in groups:
        rows = drawn_rows[chosen]
        traces.append(
            draw(
                x=first[rows],
                y=second[rows],
                mode="markers",
                name=name,
                showlegend=False,
                customdata=rows,
                text=[plain(labels[row], 80) for row in rows.tolist()],
                marker={"color": colour, "size": 8, "opacity": 0.65},
                hovertemplate="%{text}<br>%{x:.4f} → %{y:.4f}<extra></extra>",
                unselected={"marker": {"opacity": 0.65}},
            )
        )
    drawn = figure(theme, traces, (plain(names[0], 48), plain(names[1], 48)), 420)
    low, high = _span(first, second)
    line = {"color": theme.muted, "width": 1, "dash": "dash"}
    drawn.add_shape(type="line", x0=low, y0=low, x1=high, y1=high, line=line, layer="below")
    return drawn


def _span(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> tuple[float, float]:
    both = np.concatenate([first, second])
    both = both[~np.isnan(both)]
    return (min(0.0, float(both.min())), float(both.max())) if len(both) else (0.0, 1.0)
