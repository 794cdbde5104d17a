"""The plots under the leaderboard: recall by depth and per-query spread."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import aggregates, plot, services, state
from components.charts.recall_by_depth import Curve, recall_by_depth_chart
from components.charts.score_distribution import box_chart, cumulative_chart, spread_of
from components.leaderboard_table import Board
from components.result_downloads import download_table
from evaluation.store import SystemResult

MOST = 12  # lines that can still be told apart
SPREAD = state.widget_key("spread")
KINDS = {"boxes": "Quartiles", "curves": "Cumulative"}


def show_charts(board: Board, selected: list[int]) -> None:
    """Show the plots of the selected systems, else of the best ones and the baseline."""
    if not board.measure:
        return
    shown = charted(board, selected)
    if len(shown) < len(board.rows):
        which = "the selected ones" if selected else "the best ones (select rows to choose)"
        st.caption(
            f"The plots show {len(shown)} of {len(board.rows)} systems: {which} and the baseline."
        )
    _show_recall(board, shown)
    _show_spread(board, shown)


def charted(board: Board, selected: list[int]) -> list[SystemResult]:
    """Give the systems that are drawn, in the order of the table."""
    wanted = selected or [row.number for row in board.rows[:MOST]]
    return [row for row in board.rows if row.number in {*wanted, board.baseline}]


def _show_recall(board: Board, shown: list[SystemResult]) -> None:
    curves = [
        Curve(row.name, row.number, aggregates.recall_curve(board.results, row.number, board.least))
        for row in shown
    ]
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("Recall by depth", anchor=False, width="stretch", help=_recall_help(board))
            columns: dict[str, Sequence[Any]] = {"depth": aggregates.DEPTHS}
            download_table(
                columns | {f"#{c.place} {c.name}": _filled(c) for c in curves},
                f"{board.results.id} recall by depth",
            )
        plot.show_plot(
            recall_by_depth_chart(plot.theme(), aggregates.DEPTHS, curves),
            alt="Mean recall of each system at depths from 1 to 1,000",
        )


def _filled(curve: Curve) -> list[float | None]:
    """Give a value for each depth; none beyond the end of the ranking."""
    missing = len(aggregates.DEPTHS) - len(curve.values)
    return [*curve.values.tolist(), *[None] * missing]


def _recall_help(board: Board) -> str:
    return (
        "The share of the relevant documents that stands among the first so many, as a mean over "
        f"the queries. Relevant means grade {board.least} or more."
    )


def _show_spread(board: Board, shown: list[SystemResult]) -> None:
    spreads = [
        spread_of(row.name, row.number, services.scores(board.results, row.number, board.measure))
        for row in shown
        if board.standings[row.number].failed < len(board.results.query_ids)
    ]
    if not spreads:
        return
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("Single queries", anchor=False, width="stretch")
            kind = st.segmented_control(
                "Kind of plot",
                list(KINDS),
                format_func=KINDS.__getitem__,
                default="boxes",
                required=True,
                key=SPREAD,
                label_visibility="collapsed",
            )
            shares = [f"{share} %" for share in range(101)]
            columns: dict[str, Sequence[Any]] = {"share of queries": shares}
            download_table(
                columns | {f"#{s.place} {s.name}": s.quantiles.tolist() for s in spreads},
                f"{board.results.id} single queries",
            )
        draw = cumulative_chart if kind == "curves" else box_chart
        plot.show_plot(
            draw(plot.theme(), spreads, board.measure),
            alt=f"How the {board.measure} of single queries spreads for each system",
        )
