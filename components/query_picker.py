"""Choosing a query: searchable, in an order that puts the telling ones first, step by step."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from components import aggregates, services, shell, state
from components.errors import show
from evaluation.errors import UnknownNameError
from evaluation.store import Results

QUERY = state.widget_key("query")
ORDER = state.widget_key("order")
ORDERS = {
    "loss": "Largest loss first",
    "gain": "Largest gain first",
    "low": "Lowest value first",
    "overlap": "Least in common first",
    "file": "As in the collection",
}
HELP = (
    "Loss and gain: the last system against the first. Value: of the first system. "
    "In common: documents among the best ten of both."
)


def pick_query(results: Results, numbers: Sequence[int], measure: str) -> str:
    """Let the visitor choose a query of the experiment; ends the page for an unknown one."""
    order = _chosen_order(len(numbers), measure)
    rows, labels = aggregates.ordered_queries(results, tuple(numbers), measure, order)
    ids = results.query_ids
    if not ids:
        shell.empty("No queries", "The split of this experiment judges no query, so none was run.")
        st.stop()
    wanted = state.get("query") or ids[int(rows[0])]
    known = wanted in set(ids)
    chosen = ids.index(wanted) if known else None
    place = int(np.flatnonzero(rows == chosen)[0]) if chosen is not None else None
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _show_select(results, rows, labels, chosen)
        _show_orders(order, len(numbers), measure)
        _show_steps(results, rows, place)
    if not known:
        show(UnknownNameError("query", wanted, ids))
        st.stop()
    return wanted


def query_text(results: Results, query_id: str) -> str:
    """Give the text of a query; "" where only its id is known."""
    collection = services.collection(results.experiment.collection)
    return collection.queries.text_of.get(query_id, "")


def _chosen_order(systems: int, measure: str) -> str:
    possible = _possible_orders(systems, measure)
    wanted = state.get("order")
    return wanted if wanted in possible else possible[0]


def _possible_orders(systems: int, measure: str) -> list[str]:
    """List the orders that make sense: differences need two systems and judgements."""
    orders = ["loss", "gain"] if measure and systems > 1 else []
    orders += ["low"] if measure else []
    orders += ["overlap"] if systems > 1 else []
    return [*orders, "file"]


def _show_select(
    results: Results, rows: aggregates.Rows, labels: Sequence[str], chosen: int | None
) -> None:
    text_of = dict(zip(rows.tolist(), labels, strict=True))
    st.session_state[QUERY] = chosen
    st.selectbox(
        f"Query ({len(rows):,})",
        list(text_of),
        index=None if chosen is None else 0,
        format_func=text_of.__getitem__,
        key=QUERY,
        placeholder="Choose a query",
        on_change=lambda: _take(results),
        filter_mode="contains",
        width="stretch",
    )


def _take(results: Results) -> None:
    row = st.session_state[QUERY]
    if isinstance(row, int) and 0 <= row < len(results.query_ids):
        state.put(query=results.query_ids[row])


def _show_orders(order: str, systems: int, measure: str) -> None:
    st.session_state[ORDER] = order
    st.selectbox(
        "Order",
        _possible_orders(systems, measure),
        format_func=ORDERS.__getitem__,
        key=ORDER,
        on_change=lambda: state.put(order=st.session_state[ORDER]),
        help=HELP,
        width=230,
    )


def _show_steps(results: Results, rows: aggregates.Rows, place: int | None) -> None:
    steps = (("previous", -1, ":material/chevron_left:"), ("next", 1, ":material/chevron_right:"))
    for name, step, icon in steps:
        there = None if place is None else place + step
        possible = there is not None and 0 <= there < len(rows)
        target = results.query_ids[int(rows[there])] if possible and there is not None else ""
        st.button(
            "",
            icon=icon,
            key=state.widget_key(f"{name} query"),
            help=f"The {name} query in this order",
            disabled=not possible,
            on_click=state.put,
            kwargs={"query": target},
        )
