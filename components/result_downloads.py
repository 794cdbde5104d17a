"""A table that is shown, as a download."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from evaluation.workspace import slug


def table_csv(columns: Mapping[str, Sequence[Any]]) -> bytes:
    """Write columns as CSV (UTF-8, LF); values that are not known (None, NaN) stay empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_cell(name) for name in columns])
    for row in zip(*columns.values(), strict=True):
        writer.writerow([_cell(value) for value in row])
    return text.getvalue().encode("utf-8")


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


def _cell(value: Any) -> Any:
    """Leave out what is not known; keep spreadsheets from running a text as a formula."""
    if value is None or value != value:
        return ""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    if isinstance(value, list):
        return " ".join(str(item) for item in value)
    return value
