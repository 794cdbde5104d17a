"""Buttons for whatever changes a workspace: off for a viewer, with the reason.

For everybody else, what stands in the way of a change is a sentence at the top of the page.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from components import errors, visitor
from evaluation.errors import EvaluationError

OFF = "You look at this workspace as a viewer: nothing in it can be changed."


def button(label: str, **options: Any) -> bool:
    """Show `st.button`, for something that changes the workspace."""
    return st.button(label, **_fitted(options)) and not visitor.viewing()


def form_submit_button(label: str, **options: Any) -> bool:
    """Show `st.form_submit_button`, for something that changes the workspace."""
    return st.form_submit_button(label, **_fitted(options)) and not visitor.viewing()


def file_uploader(label: str, **options: Any) -> None:
    """Show `st.file_uploader`; its files are taken by `on_change`."""
    st.file_uploader(label, **_fitted(options, "on_change"))


def _fitted(options: dict[str, Any], act: str = "on_click") -> dict[str, Any]:
    """Take the action away from a viewer; let others see why it was refused."""
    if visitor.viewing():  # a browser could send a click on what is shown as off
        return options | {act: None, "args": None, "kwargs": None, "disabled": True, "help": OFF}
    given = options.get(act)
    return options | {act: _told(given)} if callable(given) else options


def _told(act: Callable[..., Any]) -> Callable[..., None]:
    def acting(*values: Any, **named: Any) -> None:
        try:
            act(*values, **named)
        except EvaluationError as error:
            errors.show(error)

    return acting
