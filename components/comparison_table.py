"""The queries of a comparison as a table, in any order and filtered; a row opens the query."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from components import aggregates, query_filter, query_orders, safe, services, state
from components.charts.thinning import MOST
from components.comparison_views import Pair
from components.query_orders import FILE, ORDERS, OVER_ALL
from components.query_picker import chosen_order, pick_order
from components.result_downloads import download_table

Values = npt.NDArray[np.float64]
TABLE = state.widget_key("query table")
SIGNED = "%+.4f"


def show_queries(pair: Pair, only: npt.NDArray[np.int64] | None = None) -> None:
    """List the queries: largest gain first, or without judgements least in common first.

    Those that a system failed on stand at the end. The filter changes what is listed and nothing
    else: the statistics above stay those of all queries.

    Args:
        pair: the two systems.
        only: rows of the queries to list; all of them unless given.
    """
    numbers = (pair.first, pair.second)
    order = chosen_order(2, pair.measure, "gain")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader("Queries", anchor=False, width="stretch")
        pick_order(order, 2, pair.measure, labelled=False)
        query_filter.show_words()
        query_filter.show_conditions(pair.results, pair.measure)
    everything = query_orders.sorted_rows(pair.results, numbers, pair.measure, order)
    everything = everything if only is None else everything[np.isin(everything, only)]
    rows = query_filter.keep(pair.results, everything)
    if len(rows) < len(everything):
        counts = f"{len(rows):,} of {len(everything):,} queries"
        st.caption(f"{counts}; the figures above are over all of them.")
    _show_table(pair, rows.tolist(), _columns(pair, order))


def _columns(pair: Pair, order: str) -> dict[str, Values]:
    """Give the columns of numbers, what the order goes by first."""
    numbers, columns = (pair.first, pair.second), {}
    if order != FILE and ORDERS[order].column not in ("Δ", "Value"):
        values = query_orders.order_values(pair.results, numbers, pair.measure, order)
        columns[ORDERS[order].column] = values
    if pair.measure:
        columns["Δ"] = pair.differences.values
        columns["First"] = services.scores(pair.results, pair.first, pair.measure)
        columns["Second"] = services.scores(pair.results, pair.second, pair.measure)
    return columns


def _show_table(pair: Pair, shown: list[int], columns: dict[str, Values]) -> None:
    listed = shown[:MOST]
    chosen = st.dataframe(
        _table(pair, listed, columns),
        column_config=_config(pair),
        hide_index=True,
        height=460 if len(listed) > 12 else "content",
        key=TABLE,
        on_select="rerun",
        selection_mode="single-cell",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        first = f"The first {MOST:,} of {len(shown):,}; the CSV has all. " * (len(shown) > MOST)
        st.caption(f"{first}Click a row to see both rankings of the query.", width="stretch")
        name = f"{pair.names[0]} against {pair.names[1]}"
        download_table(lambda: _table(pair, shown, columns), name)
    picked = chosen["selection"]["cells"]
    if picked and picked[0][0] < len(listed):
        pair.open(shown[picked[0][0]])


def _table(pair: Pair, rows: list[int], columns: dict[str, Values]) -> dict[str, Sequence[Any]]:
    """Give the columns of some queries, the numbers first."""
    texts, ids = aggregates.query_texts(pair.results), pair.results.query_ids
    table: dict[str, Sequence[Any]] = {
        name: values[rows].tolist() for name, values in columns.items()
    }
    table["Query"] = [ids[row] for row in rows]
    if any(texts):
        table["Text"] = [texts[row] for row in rows]
    return table


def _config(pair: Pair) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    config: dict[str, Any] = {
        order.column: number(
            format="%.4f" if order.judged else "%.2f",
            width=130 if name in OVER_ALL else 100,
            help=order.meaning,
        )
        for name, order in ORDERS.items()
    }
    return config | {
        "Δ": number(format=SIGNED, width=90, help="Second minus first."),
        "First": number(format="%.4f", width=90, help=safe.label(pair.names[0])),
        "Second": number(format="%.4f", width=90, help=safe.label(pair.names[1])),
        "Query": st.column_config.TextColumn(width=100),
    }
