"""What is attached to a collection: concepts, links and vectors, and adding some."""

import json
from functools import partial
from typing import Any

import streamlit as st

from components import (
    changes,
    deletion,
    errors,
    formats,
    job_progress,
    safe,
    services,
    state,
    vector_attachments,
    visitor,
)
from components.collection_upload import show_upload
from components.import_folder import has_folder, pick_from_folder
from components.start_over import show_start_over
from components.trash import offer_undo, show_undo
from evaluation.collections.attaching_vectors import VECTORS
from evaluation.collections.attachments import ATTACHED, CONCEPTS, LINKS
from evaluation.collections.importing import source_files
from evaluation.collections.sources import Reading
from evaluation.dependents import Dependents, of_attachment
from evaluation.errors import EvaluationError, UnknownNameError
from evaluation.workspace import Stored

PREVIEWED = 5
KINDS = {  # heading, what it is for, what a file looks like
    CONCEPTS: (
        "Concepts",
        "Named ideas that the retriever *Concepts* compares texts by, so that every score is a sum "
        "over them.",
        "Columns `name` and `description` (CSV, TSV, JSON lines or Parquet; the first line names "
        "the columns). A concept without a description is read by its name.",
    ),
    LINKS: (
        "Links",
        "Which documents belong together, such as citations. The retriever *Document graph* lets "
        "texts count for the documents they are linked to.",
        "Columns `source` and `target` with ids of documents, and `weight` if you like (CSV, TSV, "
        "JSON lines or Parquet; the first line names the columns). Direction does not matter.",
    ),
}


def show_attachments(stored: Stored) -> None:
    """Show a card per kind of attachment, and a field to add one."""
    show_undo()
    found = {item.id: item for item in services.workspace().attachments(stored.id)}
    for kind in ATTACHED:
        with st.container(border=True, gap="small"):
            _show_kind(stored.id, kind, found.get(kind))
    sets = [item for item in found.values() if item.id not in ATTACHED]
    with st.container(border=True, gap="small"):
        _show_sets(stored.id, sets)
    st.subheader("Add a file", anchor=False)
    _show_job()
    kind = st.segmented_control(
        "What it holds",
        [*KINDS, VECTORS],
        default=CONCEPTS,
        required=True,
        format_func=lambda each: KINDS[each][0] if each in KINDS else vector_attachments.LABEL,
        key=state.widget_key("attachment kind"),
    )
    st.caption(KINDS[str(kind)][2] if kind in KINDS else vector_attachments.FORM)
    with errors.shown():
        sources = _pick_sources(several=kind == VECTORS)
        if sources and kind == VECTORS:
            _submit_vectors(stored, sources, [item.name for item in sets])
        elif sources:
            _show_start(stored, str(kind), sources[0], replaces=kind in found)


def _pick_sources(several: bool) -> list[str]:
    """Let the visitor upload files, or choose them from the import folder where there is one."""
    if has_folder():
        ways = ["Upload", "From the server"]
        way = st.segmented_control(
            "Where it is",
            ways,
            default=ways[0],
            required=True,
            key=state.widget_key("attachment place"),
            help="The server's import folder holds what is too large to upload.",
        )
        if way == ways[1]:
            return pick_from_folder("Files", "Choose what to add", several)
    source = show_upload("Files" if several else "File")
    return [source] if source else []


def _submit_vectors(stored: Stored, sources: list[str], known: list[str]) -> None:
    payload = vector_attachments.show_vector_form(stored, sources, known)
    if payload:
        title = f"Add vectors {payload['name']} to {stored.name}"
        state.put_here(job=services.submit("attach", title, payload))
        st.rerun()
    if sources[0].startswith("upload:"):
        show_start_over(sources[0])


def _show_sets(collection_id: str, sets: list[Stored]) -> None:
    st.markdown(f"**{vector_attachments.LABEL}**")
    st.caption(vector_attachments.MEANING)
    if not sets:
        st.caption("This collection has no vectors yet.")
    for item in sorted(sets, key=lambda each: each.name.lower()):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{safe.label(item.name)}**", width="stretch")
            key = state.widget_key(f"delete {item.id}")
            if changes.button(f"Delete {safe.label(item.name)}", icon=":material/delete:", key=key):
                _ask_deletion(collection_id, item.id)
        first, *rest = vector_attachments.describe(item)
        st.markdown(first)
        for line in rest:
            st.caption(f":orange[:material/warning:] {line}")


def _show_kind(collection_id: str, kind: str, item: Stored | None) -> None:
    label, meaning, _ = KINDS[kind]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{label}**", width="stretch")
        if item is not None:
            _show_actions(collection_id, kind)
    st.caption(meaning)
    if item is None:
        st.caption(f"This collection has no {kind} yet.")
        return
    left = item.record.get("left_out", 0)
    line = f"{formats.plural(item.record['rows'], kind.removesuffix('s'))} from "
    line += safe.label(str(item.record.get("file", "a file")))
    line += f", the first {PREVIEWED} below" if item.record["rows"] > PREVIEWED else ""
    if left:
        line += f" · {left:,} more that join no two documents of this collection were left out"
    st.markdown(line)
    table = _table(collection_id, kind).slice(0, PREVIEWED)
    st.dataframe(table.to_pylist(), hide_index=True)


def _table(collection_id: str, kind: str) -> Any:
    corpus = services.collection(collection_id).corpus
    if corpus is None or kind not in corpus.attached:
        raise UnknownNameError("attachment", kind, corpus.attached if corpus is not None else [])
    return corpus.attached[kind]


def _show_actions(collection_id: str, kind: str) -> None:
    st.download_button(
        "JSON lines",
        visitor.bound(partial(_written, collection_id, kind)),
        f"{collection_id}-{kind}.jsonl",
        "application/x-ndjson",
        icon=":material/download:",
        key=state.widget_key(f"download {kind}"),
        help="All rows, in the form that can be added again.",
        on_click="ignore",
    )
    label, key = f"Delete {kind}", state.widget_key(f"delete {kind}")
    if changes.button(label, icon=":material/delete:", key=key):
        _ask_deletion(collection_id, kind)


def _written(collection_id: str, kind: str) -> bytes:
    rows = _table(collection_id, kind).to_pylist()
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()


def _ask_deletion(collection_id: str, kind: str) -> None:
    found = of_attachment(services.workspace(), services.jobs(), collection_id, kind)
    _confirm_deletion(found, (collection_id, kind))


@st.dialog("Delete this attachment?")
def _confirm_deletion(found: Dependents, arguments: tuple[str, str]) -> None:
    if deletion.show_question(found) and st.button(
        "Delete", type="primary", icon=":material/delete:", on_click=_delete, args=arguments
    ):
        st.rerun()


def _delete(collection_id: str, kind: str) -> None:
    workspace = services.workspace()
    try:
        of_attachment(workspace, services.jobs(), collection_id, kind).require_idle()
        ticket = workspace.discard_attachment(collection_id, kind)
    except EvaluationError as error:
        errors.show(error)
        return
    offer_undo([ticket])


def _show_job() -> None:
    """Follow the job that the address names; when it is done, the card above has its rows."""
    try:
        job = services.jobs().get(state.here("job"))
    except UnknownNameError:
        return
    if job.kind == "attach" and job.state != "done":
        job_progress.show_job(job.id)


def _show_start(stored: Stored, kind: str, source: str, replaces: bool) -> None:
    files = source_files(services.workspace(), [source], Reading())
    st.markdown(", ".join(safe.label(file.name) for file in files[:8]))
    if replaces:
        st.caption(f"It takes the place of the {kind} above, which go to the trash.")
    with st.container(horizontal=True):
        if changes.button(f"Add as {kind}", type="primary"):
            payload: dict[str, object] = {"collection": stored.id, "kind": kind, "source": source}
            title = f"Add {kind} to {stored.name}"
            state.put_here(job=services.submit("attach", title, payload))
            st.rerun()
        show_start_over(source)
