"""Letting go of what was uploaded and not imported, after a question and with a way back."""

import streamlit as st

from components import changes, deletion, errors, services, state
from evaluation.dependents import Dependents, of_upload
from evaluation.errors import EvaluationError
from evaluation.undo import discard_upload


def show_start_over(source: str, prominent: bool = False) -> None:
    """Show a button that deletes the upload with that source string."""
    if changes.button(
        "Start over",
        type="tertiary",
        icon=":material/delete:" if prominent else None,
        help="Deletes the uploaded files.",
    ):
        with errors.shown():
            found = of_upload(services.workspace(), services.jobs(), source)
        _confirm(found, source)


@st.dialog("Delete these uploaded files?")
def _confirm(found: Dependents, source: str) -> None:
    if deletion.show_question(found) and st.button(
        "Delete", type="primary", icon=":material/delete:", on_click=_delete, args=(source,)
    ):
        st.rerun()


def _delete(source: str) -> None:
    try:
        ticket = discard_upload(services.workspace(), services.jobs(), source)
    except EvaluationError as error:
        errors.show(error)
        return
    state.put_here(upload=None, job=None, undo=ticket)
