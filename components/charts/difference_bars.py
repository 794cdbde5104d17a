"""Per-query differences of two systems, sorted: wins in blue, losses in orange."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from components.charts.theme import Theme, figure, note, plain
from components.charts.thinning import even_part

FULL_LABELS = 2000  # beyond it the hover shows ids only, or the figure would be mostly text


def difference_chart(
    theme: Theme,
    values: npt.NDArray[np.float64],
    labels: Sequence[str],
    rows: npt.NDArray[np.int64],
    measure: str,
) -> go.Figure:
    """Draw one bar per query, largest gain first, with a dashed line at the mean.

    Of very many queries an even part is drawn; the mean is that of all.

    Args:
        theme: the colours.
        values: differences, already from the largest to the smallest.
        labels: what the hover says of each bar, such as the query's text.
        rows: which query each bar is (given back when it is clicked).
        measure: what differs.

    Wins and losses are two traces, because a list of colours per bar is slow beyond a few hundred.
    """
    place, traces = even_part(len(values)), []
    for name, chosen, colour in (
        ("better", place[values[place] >= 0], theme.win),
        ("worse", place[values[place] < 0], theme.loss),
    ):
        traces.append(
            go.Bar(
                x=chosen + 1,
                y=values[chosen],
                customdata=rows[chosen],
                text=[plain(labels[i], 80) for i in chosen.tolist()],
                width=len(values) / len(place) if len(place) < len(values) else None,
                name=name,
                marker={"color": colour, "line": {"width": 0}},
                textposition="none",
                showlegend=False,
                hovertemplate="%{text}<br>%{y:+.4f}<extra></extra>",
                unselected={"marker": {"opacity": 1}},
            )
        )
    drawn = figure(theme, traces, ("queries, largest gain first", f"Δ {plain(measure)}"), 420)
    drawn.update_layout(bargap=0 if len(values) > 60 else 0.15, barmode="overlay")
    drawn.update_yaxes(tickformat="+.2f")
    if len(values):
        _draw_mean(drawn, theme, float(np.mean(values)))
    return drawn


def _draw_mean(drawn: go.Figure, theme: Theme, mean: float) -> None:
    line = {"color": theme.muted, "width": 1, "dash": "dash"}
    drawn.add_shape(type="line", xref="paper", x0=0, x1=1, y0=mean, y1=mean, line=line)
    place = {"xref": "paper", "x": 1, "xanchor": "right", "y": mean, "yanchor": "bottom"}
    note(drawn, theme, f"mean {mean:+.3f}", **place)
