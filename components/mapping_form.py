"""Which column of a table is what: the guess, to correct, with the rows it gives."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from components import safe, state
from evaluation.collections.mapping import NEEDED, TARGETS, Mapping, guess_mapping, numbered

NAMES = {
    "doc_id": "Document id",
    "query_id": "Query id",
    "title": "Title",
    "text": "Text",
    "relevance": "Grade",
}
NOTHING = "(none)"
CELL = 200
Rows = Sequence[Sequence[Any]]


def edit_mapping(key: str, columns: Sequence[str], rows: Rows, role: str) -> Mapping:
    """Show the columns of a table with what they are taken for, and give the corrected mapping.

    Args:
        key: sets the widgets of this table apart from others.
        columns: names of the columns; for a text table the cells of its first line.
        rows: some rows.
        role: corpus, queries or qrels.
    """
    guess = guess_mapping(columns, rows, role)
    header = st.toggle(
        "The first line names the columns",
        guess.header,
        key=state.widget_key(f"header {key} {role}"),
    )
    if not header:
        columns, rows = numbered(len(columns)), [list(columns), *rows]
    if header != guess.header:
        guess = Mapping(role) if header else guess_mapping(columns, rows, role)
        guess = replace(guess, header=header)
    chosen = _pick_columns(f"{key} {role} {header}", list(columns), guess)
    keep = _pick_kept(f"{key} {role} {header}", columns, guess, chosen)
    mapping = Mapping(role, chosen, keep, header)
    _show_rows(columns, rows, mapping)
    return mapping


def _pick_columns(key: str, columns: list[str], guess: Mapping) -> dict[str, str]:
    chosen = {}
    with st.grid(len(TARGETS[guess.role]), min_column_width=150):
        for name in TARGETS[guess.role]:
            optional = name not in NEEDED[guess.role]
            options = [NOTHING, *columns] if optional else columns
            guessed = guess.columns.get(name)
            picked = st.selectbox(
                NAMES[name],
                options,
                index=options.index(guessed) if guessed in options else (0 if optional else None),
                placeholder="Choose a column",
                key=state.widget_key(f"column {name} {key}"),
                help="Can be left out." if optional else None,
            )
            if picked and picked != NOTHING:
                chosen[name] = picked
    return chosen


def _pick_kept(
    key: str, columns: Sequence[str], guess: Mapping, chosen: dict[str, str]
) -> tuple[str, ...]:
    """Let the visitor keep further columns; judgements have none."""
    free = [column for column in columns if column not in chosen.values()]
    if guess.role == "qrels" or not free:
        return ()
    kept = st.multiselect(
        "Further columns to keep",
        free,
        free if guess.header else [],
        key=state.widget_key(f"keep {key} {free}"),
        placeholder="None",
        help="Shown with the document or query; systems do not read them.",
    )
    return tuple(kept)


def _show_rows(columns: Sequence[str], rows: Rows, mapping: Mapping) -> None:
    """Show some rows as they will be read, or say which column is missing."""
    missing = mapping.missing()
    if missing:
        st.warning(
            f"No column is chosen for: {', '.join(NAMES[name] for name in missing)}.",
            icon=":material/warning:",
        )
        return
    places = {NAMES[n]: list(columns).index(theirs) for n, theirs in mapping.columns.items()}
    st.caption(safe.label("The first rows as they will be read"))
    st.dataframe(
        [
            {name: _cell(row[place]) for name, place in places.items()}
            for row in rows
            if len(row) == len(columns)
        ],
        hide_index=True,
    )


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= CELL else text[: CELL - 1] + "…"
