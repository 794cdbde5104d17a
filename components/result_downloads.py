"""A table that is shown, as a download."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from evaluation.table_files import table_csv
from evaluation.workspace import slug

__all__ = ["download_table", "table_csv"]


Columns = Mapping[str, Sequence[Any]]


def download_table(columns: Columns | Callable[[], Columns], name: str) -> None:
    """Offer a table as CSV; it is written, and made if it is not yet, when it is asked for."""
    st.download_button(
        "CSV",
        data=lambda: table_csv(columns() if callable(columns) else columns),
        file_name=f"{slug(name)}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"widget download {name}",
        on_click="ignore",
        type="tertiary",
        help="What is shown here, as a table.",
    )
