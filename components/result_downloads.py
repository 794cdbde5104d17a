"""A table that is shown, as a download."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from evaluation.table_files import table_csv
from evaluation.workspace import slug

__all__ = ["download_table", "table_csv"]


def download_table(columns: Mapping[str, Sequence[Any]], name: str) -> None:
    """Offer a table as CSV; it is written when it is asked for."""
    st.download_button(
        "CSV",
        data=lambda: table_csv(columns),
        file_name=f"{slug(name)}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"widget download {name}",
        on_click="ignore",
        type="tertiary",
        help="What is shown here, as a table.",
    )
