"""The relevant documents of a system by what became of them: per query, and one by one."""

from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from components import aggregates, formats, state
from components.charts.thinning import MOST
from components.result_downloads import download_table
from components.stage_attribution import Staged, fate_name, stage_name

FATE = state.widget_key("fate")
QUERIES = state.widget_key("queries by fate")
DOCUMENTS = state.widget_key("documents by fate")
LISTED = 2000  # documents in the table


def show_lists(staged: Staged) -> None:
    """Let the visitor choose a fate, and list the queries and documents that have it."""
    st.subheader("Which documents?", anchor=False)
    fate = _pick_fate(staged)
    _show_queries(staged, fate)
    _show_documents(staged, fate)


def _pick_fate(staged: Staged) -> int | None:
    """Give the place of the chosen fate; None for all."""
    found = staged.found
    counts = found.counts.tolist()
    possible = [place for place, count in enumerate(counts) if count]
    wanted = state.numbers("fate")
    chosen = wanted[0] if wanted and wanted[0] in possible else None
    st.session_state[FATE] = chosen
    st.selectbox(
        "What became of them",
        possible,
        index=None,
        format_func=lambda p: f"{fate_name(found, found.fates[p])} ({counts[p]:,})",
        key=FATE,
        placeholder="Anything: choose one to see its queries and documents only",
        on_change=lambda: state.put_here(fate=st.session_state[FATE]),
    )
    return chosen


def _show_queries(staged: Staged, fate: int | None) -> None:
    found, results = staged.found, staged.results
    counts = found.per_query()
    gain = np.nan_to_num(found.best - found.values, nan=-1.0)
    rows = np.argsort(-gain, kind="stable")
    if fate is not None:
        rows = rows[np.argsort(-counts[rows, fate], kind="stable")]
        rows = rows[counts[rows, fate] > 0]
    picked = _table(staged, _query_table(staged, rows[:MOST]), QUERIES, 300)
    count = formats.plural(len(rows), "query", "queries")
    order = "most such documents" if fate is not None else "most to gain"
    first = f" The first {MOST:,} are listed; the CSV has all." * (len(rows) > MOST)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"{count}, {order} first.{first} Click a row to open the query.", width="stretch"
        )
        name = f"{results.systems[staged.number].name} fates by query"
        download_table(lambda: _query_table(staged, rows), name)
    if picked is not None and picked < len(rows):
        staged.open(int(rows[picked]))


def _query_table(staged: Staged, rows: npt.NDArray[np.int64]) -> dict[str, list[Any]]:
    """Give the columns of some queries: how many documents had which fate, and the values."""
    found, results = staged.found, staged.results
    counts, texts = found.per_query(), aggregates.query_texts(results)
    table: dict[str, list[Any]] = {"Query": [results.query_ids[row] for row in rows.tolist()]}
    if any(texts):
        table["Text"] = [texts[row] for row in rows.tolist()]
    table["Relevant"] = counts[rows].sum(axis=1).tolist()
    for place, total in enumerate(found.counts.tolist()):
        if total:
            table[fate_name(found, found.fates[place])] = counts[rows, place].tolist()
    table[staged.measure] = found.values[rows].tolist()
    table["Still to gain"] = (found.best - found.values)[rows].tolist()
    return table


def _show_documents(staged: Staged, fate: int | None) -> None:
    """List relevant documents one by one: with their rank in each stage."""
    found, results = staged.found, staged.results
    rows = np.arange(len(found.fate)) if fate is None else np.flatnonzero(found.fate == fate)
    shown = rows[np.argsort(found.queries[rows], kind="stable")][:LISTED]
    table: dict[str, list[Any]] = {
        "Query": [results.query_ids[row] for row in found.queries[shown].tolist()],
        "Document": found.doc_ids.take(shown).to_pylist(),
        "Grade": found.grades[shown].tolist(),
        "Became": [fate_name(found, found.fates[code]) for code in found.fate[shown].tolist()],
    }
    for place, ranks in enumerate(found.ranks):
        if ranks is not None:
            held = ranks[shown].tolist()
            table[f"Rank {stage_name(found.stages, place)}"] = [rank or None for rank in held]
    picked = _table(staged, table, DOCUMENTS, 300)
    listed = f"{len(shown):,} of {len(rows):,}" if len(shown) < len(rows) else f"{len(rows):,}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"{listed} relevant documents with their rank in each stage; an empty rank means "
            "that the stage did not return it.",
            width="stretch",
        )
        download_table(table, f"{results.systems[staged.number].name} fates by document")
    if picked is not None and picked < len(shown):
        staged.open(int(found.queries[shown[picked]]))


def _table(staged: Staged, table: dict[str, list[Any]], key: str, height: int) -> int | None:
    """Show a table; gives the row of a clicked cell."""
    number = st.column_config.NumberColumn(format="%.4f", width=100)
    chosen = st.dataframe(
        table,
        column_config={staged.measure: number, "Still to gain": number},
        hide_index=True,
        height=height if len(table["Query"]) > 8 else "content",
        key=key,
        placeholder="",
        on_select="rerun",
        selection_mode="single-cell",
    )
    cells = chosen["selection"]["cells"]
    return int(cells[0][0]) if cells else None
