"""Looking through a collection: documents, queries and judgements, searched and paged."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from components import formats, paging, safe, services, state
from evaluation.collections.listing import Page, find_judgements, find_queries
from evaluation.collections.searching import find_documents

TEXT_HEIGHT = 420
OWN = ("doc_id", "title", "text")
Row = dict[str, Any]


def show_documents(collection_id: str) -> None:
    """Show documents; a selected row shows its whole text below."""
    corpus = services.collection(collection_id).corpus
    if corpus is None:
        st.caption("This collection holds run files only.")
        return
    text, number = paging.search_field("Search ids, titles and texts"), paging.page_number()
    found = find_documents(corpus, text, paging.ROWS, (number - 1) * paging.ROWS)
    last = number + found.more if text else paging.pages_of(len(corpus))
    if not found.documents:
        _show_nothing(text)
        return
    if not text:
        st.caption(f"{formats.plural(len(corpus), 'document')}. Select a row to read all of it.")
    chosen = _table(
        found.documents,
        {"doc_id": ("Document", "small"), "title": ("Title", "medium"), "text": ("Text", "large")},
        f"documents {collection_id} {text} {number}",
    )
    paging.turn_pages(number, last)
    if chosen is not None:
        _show_document(found.documents[chosen])


def show_queries(collection_id: str) -> None:
    """Show queries with their judgements in one split."""
    collection = services.collection(collection_id)
    text = paging.search_field("Search ids and texts")
    split = _pick_split(list(collection.qrels), collection.default_split)
    found, number, last = _turned(
        lambda start: find_queries(collection, split, text, paging.ROWS, start)
    )
    if not found.rows:
        _show_nothing(text)
        return
    st.caption(formats.plural(found.total, "query", "queries"))
    columns = {"query_id": ("Query", "small"), "text": ("Text", "large")}
    if split:
        columns |= {"judged": ("Judged", "small"), "relevant": ("Relevant", "small")}
    _table(found.rows, columns)
    paging.turn_pages(number, last)


def show_judgements(collection_id: str) -> None:
    """Show the judgements of one split beside the texts they are about."""
    collection = services.collection(collection_id)
    text = paging.search_field("Search query ids, query texts and document ids")
    split = _pick_split(list(collection.qrels), collection.default_split)
    found, number, last = _turned(
        lambda start: find_judgements(collection, split, text, paging.ROWS, start)
    )
    if not found.rows:
        _show_nothing(text)
        return
    st.caption(formats.plural(found.total, "judgement"))
    columns = {
        "query_id": ("Query", "small"),
        "query": ("Text of the query", "medium"),
        "doc_id": ("Document", "small"),
        "document": ("Beginning of the document", "large"),
        "relevance": ("Grade", "small"),
    }
    _table(found.rows, columns)
    paging.turn_pages(number, last)


def _pick_split(splits: list[str], default: str) -> str:
    """Let the visitor choose one of several splits; gives the only one without asking."""
    wanted = state.here("split")
    chosen = wanted if wanted in splits else default
    if len(splits) > 1:
        key = state.widget_key("split")
        st.session_state[key] = chosen
        st.segmented_control(
            "Split",
            splits,
            key=key,
            required=True,
            format_func=safe.label,
            label_visibility="collapsed",
            on_change=lambda: state.put_here(split=st.session_state[key], page=None),
        )
    return chosen


def _table(
    rows: list[Row], columns: dict[str, tuple[str, str]], selected_in: str = ""
) -> int | None:
    """Show rows as a table; with a name for the selection, gives the number of the chosen row."""
    shown = [{name: row.get(name) for name in columns} for row in rows]
    config = {
        name: st.column_config.Column(label, width=width)  # type: ignore[arg-type]
        for name, (label, width) in columns.items()
    }
    if not selected_in:
        st.dataframe(shown, hide_index=True, column_config=config)
        return None
    event = st.dataframe(
        shown,
        hide_index=True,
        column_config=config,
        key=state.widget_key(selected_in),
        on_select="rerun",
        selection_mode="single-row",
    )
    chosen = [row for row in event["selection"]["rows"] if row < len(rows)]
    return chosen[0] if chosen else None


def _show_document(document: Row) -> None:
    tall = len(document["text"] or "") > 3_000
    with st.container(border=True, height=TEXT_HEIGHT if tall else "content"):
        st.caption(safe.label(document["doc_id"]))
        if document["title"]:
            st.subheader(safe.label(document["title"]), anchor=False)
        st.text(document["text"] or "")
        extra = {name: value for name, value in document.items() if name not in OWN and value}
        if extra:
            st.dataframe([{"Column": n, "Value": v} for n, v in extra.items()], hide_index=True)


def _show_nothing(text: str) -> None:
    line = (
        f"Nothing holds “{safe.label(text)}”. Try a shorter text." if text else "Nothing to show."
    )
    st.info(line, icon=":material/search_off:")


def _turned(find: Callable[[int], Page]) -> tuple[Page, int, int]:
    """Give the page that the address names (the last one if that is beyond it) and the numbers.

    `find` takes how many rows come before the page.
    """
    number = paging.page_number()
    found = find((number - 1) * paging.ROWS)
    last = paging.pages_of(found.total)
    if number > last:
        number, found = last, find((last - 1) * paging.ROWS)
    return found, number, last
