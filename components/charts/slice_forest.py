"""The difference of two systems in every slice, with its interval: a forest plot."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from components.charts.theme import Theme, figure, plain

ROW = 22  # pixels
WIDEST = 24  # characters of a label, so that a phone has room for the plot


@dataclass(frozen=True)
class Row:
    """One slice: its feature, label and number of queries, and the difference in it.

    Attributes:
        feature: title of its feature; rows of one feature stand together.
        label: of the slice.
        queries: how many are in it.
        difference: second minus first; NaN where a query failed.
        low: lower end of the interval; NaN where the slice was not tested.
        high: upper end.
        found: whether the difference survives the correction.
    """

    feature: str
    label: str
    queries: int
    difference: float
    low: float
    high: float
    found: bool

    @property
    def kind(self) -> str:
        """Which of KINDS it is drawn as."""
        if self.low != self.low:
            return "not tested"
        if not self.found:
            return "not separable"
        return "second better" if self.difference > 0 else "second worse"


def slice_forest_chart(
    theme: Theme, rows: Sequence[Row], overall: float, measure: str
) -> go.Figure:
    """Draw one line per slice below the title of its feature; points give the place of their row.

    Args:
        theme: the colours.
        rows: the slices, those of a feature next to each other.
        overall: the difference over all queries, drawn as a dotted line; NaN for none.
        measure: what differs.
    """
    places, ticks = _layout(rows)
    looks = {
        "second better": (theme.win, "circle"),
        "second worse": (theme.loss, "circle"),
        "not separable": (theme.muted, "circle"),
        "not tested": (theme.muted, "circle-open"),
    }
    traces = [
        _trace(kind, look, [(i, row, places[i]) for i, row in enumerate(rows) if row.kind == kind])
        for kind, look in looks.items()
        if any(row.kind == kind for row in rows)
    ]
    height = ROW * len(ticks) + 70
    drawn = figure(theme, traces, (f"Δ {plain(measure)}", ""), height)
    drawn.update_yaxes(
        tickvals=list(ticks),
        ticktext=list(ticks.values()),
        range=[len(ticks) - 0.4, -0.6],
        showgrid=False,
        fixedrange=True,
    )
    drawn.update_xaxes(tickformat="+.2~f", fixedrange=True)
    drawn.update_layout(clickmode="event+select")
    for x, dash in ((0.0, "solid"), (overall, "dot")):
        if x == x:
            line = {"color": theme.muted, "width": 1, "dash": dash}
            drawn.add_shape(type="line", x0=x, x1=x, yref="paper", y0=0, y1=1, line=line)
    return drawn


def _layout(rows: Sequence[Row]) -> tuple[list[int], dict[int, str]]:
    """Give the height of each row, and what is written at each height."""
    places: list[int] = []
    ticks: dict[int, str] = {}
    for number, row in enumerate(rows):
        if not number or row.feature != rows[number - 1].feature:
            ticks[len(ticks)] = f"<b>{plain(row.feature, WIDEST)}</b>"
        places.append(len(ticks))
        ticks[len(ticks)] = plain(row.label, WIDEST)
    return places, ticks


def _trace(kind: str, look: tuple[str, str], shown: Sequence[tuple[int, Row, int]]) -> go.Scatter:
    colour, symbol = look
    shown = [entry for entry in shown if entry[1].difference == entry[1].difference]
    tested = kind != "not tested"
    bars = {
        "type": "data",
        "symmetric": False,
        "array": [row.high - row.difference if tested else 0 for _, row, _ in shown],
        "arrayminus": [row.difference - row.low if tested else 0 for _, row, _ in shown],
        "color": colour,
        "thickness": 1.6,
        "width": 0,
    }
    return go.Scatter(
        x=[row.difference for _, row, _ in shown],
        y=[height for _, _, height in shown],
        customdata=[place for place, _, _ in shown],
        error_x=bars,
        mode="markers",
        name=kind,
        marker={"color": colour, "size": 9, "symbol": symbol},
        text=[_hover(row) for _, row, _ in shown],
        hovertemplate="%{text}<extra></extra>",
        unselected={"marker": {"opacity": 1}},
    )


def _hover(row: Row) -> str:
    ends = f"{row.low:+.4f} to {row.high:+.4f}" if row.low == row.low else "not tested"
    what = f"{plain(row.feature)}: {plain(row.label)}"
    return f"{what}<br>{row.queries:,} queries<br>{row.difference:+.4f} ({ends})"
