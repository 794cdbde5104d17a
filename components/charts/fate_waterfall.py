"""Where relevant documents are lost: from all there are, stage by stage, to those that count."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from components.charts.theme import Theme, figure, plain

BAR = 34  # height of one step in pixels


@dataclass(frozen=True)
class Step:
    """One bar: a number of documents that are lost, or a total of those that are left."""

    label: str
    count: int
    total: bool = False


def fate_waterfall_chart(theme: Theme, steps: Sequence[Step]) -> go.Figure:
    """Draw totals from zero, and each loss where the documents left after it end.

    Args:
        theme: the colours.
        steps: from top to bottom; the first is a total, and each total is what is left there.
    """
    whole = max(1, steps[0].count)
    left, starts = steps[0].count, []
    for step in steps:
        left = step.count if step.total else left - step.count
        starts.append(0 if step.total else left)
    drawn = figure(
        theme,
        [
            go.Bar(
                y=list(range(len(steps))),
                x=[step.count for step in steps],
                base=starts,
                orientation="h",
                marker={"color": [theme.win if s.total else theme.loss for s in steps]},
                text=[
                    f"{'' if s.total else '-'}{s.count:,} · {s.count / whole:.0%}" for s in steps
                ],
                textposition="auto",
                insidetextanchor="middle",
                cliponaxis=False,
                customdata=[plain(step.label) for step in steps],
                hovertemplate="%{customdata}<br>%{text}<extra></extra>",
                showlegend=False,
            )
        ],
        ("relevant documents", ""),
        60 + BAR * len(steps),
    )
    labels = [plain(step.label, 44) for step in steps]
    drawn.update_yaxes(
        tickvals=list(range(len(steps))), ticktext=labels, autorange="reversed", showgrid=False
    )
    drawn.update_xaxes(range=[0, whole * 1.12])
    drawn.update_layout(bargap=0.3)
    return drawn
