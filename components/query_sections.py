"""The first sections of the query page: the query, its values, the rankings side by side."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import safe, services, state
from components.document_card import Placed, show_document
from components.query_view import QueryView
from components.ranking_diff import show_ranking_diff
from components.xray_choice import Choice
from evaluation.store import Results

DEPTHS = (10, 20, 50, 100, 200)
DEPTH = state.widget_key("depth")
VALUES = state.widget_key("query values")


def show_query(view: QueryView, results: Results, numbers: Sequence[int], measure: str) -> None:
    """Show the query, and in badges what became of it."""
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, gap="small"):
            _show_difference(results, numbers, view.query_id, measure)
            _show_counts(view)
        text = view.text or "(the collection holds no text for this query)"
        st.subheader(f"{safe.label(view.query_id)} · {safe.label(text, limit=2000)}", anchor=False)


def _show_difference(results: Results, numbers: Sequence[int], query_id: str, measure: str) -> None:
    if not measure or len(numbers) < 2:
        return
    row = results.query_ids.index(query_id)
    first, last = (services.scores(results, n, measure)[row] for n in (numbers[0], numbers[-1]))
    gain = float(last - first)
    if gain != gain:
        st.badge("a system failed on this query", color="red", icon=":material/error:")
        return
    names = [results.systems[n].name for n in (numbers[0], numbers[-1])]
    st.badge(
        f"Δ {safe.badge(measure)} {gain:+.4f}",
        color="blue" if gain > 0 else "orange" if gain < 0 else "gray",
        help=safe.label(f"{names[1]} minus {names[0]}, for this query alone."),
    )


def _show_counts(view: QueryView) -> None:
    relevant, missed = len(view.contrast.relevant), len(view.contrast.missed)
    if not view.judged:
        st.badge("no judgements", color="gray")
        return
    st.badge(f"{relevant} relevant", color="violet", help="Relevant documents of this query.")
    if missed:
        depth = view.contrast.depth
        text = f"Relevant documents that no system shown has among its first {depth}."
        st.badge(f"{missed} in nobody's top {depth}", color="orange", help=text)
    for place, name in enumerate(view.names):
        only = len(view.contrast.found_only_by(place))
        if only:
            st.badge(f"{only} only by #{place + 1}", color="blue", help=safe.label(name))


def show_values(view: QueryView, results: Results, numbers: Sequence[int], measure: str) -> None:
    """Show what each system got for this query, by the measures of the experiment and this one."""
    if not view.judged:
        return
    row = results.query_ids.index(view.query_id)
    measures = list(dict.fromkeys([*results.experiment.measures, measure]))
    columns: dict[str, list[Any]] = {"System": view.names}
    for name in measures:
        columns[name] = [float(services.scores(results, n, name)[row]) for n in numbers]
    st.dataframe(
        columns,
        column_config=dict.fromkeys(measures, st.column_config.NumberColumn(format="%.4f")),
        hide_index=True,
        height="content",
        key=VALUES,
        on_select=lambda: _take_apart(measures, numbers),
        selection_mode="single-cell",
    )


def _take_apart(measures: Sequence[str], numbers: Sequence[int]) -> None:
    cells = st.session_state[VALUES]["selection"]["cells"]
    row, measure = cells[0] if cells else (len(numbers), "")
    if row < len(numbers) and measure in measures:
        Choice(numbers[row], measure, measure).put()


def chosen_depth() -> int:
    """Give how far the rankings are shown: as the address says, else ten documents."""
    wanted = state.numbers("depth")
    return wanted[0] if wanted and wanted[0] in DEPTHS else DEPTHS[0]


def show_rankings(view: QueryView) -> None:
    """Show the ranked lists side by side; a click opens the document in full."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Rankings", anchor=False, width="stretch")
        _pick_depth(view.contrast.depth)
    show_ranking_diff(view.data, lambda doc_id: open_document(view, doc_id))


def _pick_depth(depth: int) -> None:
    st.session_state[DEPTH] = depth
    st.segmented_control(
        "Documents of each ranking",
        DEPTHS,
        format_func=lambda number: f"top {number}" if number == DEPTHS[0] else str(number),
        key=DEPTH,
        required=True,
        on_change=lambda: state.put(depth=st.session_state[DEPTH]),
        label_visibility="collapsed",
    )


def open_document(view: QueryView, doc_id: str) -> None:
    """Open one document of the query in full."""
    ranks = [known.get(doc_id) for known in view.contrast.ranks]
    named = list(zip(view.names, ranks, strict=True))
    placed = Placed(doc_id, view.grades.get(doc_id), view.judged, named)
    show_document(placed, view.documents.get(doc_id), view.highlighter)
