"""The cards above the leaderboard: the best system against the baseline, in four figures."""

import streamlit as st

from components import aggregates, safe
from components.leaderboard_table import Board
from evaluation.leaderboard import Standing
from evaluation.store import SystemResult


def show_cards(board: Board) -> None:
    """Show best value, recall, queries won and lost, and latency of the best system."""
    best = board.results.systems[board.best]
    timed = any(row.figures.get("latency_p50_ms") for row in board.rows)
    count = (3 if board.measure else 0) + timed
    if not count:
        return
    with st.grid(columns=count, min_column_width=170):
        if board.measure:
            _show_best(board, board.standings[best.number])
            _show_recall(board, best)
            _show_won(board, board.standings[best.number])
        if timed:
            _show_latency(board, best)


def _show_best(board: Board, best: Standing) -> None:
    means = sorted(one.mean for one in board.standings.values() if one.mean == one.mean)
    name = board.results.systems[best.number].name
    st.metric(
        f"Best {safe.label(board.measure)}",
        f"{best.mean:.3f}" if best.mean == best.mean else "—",
        delta=f"{best.difference:+.3f}" if best.difference == best.difference else None,
        delta_description=_against(board, best.number),
        border=True,
        height="stretch",
        chart_data=means if len(means) > 1 else None,
        chart_type="area",
        help=safe.label(f"{name}. The line shows all systems, from the worst to the best."),
    )


def _against(board: Board, number: int) -> str | None:
    return None if number == board.baseline else "vs baseline"


def _show_recall(board: Board, best: SystemResult) -> None:
    measure = next(
        (name for name in board.other_measures if name.startswith(("R@", "R("))), None
    ) or next(iter(board.other_measures), None)
    if measure is None:
        return
    value = aggregates.mean(board.results, best.number, measure)
    base = aggregates.mean(board.results, board.baseline, measure)
    gain = value - base
    curve = aggregates.recall_curve(board.results, best.number, board.least)
    st.metric(
        safe.label(measure),
        f"{value:.3f}" if value == value else "—",
        delta=f"{gain:+.3f}" if gain == gain and best.number != board.baseline else None,
        delta_description=_against(board, best.number),
        border=True,
        height="stretch",
        chart_data=curve.tolist(),
        chart_type="area",
        help=safe.label(f"Of {best.name}. The line is its recall at growing depths."),
    )


def _show_won(board: Board, best: Standing) -> None:
    if best.number == board.baseline:
        st.metric(
            "Queries won / lost",
            "—",
            border=True,
            height="stretch",
            help="The best system is the baseline itself. Choose another baseline to compare.",
        )
        return
    found = aggregates.differences(board.results, board.baseline, best.number, board.measure)
    sampled = found.values[found.order][:: max(1, len(found.order) // 60)]
    st.metric(
        "Queries won / lost",
        f"{best.wins:,} / {best.losses:,}",
        delta=f"{best.wins - best.losses:+,}",
        delta_description=_against(board, best.number),
        border=True,
        height="stretch",
        chart_data=sampled.tolist(),
        chart_type="bar",
        help=f"By the best system against the baseline; {best.ties:,} queries are equal. The bars "
        "are the differences, from the largest gain to the largest loss.",
    )


def _show_latency(board: Board, best: SystemResult) -> None:
    value = best.figures.get("latency_p50_ms")
    base = board.results.systems[board.baseline].figures.get("latency_p50_ms")
    times = sorted(t for row in board.rows if (t := row.figures.get("latency_p50_ms")))
    delta = None
    if value is not None and base is not None and best.number != board.baseline:
        delta = f"{value - base:+,.3g} ms"
    st.metric(
        "Median latency",
        f"{value:,.3g} ms" if value is not None else "—",
        delta=delta,
        delta_color="inverse",
        delta_description=_against(board, best.number) if delta else None,
        border=True,
        height="stretch",
        chart_data=times if len(times) > 1 else None,
        chart_type="area",
        help=safe.label(
            f"Of {best.name}, one query at a time after a warm-up. The line shows all systems, "
            "from the fastest to the slowest. Uploaded runs have no latency."
        ),
    )
