"""X-ray of a value: what each rank adds to it, beside the ideal list, and the value so far."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from components.charts.grades import grade_colour, grade_name
from components.charts.theme import Theme, figure, plain
from evaluation.measures.xray import Rank

SHOWN = 100  # ranks; the table beside it has all


def value_xray_chart(
    theme: Theme, ranks: Sequence[Rank], ideal: Sequence[Rank], measure: str
) -> go.Figure:
    """Draw two panels over the ranks: contributions above, the value so far below.

    A bar is what the document at a rank adds, coloured by its grade; a dash across is what the
    ideal list adds there; unjudged ranks are hatched. Only the first ranks are drawn.

    Args:
        theme: the colours.
        ranks: the ranking, taken apart.
        ideal: the ideal list, taken apart the same way.
        measure: what the value is of.
    """
    ranks, ideal = ranks[:SHOWN], ideal[:SHOWN]
    parts = [rank.contribution for rank in (*ranks, *ideal)]
    top = 1.08 * max([*parts, 0.01])
    traces = [
        *_hatches(theme, ranks, top),
        *_bars(theme, ranks),
        _dashes(theme, ideal),
        _line(theme, ideal, "ideal, so far", {"color": theme.muted, "dash": "dash", "width": 1.5}),
        _line(theme, ranks, "value so far", {"color": theme.colour(0), "width": 2.4}),
    ]
    drawn = figure(theme, traces, ("rank", "adds"), 420)
    axis = drawn.layout.yaxis.to_plotly_json()
    title = {"text": f"{plain(measure, 30)} so far", "font": {"color": theme.muted, "size": 12}}
    drawn.update_layout(
        barmode="overlay",
        bargap=0.2,
        yaxis=axis | {"domain": [0.46, 1], "range": [0, top]},
        yaxis2=axis | {"domain": [0, 0.38], "title": title, "rangemode": "tozero"},
    )
    last = max(len(ranks), len(ideal), 1)
    step = {"dtick": 1} if last <= 12 else {}
    drawn.update_xaxes(range=[0.3, last + 0.7], anchor="y2", **step)
    return drawn


def _hatches(theme: Theme, ranks: Sequence[Rank], top: float) -> list[go.Bar]:
    unjudged = [rank for rank in ranks if rank.relevance is None]
    if not unjudged:
        return []
    hatch = {"shape": "/", "fgcolor": theme.muted, "bgcolor": "rgba(0,0,0,0)", "size": 7}
    return [
        go.Bar(
            x=[rank.rank for rank in unjudged],
            y=[top] * len(unjudged),
            text=[plain(rank.doc_id, 80) for rank in unjudged],
            name="unjudged",
            marker={"color": "rgba(0,0,0,0)", "pattern": hatch, "line": {"width": 0}},
            opacity=0.45,
            textposition="none",
            showlegend=True,
            hovertemplate="rank %{x}: %{text}<br>nobody judged it<extra></extra>",
        )
    ]


def _bars(theme: Theme, ranks: Sequence[Rank]) -> list[go.Bar]:
    grades = sorted({rank.relevance for rank in ranks if rank.relevance is not None})
    highest = max([1, *grades])
    bars = []
    for grade in grades:
        found = [rank for rank in ranks if rank.relevance == grade]
        bars.append(
            go.Bar(
                x=[rank.rank for rank in found],
                y=[rank.contribution for rank in found],
                text=[_note(rank) for rank in found],
                name=grade_name(grade),
                marker={"color": grade_colour(theme, grade, highest), "line": {"width": 0}},
                textposition="none",
                showlegend=True,
                hovertemplate="rank %{x}: %{text}<extra></extra>",
            )
        )
    return bars


def _note(rank: Rank) -> str:
    return (
        f"{plain(rank.doc_id, 80)}<br>{grade_name(rank.relevance)}: gain {rank.gain:g} x discount "
        f"{rank.discount:.4f}<br>adds {rank.contribution:.4f}"
    )


def _dashes(theme: Theme, ideal: Sequence[Rank]) -> go.Scatter:
    return go.Scatter(
        x=[rank.rank for rank in ideal],
        y=[rank.contribution for rank in ideal],
        text=[_note(rank) for rank in ideal],
        mode="markers",
        name="ideal list",
        marker={
            "symbol": "line-ew-open",
            "size": 16 if len(ideal) <= 25 else 7,
            "color": theme.text,
            "line": {"width": 2.5, "color": theme.text},
        },
        showlegend=True,
        hovertemplate="ideal rank %{x}: %{text}<extra></extra>",
    )


def _line(theme: Theme, ranks: Sequence[Rank], name: str, line: dict[str, Any]) -> go.Scatter:
    return go.Scatter(
        x=[rank.rank for rank in ranks],
        y=[rank.running for rank in ranks],
        yaxis="y2",
        mode="lines",
        name=name,
        line=line | {"shape": "hv"},
        showlegend=True,
        hovertemplate=f"{name} %{{x}}: %{{y:.4f}}<extra></extra>",
    )
