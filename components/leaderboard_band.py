"""The band at the top of a leaderboard: the systems that the data cannot separate from the best."""

import streamlit as st

from components import safe, state
from components.leaderboard_table import Board

CHEAP = state.widget_key("cheapest of the band first")


def show_band(board: Board) -> None:
    """Say which systems may be the best, and let the visitor put the fastest of them first."""
    if not board.measure or not any(one.in_band for one in board.standings.values()):
        return
    timed = any(row.figures.get("latency_p50_ms") for row in board.band)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(safe.label(band_line(board), 600), width="stretch")
        if timed and len(board.band) > 1:
            st.session_state[CHEAP] = board.by_cost
            st.toggle(
                "Fastest of the band first",
                key=CHEAP,
                help="Where quality cannot be told apart, cost may decide: the systems of the "
                "band are ordered by their median latency, all others by their mean.",
                on_change=lambda: state.put_here(order="cost" if st.session_state[CHEAP] else None),
            )


def band_line(board: Board) -> str:
    """Say in one sentence who may be the best."""
    best = board.results.systems[board.best].name
    others = len(board.band) - 1
    if not others:
        return f"{best} is better than every other system, more than chance explains."
    systems = "1 other system is" if others == 1 else f"{others} other systems are"
    return (
        f"{best} has the highest mean, and {systems} not separable from it: "
        "any of this band may be the best."
    )
