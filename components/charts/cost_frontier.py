"""Quality against any cost, with intervals on both axes; what is beaten or too dear is grey."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from components.charts.theme import Theme, figure, plain


@dataclass(frozen=True)
class Spot:
    """One system in the plot.

    Attributes:
        name: of the system.
        place: of its colour.
        quality: mean, and both ends of its interval.
        cost: cost, and both ends of its interval; NaN ends where there is none.
        dominated: whether another system is as good and as cheap, and better in one.
        beyond: whether it costs more than the budget.
        note: the last line of what is shown when it is pointed at.
    """

    name: str
    place: int
    quality: tuple[float, float, float]
    cost: tuple[float, float, float]
    dominated: bool
    beyond: bool
    note: str


def cost_frontier_chart(
    theme: Theme, spots: Sequence[Spot], titles: tuple[str, str], budget: float
) -> go.Figure:
    """Draw the systems, a line along the Pareto set, and a line at the budget.

    Args:
        theme: the colours.
        spots: the systems.
        titles: of the cost and of the measure.
        budget: the largest cost allowed; infinite for none.
    """
    frontier = sorted((s for s in spots if not s.dominated), key=lambda spot: spot.cost[0])
    traces = [_line(theme, [(s.cost[0], s.quality[0]) for s in frontier], "dot", "hv")]
    if budget < float("inf"):
        ends = [min(s.quality[1] for s in spots), max(s.quality[2] for s in spots)]
        traces.append(_line(theme, [(budget, end) for end in ends], "dash", "linear"))
    traces += [_marker(theme, spot) for spot in spots]
    # a cost of nothing has no place on a logarithmic axis
    logarithmic = all(spot.cost[0] > 0 for spot in spots)
    title = f"{titles[0]} (logarithmic)" if logarithmic else titles[0]
    drawn = figure(theme, traces, (title, plain(titles[1])), 380)
    drawn.update_xaxes(type="log" if logarithmic else "linear", exponentformat="none")
    return drawn


def _line(theme: Theme, points: Sequence[tuple[float, float]], dash: str, shape: str) -> go.Scatter:
    return go.Scatter(
        x=[x for x, _ in points],
        y=[y for _, y in points],
        mode="lines",
        line={"color": theme.muted, "dash": dash, "width": 1, "shape": shape},
        hoverinfo="skip",
        showlegend=False,
    )


def _marker(theme: Theme, spot: Spot) -> go.Scatter:
    grey = spot.dominated or spot.beyond
    colour = theme.muted if grey else theme.colour(spot.place)
    return go.Scatter(
        x=[spot.cost[0]],
        y=[spot.quality[0]],
        error_x=_whiskers(spot.cost, colour),
        error_y=_whiskers(spot.quality, colour),
        mode="markers",
        name=plain(spot.name, 40),
        opacity=0.5 if grey else 1,
        marker={
            "color": colour,
            "size": 11,
            "symbol": "circle-open" if grey else "circle",
        },
        hovertemplate=f"{plain(spot.name)}<br>%{{y:.4f}}<br>{plain(spot.note, 120)}<extra></extra>",
    )


def _whiskers(ends: tuple[float, float, float], colour: str) -> dict[str, Any]:
    value, low, high = ends
    known = low == low
    return {
        "type": "data",
        "symmetric": False,
        "array": [max(0.0, high - value) if known else 0],
        "arrayminus": [max(0.0, value - low) if known else 0],
        "color": colour,
        "thickness": 1.2,
        "width": 4,
    }
