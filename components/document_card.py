"""One document in full, beside the page: its text with the query's terms, where systems rank it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import safe
from evaluation.highlighting import Highlighter

SHOWN = 200_000  # characters of one document that are shown


@dataclass(frozen=True)
class Placed:
    """A document of a query: its judgement and its rank per system."""

    doc_id: str
    grade: int | None
    judged_query: bool
    ranks: Sequence[tuple[str, int | None]]


MARKS = "<style>.document mark { background: rgba(240, 180, 40, 0.4); color: inherit; }</style>"


@st.dialog("Document", width="medium", position="right")
def show_document(
    placed: Placed, document: Mapping[str, Any] | None, highlighter: Highlighter
) -> None:
    """Show one document in a drawer at the side."""
    st.code(placed.doc_id, language=None, wrap_lines=True)
    if placed.judged_query:
        _show_grade(placed.grade)
    ranks = {
        "System": [name for name, _ in placed.ranks],
        "Rank": [rank for _, rank in placed.ranks],
    }
    st.dataframe(ranks, hide_index=True, height="content", placeholder="not returned")
    if document is None:
        st.caption("The collection holds no text for this document.")
        return
    _show_text(document, highlighter)


def _show_grade(grade: int | None) -> None:
    if grade is None:
        st.badge("unjudged", color="gray", help="Nobody judged this document for this query.")
    else:
        st.badge(f"grade {grade}", color="violet" if grade > 0 else "gray")


def _show_text(document: Mapping[str, Any], highlighter: Highlighter) -> None:
    title, text = str(document.get("title") or ""), str(document.get("text") or "")
    if title:
        marked = safe.marked(title, highlighter.spans(title))
        st.html(f'{MARKS}<h4 class="document" dir="auto">{marked}</h4>')
    shown = text[:SHOWN]
    marked = safe.marked(shown, highlighter.spans(shown))
    style = "white-space: pre-wrap; line-height: 1.6; overflow-wrap: anywhere"
    st.html(f'{MARKS}<div class="document" dir="auto" style="{style}">{marked}</div>')
    if len(text) > SHOWN:
        st.caption(f"The first {SHOWN:,} of {len(text):,} characters.")
    if not text and not title:
        st.caption("The document is empty.")
    others = {
        name: value
        for name, value in document.items()
        if name not in ("doc_id", "title", "text") and value not in (None, "")
    }
    for name, value in others.items():
        st.caption(safe.label(name))
        st.text(str(value)[:5000])
