"""What each given file is, how the collection is called and where it comes from."""

import json
from typing import Any

import streamlit as st

from components import changes, formats, kept, safe, services, state
from components.mapping_form import edit_mapping
from evaluation.collections.import_request import ImportRequest
from evaluation.collections.importing import inspect, source_files
from evaluation.collections.part import FORMS, Part, part_from_dict
from evaluation.collections.sources import Reading
from evaluation.collections.tables import sample

ROLES = {
    "corpus": "Documents",
    "queries": "Queries",
    "qrels": "Judgements",
    "run": "Run",
    "ignored": "Leave out",
}
FORM_NAMES = {
    "beir": "BEIR",
    "trec": "TREC",
    "smart": "SMART",
    "tab": "id, tab, text",
    "xml": "XML topics",
    "table": "Table",
}
EDITABLE = 40
Entry = dict[str, Any]


def show_import_form(source: str, name: str) -> None:
    """Show the files behind a source string, let the visitor correct, and start the import.

    Raises:
        InputError: the files cannot be looked into; the message says why.
    """
    entries = _inspected(source, _stamp(source))
    st.subheader("What was given", anchor=False)
    parts = [_edit_part(source, entry) for entry in entries[:EDITABLE]]
    if len(entries) > EDITABLE:
        st.caption(f"{len(entries) - EDITABLE} further files are taken as they were recognised.")
        parts += [part_from_dict(entry["part"]) for entry in entries[EDITABLE:]]
    name, about = _edit_about(source, name)
    faults = _faults(parts)
    for fault in faults:
        st.caption(f":orange[:material/warning:] {safe.label(fault)}")
    if changes.button(
        "Import", type="primary", icon=":material/download_done:", disabled=bool(faults)
    ):
        request = ImportRequest(name, (source,), tuple(parts), about)
        state.put_here(job=services.submit("import", f"Import {name}", request.to_dict()))
        st.rerun()


def _edit_part(source: str, entry: Entry) -> Part:
    """Show one file with what it is taken for; gives what the visitor says it is."""
    guess = part_from_dict(entry["part"])
    key = f"{source} {guess.name}"  # not its place: that moves when another file is added
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            with st.container(width="stretch", gap=None):
                st.markdown(f"**{safe.label(guess.name)}**")
                st.caption(formats.size(entry["bytes"]))
            role = _pick(f"role {key}", "What it is", list(ROLES), guess.role, ROLES)
            form = guess.form if role == guess.role else FORMS[role][0]
            if len(FORMS[role]) > 1:
                form = _pick(f"form {key} {role}", "Form", list(FORMS[role]), form, FORM_NAMES)
            split = ""
            if role == "qrels":
                split = st.text_input(
                    "Split", guess.split or "test", key=state.widget_key(f"split {key}"), width=110
                )
        if form != "table":
            return Part(guess.name, role, form, split)
        columns, rows = entry.get("columns"), entry.get("sample")
        if columns is None:
            columns, rows = _sampled(source, guess.name, _stamp(source))
        return Part(guess.name, role, form, split, edit_mapping(key, columns, rows or [], role))


def _pick(key: str, label: str, options: list[str], chosen: str, names: dict[str, str]) -> str:
    return st.selectbox(
        label,
        options,
        index=options.index(chosen) if chosen in options else 0,
        format_func=names.__getitem__,
        key=state.widget_key(key),
        width=150,
    )


def _edit_about(source: str, name: str) -> tuple[str, dict[str, str]]:
    st.subheader("About the collection", anchor=False)
    name = st.text_input(
        "Name", name, max_chars=200, key=state.widget_key(f"name {source}"), width=420
    )
    with st.expander("Licence, attribution, source, language"):
        about = {
            field: st.text_input(
                field.capitalize(), max_chars=500, key=state.widget_key(f"{field} {source}")
            )
            for field in ("licence", "attribution", "source", "language", "summary")
        }
    return name.strip() or "Collection", {field: text for field, text in about.items() if text}


def _faults(parts: list[Part]) -> list[str]:
    """Say what stands in the way of the import, one sentence each."""
    found = []
    for part in parts:
        if part.form == "table" and (part.mapping is None or part.mapping.missing()):
            found.append(f"{part.name}: choose a column for everything that is needed.")
    if not any(part.role != "ignored" for part in parts):
        found.append("Every file is left out. Say what at least one of them is.")
    splits = [part.split for part in parts if part.role == "qrels"]
    for split in sorted({split for split in splits if splits.count(split) > 1}):
        found.append(f"Two files of judgements are the split {split!r}. Name them differently.")
    return found


def _stamp(source: str) -> str:
    """Tell the files behind a source and their state, so that a cached look is never old."""
    path = services.workspace().places.locate(source)
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    states = [(each, each.lstat()) for each in files]
    return json.dumps([[str(each), s.st_size, s.st_mtime_ns] for each, s in states])


@kept.data(max_entries=16, show_spinner="Looking into the files")
def _inspected(source: str, stamp: str) -> list[Entry]:
    del stamp
    return inspect(services.workspace(), [source])


@kept.data(max_entries=32, show_spinner=False)
def _sampled(source: str, name: str, stamp: str) -> tuple[list[str], list[list[Any]]]:
    del stamp
    files = source_files(services.workspace(), [source], Reading())
    return next(sample(Reading(), file) for file in files if file.name == name)
