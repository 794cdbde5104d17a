"""The only place that turns an error into something to see."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from components import safe
from evaluation.errors import EvaluationError


def show(error: EvaluationError | str) -> None:
    """Show one error as a sentence."""
    st.error(safe.label(error, limit=2000), icon=":material/error:")


@contextmanager
def shown() -> Iterator[None]:
    """Show an EvaluationError raised in the block as a sentence, and end the page there."""
    try:
        yield
    except EvaluationError as error:
        show(error)
        st.stop()
