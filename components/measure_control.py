"""Which measure a result page shows: those of the experiment side by side, any other typed."""

import streamlit as st

from components import safe, state
from components.errors import show
from evaluation.measures.measures import measure_problems
from evaluation.store import Results

CONTROL = state.widget_key("measure")
TYPED = state.widget_key("typed measure")


def chosen_measure(results: Results) -> str:
    """Give the measure the address names, else the experiment's first; "" without judgements.

    A measure that cannot be computed is answered with a sentence, and the first one is shown.
    """
    if not results.experiment.split:
        return ""
    wanted = state.get("measure")
    if not wanted or wanted in results.experiment.measures:
        return wanted or results.experiment.measures[0]
    faults = measure_problems([wanted])
    if faults:
        show(" ".join(faults))
        return results.experiment.measures[0]
    return wanted


def pick_measure(results: Results, chosen: str) -> None:
    """Let the visitor choose the measure; the page runs again with the new one."""
    if not chosen:
        return
    options = list(results.experiment.measures)
    options += [] if chosen in options else [chosen]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _show_control(options, chosen)
        _show_typed()


def _show_control(options: list[str], chosen: str) -> None:
    st.session_state[CONTROL] = chosen
    st.segmented_control(
        "Measure",
        options,
        format_func=safe.label,
        key=CONTROL,
        required=True,
        on_change=lambda: state.put(measure=st.session_state[CONTROL]),
        label_visibility="collapsed",
    )


def _show_typed() -> None:
    with st.popover("", icon=":material/more_horiz:", help="Any other measure"):
        st.text_input(
            "Any other measure",
            key=TYPED,
            placeholder="nDCG@20, AP(rel=2), ERR@10",
            help="An ir-measures expression. It is computed from the stored runs.",
            on_change=_take_typed,
        )
        st.caption(
            "nDCG, RR, AP, P, R, Success, Judged, ERR, Rprec … with `@cut-off` and `(rel=2)`."
        )


def _take_typed() -> None:
    typed = str(st.session_state[TYPED]).strip()
    if typed:
        state.put(measure=typed)
    st.session_state[TYPED] = ""
