"""One system as YAML: to copy, to paste, to edit; a fault is answered with its line."""

import streamlit as st

from components import state
from components.errors import show
from components.experiment_draft import Drafted, current, keep
from evaluation.errors import EvaluationError
from evaluation.system import system_from_dict
from evaluation.yaml_lines import read_with_lines

LINES = (6, 30)  # least and most lines of the text field
LINE_PX = 24


def show_system_text(drafted: Drafted) -> None:
    """Show the YAML of a drafted system in a field that can be edited, and as a text to copy."""
    text = drafted.system.to_yaml()
    widget = state.widget_key(f"yaml of system {drafted.number}")
    if state.draft(f"{widget} shows", "") != text:  # the system changed: show what it is now
        state.keep_draft(f"{widget} shows", text)
        st.session_state[widget] = text
    lines = min(max(text.count("\n") + 1, LINES[0]), LINES[1])
    st.session_state.setdefault(widget, text)
    st.text_area(
        "Edit or paste",
        key=widget,
        height=lines * LINE_PX + 20,
        help="Parameters that are left out have their defaults. Press Ctrl+Enter, then Apply.",
    )
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Apply",
            icon=":material/check:",
            type="primary",
            key=state.widget_key(f"apply yaml {drafted.number}"),
            on_click=_apply,
            args=(drafted.number, widget),
        )
        with st.popover("Copy", icon=":material/content_copy:"):
            st.code(text, language="yaml")
    fault = state.draft(f"fault {widget}", "")
    if fault:
        show(fault)


def _apply(number: int, widget: str) -> None:
    fault = ""
    try:
        system = read_with_lines(str(st.session_state[widget]), system_from_dict)
        keep(current().changed(number, system))
        state.keep_draft(f"{widget} shows", "")  # show it as the engine writes it
    except EvaluationError as error:
        fault = str(error)
    state.keep_draft(f"fault {widget}", fault)
