"""What a cut-off keeps against fixed depths: precision and recall by documents per query."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from components.charts.theme import Theme, figure


@dataclass(frozen=True)
class Level:
    """One way to end rankings: mean documents kept, mean precision among them, mean recall."""

    kept: float
    precision: float
    recall: float


def kept_curve_chart(theme: Theme, own: Level, fixed: Sequence[Level]) -> go.Figure:
    """Draw precision and recall at fixed depths as lines, and the cut-off's own as markers."""
    traces = []
    for place, name in enumerate(("precision", "recall")):
        hover = f"%{{x:.1f}} kept per query<br>{name} %{{y:.4f}}<extra></extra>"
        traces.append(
            go.Scatter(
                x=[level.kept for level in fixed],
                y=[getattr(level, name) for level in fixed],
                mode="lines",
                name=f"{name} at a fixed depth",
                line=theme.line(place),
                hovertemplate=f"fixed depth<br>{hover}",
            )
        )
        traces.append(
            go.Scatter(
                x=[own.kept],
                y=[getattr(own, name)],
                mode="markers",
                name=f"{name} of the cut-off",
                marker={
                    "color": theme.colour(place),
                    "size": 12,
                    "symbol": "diamond",
                    "line": {"color": theme.paper, "width": 1},
                },
                hovertemplate=f"the cut-off<br>{hover}",
            )
        )
    titles = ("mean documents kept per query (logarithmic)", "mean over queries")
    drawn = figure(theme, traces, titles, 300)
    drawn.update_xaxes(type="log", tickvals=[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000])
    drawn.update_yaxes(range=[0, 1.02])
    return drawn
