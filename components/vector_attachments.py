"""Vector sets of a collection: those that are there, and the form that adds one."""

from typing import Any

import streamlit as st

from components import changes, formats, safe, services, state
from evaluation.collections.attaching_vectors import (
    DOCUMENT_IDS,
    QUERY_IDS,
    VECTORS,
    guessed_roles,
)
from evaluation.collections.importing import source_files
from evaluation.collections.sources import Reading
from evaluation.collections.vector_sets import DOCUMENTS, PREFIX, QUERIES
from evaluation.files import folder_bytes
from evaluation.workspace import Stored

LABEL = "Vectors"
MEANING = (
    "Embeddings made elsewhere, of documents and of queries. The retriever *Given vectors* "
    "searches them in place of encoding; several sets, of different models, can be held against "
    "each other."
)
FORM = (
    "Two files made by one model: vectors of the documents and vectors of the queries. `.npy` "
    "holds one row of float numbers for each, **in the order in which the collection lists them** "
    "(which nobody can check), unless a text file with one id per line says whose the rows are. "
    "Parquet holds a column of ids and a column of lists of float numbers, in any order."
)
ROLES = {
    DOCUMENTS: "Vectors of documents",
    QUERIES: "Vectors of queries",
    DOCUMENT_IDS: "Ids of document rows",
    QUERY_IDS: "Ids of query rows",
}
LONGEST = 200  # characters of a name


def describe(item: Stored) -> list[str]:
    """Say in sentences what a set holds, what it lacks, and how a system names it."""
    record = item.record
    told = [_matched(record, DOCUMENTS), _matched(record, QUERIES)]
    lines = [
        f"{told[0]} and {told[1]} have a vector of {record['dimension']:,} numbers · "
        f"{formats.size(folder_bytes(item.folder))} · `{item.id.removeprefix(PREFIX)}` in a system"
    ]
    effects = {
        DOCUMENTS: ("document", DOCUMENTS, "never found by these vectors"),
        QUERIES: ("query", QUERIES, "counted as failed"),
    }
    for part, (one, many, effect) in effects.items():
        about = record[part]
        if about["missing"]:
            lines.append(
                f"{formats.plural(about['missing'], one, many)} without a vector "
                f"({_some(about['missing_examples'], about['missing'])}): {effect}."
            )
        if about["unknown"]:
            lines.append(
                f"{formats.plural(about['unknown'], 'vector')} in {safe.label(about['file'])} left "
                f"out, of ids that this collection does not hold "
                f"({_some(about['unknown_examples'], about['unknown'])})."
            )
    return lines


def _matched(record: dict[str, Any], part: str) -> str:
    about = record[part]
    return f"{about['matched']:,} of {about['matched'] + about['missing']:,} {part}"


def _some(examples: list[str], count: int) -> str:
    shown = ", ".join(safe.label(one) for one in examples)
    return f"{shown} and others" if count > len(examples) else shown


def show_vector_form(stored: Stored, sources: list[str], known: list[str]) -> dict[str, Any] | None:
    """Ask what the files hold and what the set is called; gives the payload once it is sent.

    Args:
        stored: the collection.
        sources: where the files are.
        known: names of the sets that are there.
    """
    files = source_files(services.workspace(), sources, Reading())
    guessed = guessed_roles([file.name for file in files])
    roles = {}
    for file in files[:8]:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{safe.label(file.name)} · {formats.size(file.size)}", width="stretch")
            roles[file.name] = st.selectbox(
                f"What {safe.label(file.name)} holds",
                list(ROLES),
                index=list(ROLES).index(guessed[file.name]),
                format_func=ROLES.__getitem__,
                key=state.widget_key(f"vectors in {sources} {file.name}"),
                label_visibility="collapsed",
                width=230,
            )
    name = st.text_input(
        "Name of the vectors",
        max_chars=LONGEST,
        placeholder="Such as the name of the model",
        key=state.widget_key("name of vectors"),
        width=420,
    ).strip()
    if name in known:
        st.caption("They take the place of the vectors of that name, which go to the trash.")
    if not changes.button("Add vectors", type="primary", disabled=not name):
        return None
    return {
        "collection": stored.id,
        "kind": VECTORS,
        "name": name,
        "sources": sources,
        "roles": roles,
    }
