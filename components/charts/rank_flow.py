"""Rank flow: where each document stands in the ranking of each system, one line per document."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from components.charts.grades import grade_colour, grade_name
from components.charts.theme import Theme, figure, plain

Point = tuple[float | None, float | None, str]

TICKS = (1, 2, 3, 5, 10, 15, 20, 30, 40, 50)


@dataclass(frozen=True)
class Flow:
    """One document: name, grade (None for unjudged), rank per system (None: not returned)."""

    name: str
    grade: int | None
    ranks: tuple[int | None, ...]


def rank_flow_chart(
    theme: Theme, flows: Sequence[Flow], names: Sequence[str], depth: int
) -> go.Figure:
    """Draw a line per document through the systems, coloured by grade, best rank on top.

    Ranks beyond the depth, and documents a system does not return, lie on one line below; the
    pointer says which. The lines of a grade are one trace, because a trace per line is slow.
    """
    floor = depth + max(1.5, depth * 0.12)
    grades = sorted(
        {flow.grade for flow in flows}, key=lambda grade: (grade is not None, grade or 0)
    )
    highest = max([1, *(grade for grade in grades if grade is not None)])
    traces = [
        _trace(theme, grade, [flow for flow in flows if flow.grade == grade], floor, highest)
        for grade in grades
    ]
    drawn = figure(theme, traces, ("", "rank"), min(640, 260 + 12 * depth))
    ticks = [rank for rank in TICKS if rank <= depth]
    labels = [str(rank) for rank in ticks]
    drawn.update_yaxes(
        tickvals=[*ticks, floor], ticktext=[*labels, f"below {depth}"], range=[floor + 0.6, 0.4]
    )
    heads = [f"#{place + 1} {plain(name, 24)}" for place, name in enumerate(names)]
    last = len(names) - 1
    drawn.update_xaxes(
        tickvals=list(range(len(names))), ticktext=heads, side="top", range=[-0.25, last + 0.25]
    )
    return drawn


def _trace(
    theme: Theme, grade: int | None, flows: Sequence[Flow], floor: float, highest: int
) -> go.Scatter:
    points = [point for flow in flows for point in _points(flow, floor)]
    places, ranks, notes = zip(*points, strict=True)
    relevant = grade is not None and grade > 0
    colour = grade_colour(theme, grade, highest)
    return go.Scatter(
        x=places,
        y=ranks,
        text=notes,
        mode="lines+markers",
        name=f"{grade_name(grade)} ({len(flows):,})",
        line={"color": colour, "width": 2.4 if relevant else 1, "dash": _dash(grade)},
        marker={"color": colour, "size": 8 if relevant else 5},
        opacity=1 if relevant else 0.6,
        showlegend=True,
        hovertemplate="%{text}<br>" + grade_name(grade) + "<extra></extra>",
    )


def _points(flow: Flow, floor: float) -> Iterator[Point]:
    """Give the points of a document's line; a gap where two systems in a row have it too deep."""
    name, beside = plain(flow.name, 80), [None, *flow.ranks, None]
    deep = [rank is None or rank > floor for rank in beside]
    for place, rank in enumerate(flow.ranks):
        if place and deep[place] and deep[place + 1]:
            yield None, None, ""
        if not (deep[place] and deep[place + 1] and deep[place + 2]):
            note = "not returned" if rank is None else f"rank {rank}"
            height = floor if rank is None else min(rank, floor)
            yield place, height, f"{name}<br>{note}"
    yield None, None, ""


def _dash(grade: int | None) -> str:
    return "dot" if grade is None else "solid"
