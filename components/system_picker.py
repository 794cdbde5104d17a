"""Choosing which finished systems stand beside each other."""

import streamlit as st

from components import aggregates, state
from components.errors import show
from evaluation.store import Results

SYSTEMS = state.widget_key("systems")
MOST = 8


def pick_systems(results: Results, baseline: int, measure: str) -> list[int]:
    """Let the visitor choose 1 to 8 systems, the first being what the others are measured by."""
    done = [result.number for result in results.done]
    chosen = _wanted(results, done) or default_systems(results, baseline, measure)
    st.session_state[SYSTEMS] = chosen
    st.multiselect(
        "Systems, in the order of the columns",
        done,
        format_func=lambda number: results.systems[number].name,
        key=SYSTEMS,
        max_selections=MOST,
        on_change=_take,
        placeholder="Choose up to eight systems",
        help="Movement is counted against the first one.",
    )
    return chosen


def default_systems(results: Results, baseline: int, measure: str) -> list[int]:
    """Give the baseline and the best other system (without judgements: the first other one)."""
    others = [result.number for result in results.done if result.number != baseline]
    if not others:
        return [baseline]
    if measure:
        means = {number: aggregates.mean(results, number, measure) for number in others}
        others.sort(key=lambda number: -means[number] if means[number] == means[number] else 1.0)
    return [baseline, others[0]]


def _wanted(results: Results, done: list[int]) -> list[int]:
    """Read the systems from the address; those that are not there are named in a sentence."""
    wanted = list(dict.fromkeys(state.numbers("systems")))
    missing = [number for number in wanted if number not in done]
    if missing:
        listed = ", ".join(str(number) for number in missing[:8])
        show(
            f"The address asks for system {listed}, which has no results in "
            f"{results.experiment.name}. Choose from the list."
        )
    return [number for number in wanted if number in done][:MOST]


def _take() -> None:
    chosen = st.session_state[SYSTEMS]
    state.put(systems=",".join(str(number) for number in chosen))
