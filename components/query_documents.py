"""The documents of a query and who finds them: relevant ones, missed ones, those of one system."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import state
from components.query_sections import open_document
from components.query_view import QueryView
from components.result_downloads import download_table
from evaluation.comparison import Found

TABLE = state.widget_key("relevant documents")
ASKED = state.widget_key("document asked for")
GROUP = state.widget_key("document group")
LISTED = 500  # documents in the table

Groups = dict[str, tuple[str, list[Found]]]


def show_documents(view: QueryView) -> None:
    """List documents with the rank each system gives them; a row opens its text."""
    groups = _groups(view)
    st.subheader("Who finds what", anchor=False)
    group = _pick_group(groups)
    _, found = groups[group]
    if not found:
        _show_nothing(view, group)
        return
    shown = found[:LISTED]
    columns = _columns(view, shown)
    st.dataframe(
        columns,
        hide_index=True,
        height="content" if len(shown) <= 12 else 460,
        key=TABLE,
        placeholder="",
        on_select=lambda: _ask_for(shown),
        selection_mode="single-cell",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        cut = f" The first {LISTED} of {len(found):,} are listed." if len(found) > LISTED else ""
        st.caption(f"Click a row to read the document.{cut}", width="stretch")
        download_table(columns, f"{view.query_id} {group} documents")
    asked = st.session_state.pop(ASKED, None)
    if asked in view.grades or any(asked in ranks for ranks in view.contrast.ranks):
        open_document(view, asked)


def _groups(view: QueryView) -> Groups:
    """Give the documents by who finds them; with judgements only relevant ones are found."""
    contrast, several = view.contrast, len(view.names) > 1
    everything = contrast.within(contrast.depth)
    groups: Groups = {}
    if not view.judged:
        groups["every"] = ("Every document shown", everything)
    else:
        groups["relevant"] = ("Relevant", contrast.relevant)
        groups["missed"] = ("All miss" if several else "Missed", contrast.missed)
    for place in range(len(view.names) if several else 0):
        only = contrast.found_only_by(place) if view.judged else contrast.alone_in(place)
        groups[f"only-{place + 1}"] = (f"Only #{place + 1} finds", only)
    return groups | {"every": ("Every document shown", everything)}


def _pick_group(groups: Groups) -> str:
    wanted = state.get("found")
    st.session_state[GROUP] = wanted if wanted in groups else next(iter(groups))
    st.segmented_control(
        "Which documents",
        list(groups),
        format_func=lambda name: f"{groups[name][0]} ({len(groups[name][1]):,})",
        key=GROUP,
        required=True,
        on_change=lambda: state.put(found=st.session_state[GROUP]),
        label_visibility="collapsed",
    )
    return str(st.session_state[GROUP])


def _show_nothing(view: QueryView, group: str) -> None:
    depth = view.contrast.depth
    if view.judged and not view.contrast.relevant and group != "every":
        st.caption("Nothing is judged relevant for this query.")
    elif group == "missed":
        st.caption(f"Every relevant document is in the first {depth} of at least one system.")
    elif group == "every":
        st.caption("No system returned anything for this query.")
    else:
        st.caption(f"Within the first {depth} this system finds nothing that no other one finds.")


def _ask_for(shown: Sequence[Found]) -> None:
    """Remember a chosen row for this one run, or closing the document would open it again."""
    cells = st.session_state[TABLE]["selection"]["cells"]
    if cells and cells[0][0] < len(shown):
        st.session_state[ASKED] = shown[cells[0][0]].doc_id


def _columns(view: QueryView, shown: Sequence[Found]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {"Document": [item.doc_id for item in shown]}
    if view.judged:
        columns["Grade"] = [item.grade for item in shown]
    columns[f"In the top {view.contrast.depth} of"] = [_finders(view, item) for item in shown]
    for place, name in enumerate(view.names):
        columns[f"#{place + 1} {name}"] = [item.ranks[place] for item in shown]
    if view.documents:
        columns["Title or text"] = [_gist(view, item.doc_id) for item in shown]
    return columns


def _finders(view: QueryView, item: Found) -> str:
    places = item.finders(view.contrast.depth)
    if not places:
        return "nobody"
    if len(places) == len(view.names) > 1:
        return "all"
    if len(places) == 1 and len(view.names) > 1:
        return f"only {view.names[places[0]]}"
    return f"{len(places)} of {len(view.names)}"


def _gist(view: QueryView, doc_id: str) -> str:
    found = view.documents.get(doc_id)
    return str(found.get("title") or found.get("text") or "")[:200] if found else ""
