"""The queries of a comparison as a table, ordered by signed change; a row opens the query."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from components import aggregates, safe, services, state
from components.comparison_views import Pair
from components.result_downloads import download_table

Values = npt.NDArray[np.float64]
HELP = {
    "Δ": "Second minus first.",
    "In common": "Share of documents that both have among their best ten.",
}
TABLE = state.widget_key("query table")
FILTER = state.widget_key("query filter")


def show_queries(pair: Pair, only: aggregates.Rows | None = None) -> None:
    """List the queries by signed change, largest gain first, those that failed at the end.

    Args:
        pair: the two systems.
        only: rows of the queries to list; all of them unless given.
    """
    failed = np.flatnonzero(np.isnan(pair.differences.values))
    rows = np.concatenate([pair.differences.order, failed])
    rows = (rows if only is None else rows[np.isin(rows, only)]).tolist()
    columns = {
        "Δ": pair.differences.values,
        "First": services.scores(pair.results, pair.first, pair.measure),
        "Second": services.scores(pair.results, pair.second, pair.measure),
    }
    _show_table(pair, rows, columns, "%+.4f")


def show_queries_by_overlap(pair: Pair) -> None:
    """List the queries by how little the two rankings have in common (without judgements)."""
    share = aggregates.overlap(pair.results, pair.first, pair.second)
    rows = np.argsort(share, kind="stable").tolist()
    _show_table(pair, rows, {"In common": share}, "%.2f")


def _show_table(pair: Pair, rows: list[int], columns: dict[str, Values], form: str) -> None:
    shown = _filtered(pair, rows)
    texts, ids = aggregates.query_texts(pair.results), pair.results.query_ids
    table: dict[str, Sequence[Any]] = {
        name: values[shown].tolist() for name, values in columns.items()
    }
    table["Query"] = [ids[row] for row in shown]
    if any(texts):
        table["Text"] = [texts[row] for row in shown]
    chosen = st.dataframe(
        table,
        column_config=_config(pair, list(columns), form),
        hide_index=True,
        height=460 if len(shown) > 12 else "content",
        key=TABLE,
        on_select="rerun",
        selection_mode="single-cell",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Click a row to see both rankings of the query.", width="stretch")
        download_table(table, f"{pair.names[0]} against {pair.names[1]}")
    picked = chosen["selection"]["cells"]
    if picked and picked[0][0] < len(shown):
        pair.open(shown[picked[0][0]])


def _config(pair: Pair, names: list[str], form: str) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        names[0]: number(format=form, width=90, help=HELP[names[0]]),
        "First": number(format="%.4f", width=90, help=safe.label(pair.names[0])),
        "Second": number(format="%.4f", width=90, help=safe.label(pair.names[1])),
        "Query": st.column_config.TextColumn(width=100),
    }


def _filtered(pair: Pair, rows: list[int]) -> list[int]:
    """Let the visitor filter by words; the statistics above stay those of all queries."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Queries", anchor=False, width="stretch")
        st.session_state[FILTER] = state.get("filter")
        st.text_input(
            "Filter queries",
            key=FILTER,
            type="search",
            placeholder="Filter by id or words",
            on_change=lambda: state.put(filter=st.session_state[FILTER]),
            label_visibility="collapsed",
            width=280,
        )
    words = state.get("filter").casefold().split()
    if not words:
        return rows
    texts, ids = aggregates.query_texts(pair.results), pair.results.query_ids
    kept = [row for row in rows if all(w in f"{ids[row]} {texts[row]}".casefold() for w in words)]
    st.caption(f"{len(kept):,} of {len(rows):,} queries; the figures above are over all of them.")
    return kept
