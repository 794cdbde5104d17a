"""Systems over collections: one row per system, one dot per collection."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from components.charts.theme import Theme, figure, plain

PER_ROW = 34
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "hexagon")


def across_chart(
    theme: Theme,
    systems: Sequence[str],
    tasks: Sequence[str],
    values: npt.NDArray[np.float64],
    measure: str,
) -> go.Figure:
    """Draw the value of each system (rows of `values`) on each task; missing ones are left out.

    The first system stands on top. Rows are told apart by their place, because names may repeat.
    """
    places = list(range(len(systems)))
    traces = [
        go.Scatter(
            x=values[:, task],
            y=places,
            mode="markers",
            name=plain(label, 40),
            marker={
                "color": theme.colour(task),
                "symbol": SYMBOLS[task % len(SYMBOLS)],
                "size": 11,
                "line": {"color": theme.paper, "width": 1},
            },
            text=[plain(name) for name in systems],
            hovertemplate=f"%{{text}}<br>{plain(label)}: %{{x:.4f}}<extra></extra>",
        )
        for task, label in enumerate(tasks)
    ]
    drawn = figure(theme, traces, (measure, ""), 110 + PER_ROW * len(systems))
    drawn.update_yaxes(
        tickvals=places, ticktext=[plain(name, 36) for name in systems], autorange="reversed"
    )
    return drawn
