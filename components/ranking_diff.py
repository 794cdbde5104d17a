"""Ranked lists of any number of systems side by side, joined where they hold the same document."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from evaluation.comparison import Contrast, Hit
from evaluation.highlighting import Highlighter

HERE = Path(__file__).resolve().parent
KEY = "ranking diff"
Document = Mapping[str, Any]
TITLE = 140  # characters of a title that are shown


@dataclass(frozen=True)
class Column:
    """The head of one ranked list: the system's name, and a line on this query."""

    name: str
    note: str


def ranking_data(
    contrast: Contrast,
    columns: Sequence[Column],
    documents: Mapping[str, Document | None],
    highlighter: Highlighter,
    least_grade: int | None,
) -> dict[str, Any]:
    """Give what the browser draws, as plain values.

    Args:
        contrast: the rankings.
        columns: one head per ranking.
        documents: the texts by document id; empty without a corpus.
        highlighter: marks the terms of the query.
        least_grade: grade from which a document is relevant; None without judgements.
    """
    texts = {
        doc_id: {
            "title": highlighter.parts(str(found.get("title") or ""), TITLE),
            "text": highlighter.parts(str(found.get("text") or "")),
        }
        for doc_id, found in documents.items()
        if found is not None
    }
    nothing: dict[str, list[Any]] = {"title": [], "text": []}
    return {
        "columns": [
            {
                "name": column.name,
                "note": column.note,
                "empty": "This system returned nothing for the query.",
                "hits": [
                    _card(hit, least_grade) | texts.get(hit.doc_id, nothing) for hit in ranking
                ],
            }
            for column, ranking in zip(columns, contrast.rankings, strict=True)
        ]
    }


def show_ranking_diff(data: dict[str, Any], on_open: Callable[[str], None]) -> None:
    """Draw the lists; a click on a card calls `on_open` with the document's id."""
    found = _component()(data=data, key=KEY, on_opened_change=_ignore)
    opened = found.get("opened")
    if isinstance(opened, str) and any(
        hit["id"] == opened for column in data["columns"] for hit in column["hits"]
    ):
        on_open(opened)


def _ignore() -> None:
    """Let a click run the page again; its value is read where the lists are drawn."""


def _component() -> Any:
    return st.components.v2.component(
        "ranklab_ranking_diff",
        html='<div class="diff"></div>',
        css=(HERE / "ranking_diff.css").read_text("utf-8"),
        js=(HERE / "ranking_diff.js").read_text("utf-8"),
    )


def _card(hit: Hit, least_grade: int | None) -> dict[str, Any]:
    relevant = least_grade is not None and hit.grade is not None and hit.grade >= least_grade
    return {
        "id": hit.doc_id,
        "rank": hit.rank,
        "score": f"{hit.score:,.0f}" if abs(hit.score) >= 10_000 else f"{hit.score:.4g}",
        "relevant": relevant,
        "badges": [*_grade_badges(hit, relevant, least_grade), *_movement_badges(hit)],
    }


def _grade_badges(hit: Hit, relevant: bool, least_grade: int | None) -> list[dict[str, str]]:
    if least_grade is None:
        return []
    if hit.grade is None:
        return [_badge("unjudged", "unjudged", "Nobody judged this document for this query.")]
    meaning = "Judged relevant." if relevant else "Judged not relevant."
    return [_badge("relevant" if relevant else "other", f"rel {hit.grade}", meaning)]


def _movement_badges(hit: Hit) -> list[dict[str, str]]:
    if hit.new:
        return [_badge("new", "new", "The first system does not return this document at all.")]
    if hit.moved is None:
        return []
    if hit.moved == 0:
        return [_badge("same", "=", "The same rank as in the first system.")]
    before = hit.rank + hit.moved
    arrow, kind = ("↑", "up") if hit.moved > 0 else ("↓", "down")
    return [_badge(kind, f"{arrow} {abs(hit.moved)}", f"Rank {before} in the first system.")]


def _badge(kind: str, text: str, meaning: str) -> dict[str, str]:
    return {"kind": kind, "text": text, "meaning": meaning}
