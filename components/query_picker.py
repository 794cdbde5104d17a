"""Choosing a query: searchable, filtered, in an order with the telling ones first, step by step."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from components import query_filter, query_orders, shell, state
from components.charts.thinning import MOST
from components.errors import show
from components.query_orders import Rows
from evaluation.errors import UnknownNameError
from evaluation.store import Results

QUERY = state.widget_key("query")
ORDER = state.widget_key("order")


def pick_query(results: Results, numbers: Sequence[int], measure: str) -> str:
    """Let the visitor choose a query of the experiment; ends the page for an unknown one."""
    order = chosen_order(len(numbers), measure)
    ids = results.query_ids
    if not ids:
        shell.empty("No queries", "The split of this experiment judges no query, so none was run.")
        st.stop()
    rows = _listed(results, tuple(numbers), measure, order)
    labels = query_orders.labels(results, tuple(numbers), measure, order)
    wanted = state.get("query") or ids[int(rows[0])]
    known = wanted in set(ids)
    chosen = ids.index(wanted) if known else None
    place = next(iter(np.flatnonzero(rows == chosen).tolist()), None) if known else None
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _show_select(results, rows, labels, chosen if place is not None else None)
        pick_order(order, len(numbers), measure)
        query_filter.show_conditions(results, measure, words=True)
        _show_steps(results, rows, place)
    if not known:
        show(UnknownNameError("query", wanted, ids))
        st.stop()
    if place is None:
        st.caption("The query below does not meet the filter.")
    return wanted


def chosen_order(systems: int, measure: str, first: str = "") -> str:
    """Give the order that the address asks for, if it makes sense here, else the first one."""
    possible = query_orders.possible_orders(systems, measure)
    wanted = state.get("order")
    return wanted if wanted in possible else first if first in possible else possible[0]


def pick_order(order: str, systems: int, measure: str, labelled: bool = True) -> None:
    """Let the visitor choose the order of the queries."""
    possible = query_orders.possible_orders(systems, measure)
    st.session_state[ORDER] = order
    st.selectbox(
        "Order",
        possible,
        format_func=query_orders.LABELS.__getitem__,
        key=ORDER,
        on_change=lambda: state.put(order=st.session_state[ORDER]),
        help=query_orders.meanings(possible),
        label_visibility="visible" if labelled else "collapsed",
        width=260,
    )


def _listed(results: Results, numbers: tuple[int, ...], measure: str, order: str) -> Rows:
    """Give the rows to list: those that meet the filter, or all where none does."""
    everything = query_orders.sorted_rows(results, numbers, measure, order)
    rows = query_filter.keep(results, everything)
    if len(rows):
        return rows
    show("No query meets the filter, so all are listed. Take a condition or a word away.")
    return everything


def _show_select(results: Results, rows: Rows, labels: Sequence[str], chosen: int | None) -> None:
    st.session_state[QUERY] = chosen
    total, listed = len(results.query_ids), rows[:MOST].tolist()
    count = f"{total:,}" if len(rows) == total else f"{len(rows):,} of {total:,}"
    if len(rows) > MOST:
        count = f"first {MOST:,} of {len(rows):,}; the filter finds others"
        listed += [chosen] if chosen is not None and chosen not in listed else []
    st.selectbox(
        f"Query ({count})",
        listed,
        index=None if chosen is None else 0,
        format_func=labels.__getitem__,
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


def _show_steps(results: Results, rows: Rows, place: int | None) -> None:
    steps = (("previous", -1, ":material/chevron_left:"), ("next", 1, ":material/chevron_right:"))
    for name, step, icon in steps:
        there = place + step if place is not None else 0 if step > 0 else -1
        possible = 0 <= there < len(rows)
        st.button(
            "",
            icon=icon,
            key=state.widget_key(f"{name} query"),
            help=f"The {name} query in this order",
            disabled=not possible,
            on_click=state.put,
            kwargs={"query": results.query_ids[int(rows[there])] if possible else ""},
        )
