"""How much of exact search an index finds, against what it takes: one line per setting."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from components.charts.theme import DASHES, Theme, figure, plain

KINDS = ("flat", "hnsw", "binary", "pq")
SYMBOLS = {"flat": "star", "hnsw": "circle", "binary": "square", "pq": "diamond"}


@dataclass(frozen=True)
class Mark:
    """One system in the plot.

    Attributes:
        name: of the system.
        kind: of its index; decides the colour.
        line: which line it is on; the others of that line have the same text.
        x: what it takes, and both ends of its interval; NaN ends where there is none.
        y: how good it is, and both ends of its interval.
    """

    name: str
    kind: str
    line: str
    x: tuple[float, float, float]
    y: tuple[float, float, float]


def index_curves(theme: Theme, marks: Sequence[Mark], axes: tuple[str, str]) -> go.Figure:
    """Draw the systems, those of a line joined in the order given.

    Args:
        theme: the colours.
        marks: those with a known place are drawn.
        axes: titles of both axes.
    """
    shown = [mark for mark in marks if mark.x[0] == mark.x[0] and mark.y[0] == mark.y[0]]
    lines: dict[str, list[Mark]] = {}
    for mark in shown:
        lines.setdefault(mark.line, []).append(mark)
    traces = [_trace(theme, name, of, _place(lines, name)) for name, of in lines.items()]
    logarithmic = bool(shown) and all(mark.x[0] > 0 for mark in shown)
    title = f"{axes[0]} (logarithmic)" if logarithmic else axes[0]
    drawn = figure(theme, traces, (title, plain(axes[1])), 400)
    drawn.update_xaxes(type="log" if logarithmic else "linear", exponentformat="none")
    if logarithmic:
        ticks = _ticks([mark.x[0] for mark in shown])
        drawn.update_xaxes(tickvals=ticks, ticktext=[f"{tick:,g}" for tick in ticks])
    return drawn


def _ticks(values: Sequence[float]) -> list[float]:
    """Give round numbers around the values: 1, 2, 5, 10 and so on; only the tens if many."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    steps = (1, 2, 5) if high - low <= 3 else (1,)
    return [step * 10.0**power for power in range(low, high + 1) for step in steps]


def _place(lines: dict[str, list[Mark]], name: str) -> int:
    """Count the lines of the same kind of index before this one."""
    kind = lines[name][0].kind
    return [line for line, of in lines.items() if of[0].kind == kind].index(name)


def _trace(theme: Theme, name: str, marks: list[Mark], place: int) -> go.Scatter:
    kind = marks[0].kind
    colour = theme.colour(KINDS.index(kind) if kind in KINDS else len(KINDS))
    return go.Scatter(
        x=[mark.x[0] for mark in marks],
        y=[mark.y[0] for mark in marks],
        error_x=_whiskers([mark.x for mark in marks], colour),
        error_y=_whiskers([mark.y for mark in marks], colour),
        mode="lines+markers",
        name=plain(name, 40),
        line={"color": colour, "dash": DASHES[place % len(DASHES)], "width": 1.5},
        marker={"color": colour, "size": 14 if kind == "flat" else 9, "symbol": SYMBOLS.get(kind)},
        text=[plain(mark.name) for mark in marks],
        hovertemplate="%{text}<br>%{y:.4f} at %{x:.4~g}<extra></extra>",
        showlegend=True,
    )


def _whiskers(ends: Sequence[tuple[float, float, float]], colour: str) -> dict[str, Any]:
    known = [end[1] == end[1] for end in ends]
    pairs = list(zip(ends, known, strict=True))
    return {
        "type": "data",
        "symmetric": False,
        "array": [max(0.0, end[2] - end[0]) if there else 0 for end, there in pairs],
        "arrayminus": [max(0.0, end[0] - end[1]) if there else 0 for end, there in pairs],
        "color": colour,
        "thickness": 1,
        "width": 3,
    }
