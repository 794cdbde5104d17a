"""Metric X-ray: a value of the query page taken apart, rank by rank, beside the ideal list."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import streamlit as st

from components import plot, safe, services, state, xray_choice
from components.charts.value_xray import SHOWN, value_xray_chart
from components.errors import show
from components.query_view import QueryView
from components.result_downloads import download_table
from components.xray_choice import Choice
from evaluation.errors import EvaluationError
from evaluation.measures.xray import Rank, XRay, xray
from evaluation.ordering import order_ties
from evaluation.store import Results

Hits = list[tuple[str, float]]
DIGITS = st.column_config.NumberColumn(format="%.4f")


def show_xray(view: QueryView, results: Results) -> None:
    """Take apart the value that was clicked; without one, say that values can be clicked."""
    if not view.judged:
        return
    try:
        choice = xray_choice.chosen(results)
        if choice is None:
            st.caption("Click a value to see where it comes from, rank by rank.")
            return
        hits = order_ties(
            results.system(choice.number).run().hits(view.query_id), choice.rule, view.grades
        )
        found = xray([doc_id for doc_id, _ in hits], view.grades, choice.shown)
    except EvaluationError as error:
        show(error)
        return
    with st.container(border=True, gap="small"):
        _show_head(results, choice)
        _show_found(view, results, choice, hits, found)


def _show_head(results: Results, choice: Choice) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        name = results.systems[choice.number].name
        st.subheader(
            f"X-ray: {safe.label(choice.shown)} of {safe.label(name)}",
            anchor=False,
            width="stretch",
        )
        st.button(
            "",
            icon=":material/close:",
            key=state.widget_key("x-ray close"),
            help="Close the X-ray",
            type="tertiary",
            on_click=state.put,
            kwargs={"xray": ""},
        )


def _show_found(view: QueryView, results: Results, choice: Choice, hits: Hits, found: XRay) -> None:
    xray_choice.pick_parameters(choice)
    row = results.query_ids.index(view.query_id)
    measured = float(services.scores(results, choice.number, choice.measure)[row])
    if measured != measured:
        st.caption("The system failed on this query, so there is no value to take apart.")
        return
    _show_figures(choice, measured, found, hits)
    st.caption(f"{found.formula} The divisor is {found.divisor:.6g}.")
    chart = value_xray_chart(plot.theme(), found.ranks, found.ideal, choice.shown)
    plot.show_plot(chart, f"What each rank adds to {choice.shown} for {view.query_id}")
    if max(len(found.ranks), len(found.ideal)) > SHOWN:
        st.caption(f"The first {SHOWN} ranks are drawn; the table has all of them.")
    columns = _columns(found, dict(hits))
    st.dataframe(
        columns,
        hide_index=True,
        height=380 if len(columns["Rank"]) > 10 else "content",
        column_config={
            name: DIGITS for name in columns if name in ("Discount", "Adds", "So far", "Ideal adds")
        },
        placeholder="",
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        download_table(columns, f"{view.query_id} {choice.shown} x-ray")


def _show_figures(choice: Choice, measured: float, found: XRay, hits: Hits) -> None:
    unjudged = sum(rank.relevance is None for rank in found.ranks)
    scores = [score for _, score in hits[: len(found.ranks) + 1]]
    tied = sum(one == other for one, other in pairwise(scores))
    with st.grid(columns=4, min_column_width=150):
        st.metric(
            f"Sum, {safe.label(choice.shown)}",
            f"{found.value:.4f}",
            delta=None if choice.as_measured else f"{found.value - measured:+.4f}",
            delta_color="off",
            border=True,
            height="stretch",
            help="What all ranks add, summed.",
        )
        st.metric(
            f"Measured, {safe.label(choice.measure)}",
            f"{measured:.4f}",
            border=True,
            height="stretch",
            help="The value of the leaderboard for this query. With the same parameters and our "
            "tie rule it is the sum to the ninth digit.",
        )
        st.metric(
            "Unjudged ranks",
            f"{unjudged} of {len(found.ranks)}",
            border=True,
            height="stretch",
            help="They add nothing, as if they were not relevant. Hatched in the picture.",
        )
        st.metric(
            "Ties",
            str(tied),
            border=True,
            height="stretch",
            help="Ranks whose score equals that of the next hit: here the tie rule decides.",
        )


def _columns(found: XRay, scores: dict[str, float]) -> dict[str, list[Any]]:
    """Give ranking and ideal list side by side; the shorter of the two ends with empty cells."""
    length = max(len(found.ranks), len(found.ideal))
    ranks, ideal = _filled(found.ranks, length), _filled(found.ideal, length)
    return {
        "Rank": list(range(1, length + 1)),
        "Document": [rank and rank.doc_id for rank in ranks],
        "Score": [rank and scores.get(rank.doc_id) for rank in ranks],
        "Grade": [rank and rank.relevance for rank in ranks],
        "Gain": [rank and rank.gain for rank in ranks],
        "Discount": [rank and rank.discount for rank in ranks],
        "Adds": [rank and rank.contribution for rank in ranks],
        "So far": [rank and rank.running for rank in ranks],
        "Ideal document": [rank and rank.doc_id for rank in ideal],
        "Ideal grade": [rank and rank.relevance for rank in ideal],
        "Ideal gain": [rank and rank.gain for rank in ideal],
        "Ideal adds": [rank and rank.contribution for rank in ideal],
    }


def _filled(ranks: Sequence[Rank], length: int) -> list[Rank | None]:
    return [*ranks, *[None] * (length - len(ranks))]
