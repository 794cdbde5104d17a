"""Where relevant documents are lost: from all there are, stage by stage, to those that count."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from components.charts.theme import Theme, figure, plain

ROW = 52  # height of one step in pixels: its label above its bar


@dataclass(frozen=True)
class Step:
    """One bar: a number of documents that are lost, or a total of those that are left."""

    label: str
    count: int
    total: bool = False


def fate_waterfall_chart(theme: Theme, steps: Sequence[Step]) -> go.Figure:
    """Draw totals from zero, and each loss where the documents left after it end.

    The labels stand above the bars, so that the chart fits a phone.

    Args:
        theme: the colours.
        steps: from top to bottom; the first is a total, and each total is what is left there.
    """
    whole = max(1, steps[0].count)
    left, starts = steps[0].count, []
    for step in steps:
        left = step.count if step.total else left - step.count
        starts.append(0 if step.total else left)
    amounts = [
        f"{'' if s.total or not s.count else '-'}{s.count:,} · {s.count / whole:.0%}" for s in steps
    ]
    bars = go.Bar(
        y=list(range(len(steps))),
        x=[step.count for step in steps],
        base=starts,
        width=0.42,
        orientation="h",
        marker={"color": [theme.win if s.total else theme.loss for s in steps]},
        text=amounts,
        textposition="none",
        customdata=[plain(step.label) for step in steps],
        hovertemplate="%{customdata}<br>%{text}<extra></extra>",
        showlegend=False,
    )
    drawn = figure(theme, [bars], ("relevant documents", ""), 60 + ROW * len(steps))
    drawn.update_layout(
        annotations=[
            _label(theme, place, step.label, amount)
            for place, (step, amount) in enumerate(zip(steps, amounts, strict=True))
        ]
    )
    drawn.update_yaxes(range=[len(steps) - 0.6, -0.9], showticklabels=False, showgrid=False)
    drawn.update_xaxes(range=[0, whole * 1.02])
    return drawn


def _label(theme: Theme, place: int, label: str, amount: str) -> dict[str, Any]:
    return {
        "text": f"{plain(label, 44)}  <b>{amount}</b>",
        "x": 0,
        "y": place - 0.24,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": theme.text, "size": 12},
    }
