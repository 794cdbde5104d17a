"""How far each mean could move with the missing judgements: a range per system."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from components.charts.theme import Theme, figure, plain


@dataclass(frozen=True)
class Range:
    """One system: name, lowest mean, reported mean, highest mean, mean of the condensed lists."""

    name: str
    low: float
    value: float
    high: float
    condensed: float


def score_ranges_chart(theme: Theme, ranges: Sequence[Range], measure: str) -> go.Figure:
    """Draw the range of each system as a bar, its reported mean and its condensed value on it.

    A system with a failed query has neither.
    """
    known = [one for one in ranges if one.value == one.value]
    places = list(range(len(known)))
    traces = [
        go.Bar(
            base=[one.low for one in known],
            x=[one.high - one.low for one in known],
            y=places,
            orientation="h",
            width=0.5,
            marker={"color": theme.grid},
            name="whatever the unjudged are worth",
            hovertext=[_hover(one) for one in known],
            hoverinfo="text",
        ),
        _marks(theme, [one.value for one in known], "reported: unjudged irrelevant", "circle"),
        _marks(theme, [one.condensed for one in known], "condensed list", "diamond-open"),
    ]
    drawn = figure(theme, traces, (plain(measure), ""), 110 + 34 * len(known))
    drawn.update_yaxes(
        autorange="reversed",
        tickmode="array",
        tickvals=places,
        ticktext=[plain(one.name, 22) for one in known],
        showgrid=False,
    )
    return drawn


def _marks(theme: Theme, values: Sequence[float], name: str, symbol: str) -> go.Scatter:
    colour = theme.win if symbol == "circle" else theme.loss
    return go.Scatter(
        x=list(values),
        y=list(range(len(values))),
        mode="markers",
        name=name,
        marker={"symbol": symbol, "size": 11, "color": colour, "line": {"width": 2}},
        hoverinfo="skip",
    )


def _hover(one: Range) -> str:
    return (
        f"{plain(one.name)}<br>{one.low:.4f} to {one.high:.4f}<br>"
        f"reported {one.value:.4f}<br>condensed {one.condensed:.4f}"
    )
