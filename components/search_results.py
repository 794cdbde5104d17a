"""Answers of several systems to a typed query, side by side, judged documents marked."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components import formats, safe, services
from components.query_documents import show_documents
from components.query_sections import chosen_depth, show_rankings
from components.query_view import QueryView
from components.ranking_diff import Column, ranking_data
from components.result_downloads import download_table
from components.search_form import Search
from evaluation.comparison import contrast
from evaluation.highlighting import highlighter
from evaluation.run import Run

Answers = Mapping[str, Any]


def show_answers(search: Search, found: Answers) -> None:
    """Show the rankings with times, highlighted terms, judgements; a click opens a document."""
    for answer in found["answers"]:
        if answer["error"]:
            st.warning(safe.label(answer["error"], 1000), icon=":material/error:")
    if not any(answer["hits"] for answer in found["answers"]):
        st.info(
            "No system found anything. Try other words; a lexical system only finds documents "
            "that hold a word of the query.",
            icon=":material/search_off:",
        )
        return
    view = search_view(search, found, chosen_depth())
    _show_known(view)
    show_rankings(view)
    with st.container(horizontal=True, horizontal_alignment="right"):
        download_table(ranking_columns(view), f"search {search.text[:40]}")
    if view.judged:
        show_documents(view)


def search_view(search: Search, found: Answers, depth: int) -> QueryView:
    """Gather what is shown of the answers to a query.

    Args:
        search: what was asked.
        found: as `live_search.search_job` gives it.
        depth: how many documents of each ranking to show.
    """
    collection = services.collection(search.collection)
    query_id = str(found["query_id"])
    grades = judgements(search.collection, query_id)
    asked = query_id or "typed"
    answered = [answer for answer in found["answers"] if not answer["error"]]
    runs = [Run.from_lists({asked: [tuple(hit) for hit in a["hits"]]}) for a in answered]
    contrasted = contrast(runs, asked, grades or {}, depth)
    ids = sorted({hit.doc_id for ranking in contrasted.rankings for hit in ranking})
    ids += sorted({item.doc_id for item in contrasted.relevant} - set(ids))
    corpus = collection.corpus
    documents = dict(zip(ids, corpus.documents(ids), strict=True)) if corpus and ids else {}
    highlight = highlighter(search.text, list(search.systems))
    columns = [Column(answer["name"], time_note(answer)) for answer in answered]
    return QueryView(
        query_id=query_id,
        text=search.text,
        names=[column.name for column in columns],
        judged=grades is not None,
        grades=grades or {},
        contrast=contrasted,
        documents=documents,
        highlighter=highlight,
        data=ranking_data(contrasted, columns, documents, highlight, None if grades is None else 1),
    )


def judgements(collection_id: str, query_id: str) -> dict[str, int] | None:
    """Give the grades of a query of the collection, from the first split that judges it."""
    collection = services.collection(collection_id)
    names = [collection.default_split, *collection.qrels]
    for name in names:
        grades = collection.split(name).of(query_id) if query_id and name else {}
        if grades:
            return grades
    return None


def time_note(answer: Mapping[str, Any]) -> str:
    """Say how long a system took and how much it found."""
    count = len(answer["hits"])
    found = f"{count:,} found"
    milliseconds = answer["milliseconds"]
    if milliseconds is None:
        return f"stored run · {found}"
    shown = f"{milliseconds:.1f}" if milliseconds < 100 else f"{milliseconds:,.0f}"
    return f"{shown} ms · {found}"


def ranking_columns(view: QueryView) -> dict[str, list[Any]]:
    """Give the rankings that are shown as the columns of a table."""
    rows = [
        (name, hit.rank, hit.doc_id, hit.score, hit.grade, _title(view, hit.doc_id))
        for name, ranking in zip(view.names, view.contrast.rankings, strict=True)
        for hit in ranking
    ]
    names = ("System", "Rank", "Document", "Score", "Grade", "Title")
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _title(view: QueryView, doc_id: str) -> str:
    return str((view.documents.get(doc_id) or {}).get("title") or "")


def _show_known(view: QueryView) -> None:
    if not view.query_id:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(safe.badge(f"query {view.query_id} of the collection"), icon=":material/bookmark:")
        if view.judged:
            relevant = formats.plural(len(view.contrast.relevant), "relevant document")
            st.caption(f"{relevant} known; judged hits are marked.")
        else:
            st.caption("Nobody judged documents for it.")
