"""What is cached: indexes and runs, by whom used, how big; with deletion."""

from collections.abc import Sequence
from typing import cast

import streamlit as st

from components import changes, deletion, errors, formats, services, state
from evaluation.cache import Kind
from evaluation.dependents import of_cached
from evaluation.errors import EvaluationError
from evaluation.usage import CacheRow, cache_rows

TABLE = state.widget_key("cache table")
KINDS = {"index": "Index", "run": "Run", "feature": "Features"}


def show_cache() -> None:
    """Show the cache as a table; selected rows, or all that nothing uses, can be deleted."""
    rows = cache_rows(services.workspace())
    if not rows:
        st.info(
            "Nothing is cached yet. Indexes and rankings appear here when an experiment runs, and "
            "are used again by every system that shares them.",
            icon=":material/info:",
        )
        return
    unused = [row for row in rows if not row.experiments]
    total = formats.size(sum(row.bytes for row in rows))
    st.caption(f"{formats.plural(len(rows), 'entry', 'entries')}, {total}. Select rows to delete.")
    limit = services.workspace().cache_limit
    if limit is not None:
        st.caption(
            f"Limit: {formats.size(limit)}. Beyond it, what was not used for longest is deleted "
            "after each job; results of experiments stay."
        )
    chosen = _table(rows)
    with st.container(horizontal=True):
        _show_deletion("Delete selected", chosen)
        _show_deletion("Delete unused", unused)


def _table(rows: Sequence[CacheRow]) -> list[CacheRow]:
    event = st.dataframe(
        [
            {
                "Kind": KINDS[row.kind],
                "What": row.what,
                "Collection": row.collection,
                "Used by": ", ".join(row.experiments) or "nothing",
                "Size": row.bytes,
                "Created": formats.ago(row.created),
            }
            for row in rows
        ],
        hide_index=True,
        key=TABLE,
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            "What": st.column_config.TextColumn(width="large", help="The stage, or the tree."),
            "Used by": st.column_config.TextColumn(help="Experiments with a result made from it."),
            "Size": st.column_config.NumberColumn(format="bytes", help="Bytes on disk."),
        },
    )
    return [rows[place] for place in event["selection"]["rows"] if place < len(rows)]


def _show_deletion(label: str, rows: Sequence[CacheRow]) -> None:
    size = formats.size(sum(row.bytes for row in rows))
    if changes.button(
        f"{label} ({len(rows)}, {size})" if rows else label,
        icon=":material/delete:",
        disabled=not rows,
        key=state.widget_key(label),
    ):
        _confirm(rows)


@st.dialog("Delete from the cache?")
def _confirm(rows: Sequence[CacheRow]) -> None:
    took = formats.duration(sum(row.seconds for row in rows))
    note = (
        f"There is no way back, and none is needed: {formats.plural(len(rows), 'entry', 'entries')}"
        f" that took {took} to compute will be computed again when a system or a search asks for "
        "them. The results of experiments stay as they are."
    )
    keys = tuple((row.kind, row.key) for row in rows)
    found = of_cached(rows, services.jobs())
    if deletion.show_question(found, note=note) and st.button(
        "Delete", type="primary", icon=":material/delete:", on_click=_delete, args=(keys,)
    ):
        st.rerun()


def _delete(keys: tuple[tuple[str, str], ...]) -> None:
    try:
        of_cached([], services.jobs()).require_idle()
    except EvaluationError as error:
        errors.show(error)
        return
    for kind, key in keys:
        services.workspace().cache.remove(cast(Kind, kind), key)
    st.session_state.pop(TABLE, None)  # the selection meant rows that are gone
