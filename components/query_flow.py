"""Rank flow of a query: its documents from system to system, and how far the rankings agree."""

from typing import Any

import streamlit as st

from components import plot
from components.charts.rank_flow import Flow, rank_flow_chart
from components.query_view import QueryView
from components.result_downloads import download_table
from evaluation.measures.agreement import DEPTH

DEEPEST = 50  # beyond it the lines are too close to be told apart
SHARE = st.column_config.NumberColumn


def show_flow(view: QueryView) -> None:
    """Show the first documents of all rankings as lines, and the agreement with the first one."""
    if len(view.names) < 2:
        return
    depth = min(view.contrast.depth, DEEPEST)
    shown = view.contrast.within(depth)
    st.subheader("Rank flow", anchor=False)
    if not shown:
        st.caption("No system returned anything for this query.")
        return
    flows = [Flow(found.doc_id, found.grade, found.ranks) for found in shown]
    with st.container(border=True, gap="small"):
        chart = rank_flow_chart(plot.theme(), flows, view.names, depth)
        alt = f"The rank of {len(flows)} documents in {len(view.names)} systems for {view.query_id}"
        plot.show_plot(chart, alt)
        deeper = f" The picture stops at {DEEPEST}." if view.contrast.depth > DEEPEST else ""
        st.caption(
            f"A line per document that any system has in its first {depth}, best rank on top; "
            f"blue is relevant, deeper for higher grades, grey is not, dotted is unjudged.{deeper}"
        )
        _show_agreement(view)


def _show_agreement(view: QueryView) -> None:
    columns: dict[str, list[Any]] = {"Against #1": view.names[1:]}
    for name, values in view.agreement.items():
        columns[name] = values
    config: dict[str, Any] = {
        "Rank-biased overlap": SHARE(
            format="%.3f",
            help=f"To rank {DEPTH}, p = 0.9: 1 is the same list, 0 has nothing in common.",
        ),
        "AP correlation": SHARE(
            format="%.3f",
            help=f"To rank {DEPTH}: 1 is the same order, -1 the reverse; swaps near the top weigh "
            "more.",
        ),
        "In common, top 10": SHARE(format="percent", help="Share of the longer of the two lists."),
    }
    st.dataframe(columns, column_config=config, hide_index=True, height="content")
    with st.container(horizontal=True, horizontal_alignment="right"):
        download_table(columns, f"{view.query_id} agreement")
