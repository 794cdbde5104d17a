"""How the values of single queries spread, per system."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from components.charts.theme import Theme, figure, plain


@dataclass(frozen=True)
class Spread:
    """One system: five quantiles (0, 25, 50, 75, 100 %), the mean, quantiles in even steps.

    Aggregates, so that thousands of queries times many systems never travel to the browser.
    """

    name: str
    place: int
    five: tuple[float, float, float, float, float]
    mean: float
    quantiles: npt.NDArray[np.float64]


def spread_of(name: str, place: int, values: npt.NDArray[np.float64], steps: int = 101) -> Spread:
    """Sum up per-query values; failed queries (NaN) are left out, and there must be others."""
    known = values[~np.isnan(values)]
    low, first, middle, third, high = np.quantile(known, [0, 0.25, 0.5, 0.75, 1]).tolist()
    curve = np.quantile(known, np.linspace(0, 1, steps))
    return Spread(name, place, (low, first, middle, third, high), float(known.mean()), curve)


def box_chart(theme: Theme, spreads: Sequence[Spread], measure: str) -> go.Figure:
    """Draw a box per system: quartiles, range and (as a point) mean; the best stands on top."""
    traces = []
    for spread in reversed(spreads):
        low, first, middle, third, high = spread.five
        traces.append(
            go.Box(
                y=[str(spread.place)],
                lowerfence=[low],
                q1=[first],
                median=[middle],
                q3=[third],
                upperfence=[high],
                mean=[spread.mean],
                orientation="h",
                name=plain(spread.name, 40),
                line={"color": theme.colour(spread.place), "width": 1.5},
                boxmean=True,
                showlegend=False,
            )
        )
    height = 120 + 34 * len(spreads)
    drawn = figure(theme, traces, (f"{plain(measure)} of single queries", ""), height)
    names = [plain(spread.name, 40) for spread in spreads]  # not on the axis itself: two may agree
    drawn.update_yaxes(
        type="category", tickvals=[str(spread.place) for spread in spreads], ticktext=names
    )
    return drawn


def cumulative_chart(theme: Theme, spreads: Sequence[Spread], measure: str) -> go.Figure:
    """Draw, per system, which share of the queries has at most a value (lower is better)."""
    traces = []
    for spread in spreads:
        traces.append(
            go.Scatter(
                x=spread.quantiles,
                y=np.linspace(0, 100, len(spread.quantiles)),
                mode="lines",
                name=plain(spread.name, 40),
                line=theme.line(spread.place),
                hovertemplate=f"{plain(spread.name)}<br>%{{y:.0f}} % of the queries have at most "
                "%{x:.4f}<extra></extra>",
            )
        )
    drawn = figure(theme, traces, (plain(measure), "queries with at most that, %"), 360)
    drawn.update_yaxes(ticksuffix=" %")
    return drawn
