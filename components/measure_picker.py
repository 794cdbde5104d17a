"""Which measures an experiment reports: the common ones with a line of meaning, any other typed."""

import streamlit as st

from components import safe, state
from components.errors import show
from components.experiment_draft import change, current
from evaluation.errors import EvaluationError
from evaluation.measures.measures import COMMON, canonical, meaning, measure_problems

TYPED = state.widget_key("typed measure of the draft")
FIRST = state.widget_key("first measure of the draft")
COLUMN = 300


def pick_measures() -> None:
    """Let the visitor choose the measures of the draft, and which one is shown first."""
    chosen = current().measures
    others = [measure for measure in chosen if measure not in COMMON]
    with st.grid("auto", min_column_width=COLUMN, gap="small"):
        for place, measure in enumerate([*COMMON, *others]):
            _show_tick(measure, place, measure in chosen)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            "Any other measure",
            key=TYPED,
            placeholder="nDCG@20, AP(rel=2), ERR@10 ...",
            help="An ir-measures expression; several are separated by blanks. Press Enter to add.",
            on_change=_take_typed,
        )
        _pick_first(chosen)
    if state.draft(f"fault {TYPED}", ""):
        show(state.draft(f"fault {TYPED}", ""))


def _show_tick(measure: str, place: int, ticked: bool) -> None:
    widget = state.widget_key(f"measure {place} {measure}")
    st.session_state[widget] = ticked
    st.checkbox(
        f"**{safe.label(measure)}** · {safe.label(_meaning(measure))}",
        key=widget,
        wrap=True,
        on_change=_take_tick,
        args=(measure, widget),
    )


def _pick_first(chosen: tuple[str, ...]) -> None:
    if not chosen:
        return
    st.session_state[FIRST] = chosen[0]
    st.selectbox(
        "Shown first",
        chosen,
        key=FIRST,
        width=200,
        help="The measure that the result pages open with.",
        on_change=_take_first,
    )


def _meaning(measure: str) -> str:
    try:
        return meaning(measure).partition(": ")[2]
    except EvaluationError as error:
        return str(error)


def _take_tick(measure: str, widget: str) -> None:
    chosen = [known for known in current().measures if known != measure]
    if st.session_state[widget]:
        chosen.append(measure)
    change(measures=tuple(chosen))


def _take_first() -> None:
    first = str(st.session_state[FIRST])
    change(measures=(first, *(known for known in current().measures if known != first)))


def _take_typed() -> None:
    typed = _split(str(st.session_state[TYPED]))
    faults = measure_problems(typed)
    state.keep_draft(f"fault {TYPED}", " ".join(faults))
    if faults:
        return
    named = [canonical(measure) for measure in typed]
    change(measures=tuple(dict.fromkeys([*current().measures, *named])))
    st.session_state[TYPED] = ""


def _split(text: str) -> list[str]:
    """Cut `nDCG@20, AP(rel=2, judged_only=True)` at blanks and commas outside brackets."""
    parts, depth = [""], 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if depth <= 0 and char in ", ;\n":
            parts.append("")
        else:
            parts[-1] += char
    return [part for part in parts if part]
