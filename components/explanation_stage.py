"""One stage of an explanation: rank, score, and the parts the score is made of."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from components import safe
from components.document_card import MARKS
from components.errors import show
from evaluation.snippet import snippet

Stage = Mapping[str, Any]
EXCERPT = 600  # characters of the document
ADDS = "Adds"
NUMBER = st.column_config.NumberColumn


def show_stage(stages: Sequence[Stage], place: int, text: str) -> None:
    """Show one stage of a system; `text` is the document's, as the models read it."""
    stage = stages[place]
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{place + 1} · {safe.label(stage['title'])}**", width="content")
            _show_rank(stage)
        if stage["kind"] in ("feedback", "reranker"):
            _show_before(stages, stage)
        if stage["error"]:
            show(stage["error"])
        elif stage["parts"] and stage["method"] in TABLES:
            TABLES[stage["method"]](stage)
        _show_excerpt(stage, text)
        if stage["note"]:
            st.caption(safe.label(stage["note"]))


def _show_rank(stage: Stage) -> None:
    if stage["rank"] is None:
        text = "The stage does not return the document for this query."
        st.badge(f"not in its {stage['depth']:,}", color="gray", help=text)
        return
    st.badge(f"rank {stage['rank']:,}", color="blue")
    st.badge(f"score {stage['score']:.4f}", color="gray", help="As in the stored run.")


def _show_before(stages: Sequence[Stage], stage: Stage) -> None:
    """Say how far a reranker or feedback moved the document."""
    before, after = stages[stage["inputs"][0]], stage["rank"]
    if before["rank"] is None or after is None:
        return
    moved = before["rank"] - after
    way = f"up {moved:,}" if moved > 0 else f"down {-moved:,}" if moved < 0 else "not at all"
    st.caption(
        f"Rank {before['rank']:,} with score {before['score']:.4f} before, rank {after:,} with "
        f"score {stage['score']:.4f} after: moved {way}."
    )


def _show_terms(stage: Stage) -> None:
    parts = stage["parts"]
    columns = {
        "Term": [part["term"] for part in parts],
        "Adds": [part["weight"] for part in parts],
        "In query": [part["times"] for part in parts],
        "In document": [part["frequency"] for part in parts],
        "Documents with it": [part["documents"] for part in parts],
    }
    _table(columns, {"Adds": "What the term adds to the score."})
    _show_sum(stage, "The terms")


def _show_occlusion(stage: Stage) -> None:
    parts = stage["parts"]
    columns = {
        "Word of the query": [part["word"] for part in parts],
        "Brings": [part["drop"] for part in parts],
        "Score without it": [part["score"] for part in parts],
    }
    brings = "By how much the score falls when the word is left out of the query (occlusion)."
    _table(columns, {"Brings": brings, "Score without it": "The score of the rest of the query."})
    st.caption(
        f"With the whole query the score is {stage['total']:.4f}; these do not add up to it."
    )


def _show_matches(stage: Stage) -> None:
    parts = stage["parts"]
    columns = {
        "Token of the query": [part["token"] for part in parts],
        "Nearest in the document": [part["match"] for part in parts],
        "Similarity": [part["similarity"] for part in parts],
        "Adds": [part["share"] for part in parts],
    }
    adds = "Its share of the mean over all tokens, which is the score."
    _table(columns, {"Similarity": "Cosine of the two tokens.", "Adds": adds})
    _show_sum(stage, "The tokens")


def _show_fusion(stage: Stage) -> None:
    parts = stage["parts"]
    columns = {
        "Input": [part["input"] for part in parts],
        "Rank there": [part["rank"] for part in parts],
        "Score there": [part["score"] for part in parts],
        "Adds": [part["share"] for part in parts],
    }
    _table(columns, {"Score there": "As the input gave it.", "Adds": "Its part of the sum."})
    if stage["total"] is not None:
        _show_sum(stage, "The inputs")


def _show_rows(stage: Stage) -> None:
    """Show the parts of any stage: their keys are the headings, and what each adds is a bar."""
    rows = stage["parts"]
    columns = {name: [row.get(name) for row in rows] for name in rows[0]}
    numbers = {n: v for n, v in columns.items() if n != ADDS and any(type(x) is float for x in v)}
    config: dict[str, Any] = {name: NUMBER(format="%.4f") for name in numbers}
    if ADDS in columns:
        found = [value for value in columns[ADDS] if value is not None]
        config[ADDS] = st.column_config.ProgressColumn(
            format="%.4f", min_value=min(0.0, *found), max_value=max([*found, 1e-12])
        )
    _draw(columns, config)
    if stage["total"] is not None:
        _show_sum(stage, "The parts")


def _show_texts(stage: Stage) -> None:
    """Show what a model wrote, piece by piece."""
    for part in stage["parts"]:
        with st.expander(safe.label(part["title"], 120), type="compact"):
            st.text(part["text"] or "(nothing)")
            if part.get("detail"):
                st.caption(safe.label(part["detail"], 600))


def _show_sum(stage: Stage, what: str) -> None:
    st.caption(f"{what} add up to {stage['total']:.4f}.")


def _table(columns: dict[str, list[Any]], helps: Mapping[str, str]) -> None:
    config = {name: NUMBER(format="%.4f", help=text) for name, text in helps.items()}
    _draw(columns, config)


def _draw(columns: dict[str, list[Any]], config: Mapping[str, Any]) -> None:
    height = "content" if len(next(iter(columns.values()))) <= 12 else 420
    st.dataframe(columns, column_config=config, hide_index=True, height=height, placeholder="—")  # type: ignore[arg-type]


def _show_excerpt(stage: Stage, text: str) -> None:
    """Show the stretch of the document with what matters to the stage, marked."""
    spans = [(start, end) for start, end in stage["marks"] if 0 <= start < end <= len(text)]
    if not spans:
        return
    longest = max(end - start for start, end in spans)
    shown, inside = snippet(text, spans, max(EXCERPT, longest * 4 // 3 + 100))
    st.html(
        f'{MARKS}<div class="document" dir="auto" style="line-height: 1.6; overflow-wrap: '
        f'anywhere">{safe.marked(shown, inside)}</div>'
    )


TABLES: Mapping[str, Callable[[Stage], None]] = {
    "terms": _show_terms,
    "occlusion": _show_occlusion,
    "matches": _show_matches,
    "fusion": _show_fusion,
    "table": _show_rows,
    "texts": _show_texts,
}
