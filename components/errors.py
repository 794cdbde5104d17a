"""The only place that turns an error into something to see."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from components import safe, services
from evaluation import log
from evaluation.disk_room import writing
from evaluation.errors import EvaluationError

GONE = "Something that this page shows was deleted a moment ago. Reload the page."


def show(error: EvaluationError | str) -> None:
    """Show one error as a sentence."""
    st.error(safe.label(error, limit=2000), icon=":material/error:")


@contextmanager
def shown() -> Iterator[None]:
    """Show an EvaluationError raised in the block as a sentence, and end the page there.

    A full disk is shown so, too, whatever a library says about it.
    """
    try:
        with writing("what the page made", services.workspace().folder), _there():
            yield
    except EvaluationError as error:
        show(error)
        st.stop()


@contextmanager
def told() -> Iterator[None]:
    """Show the same for a call back, which runs before the page: `@errors.told()` over it."""
    try:
        with writing("what was asked for", services.workspace().folder), _there():
            yield
    except EvaluationError as error:
        show(error)


@contextmanager
def _there() -> Iterator[None]:
    """Turn a file of the workspace that another visitor or process deleted into a sentence."""
    try:
        yield
    except FileNotFoundError as error:
        if str(services.workspace().folder) not in str(error):
            raise
        log.fault("deleted while it was read", error)
        raise EvaluationError(GONE) from None
