"""Choosing the two systems of a comparison."""

import streamlit as st

from components import shell, state
from components.errors import show
from components.system_picker import default_systems
from evaluation.store import Results

SIDES = (state.widget_key("first system"), state.widget_key("second system"))


def pick_pair(results: Results, baseline: int, measure: str) -> tuple[int, int]:
    """Let the visitor choose two systems; ends the page while fewer than two are finished."""
    if len(results.done) < 2:
        shell.empty(
            "One system alone",
            "A comparison needs two finished systems, and this experiment has one.",
            {"leaderboard": "Look at the leaderboard", "experiment": "Set up another experiment"},
        )
        st.stop()
    first, second = chosen_pair(results, baseline, measure)
    left, middle, right = st.columns([12, 1, 12], vertical_alignment="bottom", gap="small")
    with left:
        _show_side(results, 0, (first, second), "First")
    middle.button(
        "",
        icon=":material/swap_horiz:",
        help="Swap the two",
        on_click=lambda: state.put(systems=f"{second},{first}"),
        key=state.widget_key("swap"),
    )
    with right:
        _show_side(results, 1, (first, second), "Second")
    return first, second


def chosen_pair(results: Results, baseline: int, measure: str) -> tuple[int, int]:
    """Give the two systems of the address, else the baseline and the best other system."""
    done = {result.number for result in results.done}
    wanted = list(dict.fromkeys(state.numbers("systems")))
    known = [number for number in wanted if number in done]
    if len(known) < len(wanted):
        show(
            f"The address asks for systems {', '.join(map(str, wanted[:8]))}, and not all of them "
            f"have results in {results.experiment.name}. Choose two from the lists."
        )
    if len(known) >= 2:
        return known[0], known[1]
    first, second = default_systems(results, baseline, measure)
    if known and known[0] != first:
        return first, known[0]
    return first, second


def _show_side(results: Results, side: int, pair: tuple[int, int], label: str) -> None:
    other = pair[1 - side]
    st.session_state[SIDES[side]] = pair[side]
    st.selectbox(
        label,
        [result.number for result in results.done if result.number != other],
        format_func=lambda number: results.systems[number].name,
        key=SIDES[side],
        on_change=lambda: _take(side, other),
    )


def _take(side: int, other: int) -> None:
    chosen = st.session_state[SIDES[side]]
    pair = (chosen, other) if side == 0 else (other, chosen)
    state.put(systems=f"{pair[0]},{pair[1]}")
