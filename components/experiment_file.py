"""The whole draft as a file: download, copy, load from a file or from pasted text."""

import streamlit as st

from components import services, state
from components.collection_upload import release
from components.errors import show
from components.experiment_draft import Draft, current, draft_of, keep
from evaluation.errors import EvaluationError
from evaluation.experiment import experiment_from_dict
from evaluation.workspace import slug
from evaluation.yaml_lines import read_with_lines

PASTED = state.widget_key("pasted experiment")
FAULT = "fault experiment file"
LARGEST = 1_000_000  # bytes


def show_file_menu() -> None:
    """Show the buttons for saving, loading and clearing."""
    with st.popover("File", icon=":material/description:", help="Save or load the experiment."):
        _show_save(current())
        _show_load()
    st.button(
        "Clear",
        icon=":material/restart_alt:",
        key=state.widget_key("clear draft"),
        help="Empties this page. Finished experiments stay.",
        on_click=_clear,
    )


def _show_save(draft: Draft) -> None:
    if not draft.systems:
        st.caption("There is nothing to save yet: no system is chosen.")
        return
    try:
        name = services.workspace().collection_record(draft.collection).name
        experiment = draft.experiment(name)
    except EvaluationError as error:
        show(error)
        return
    st.download_button(
        "Download YAML",
        experiment.to_yaml(),
        file_name=f"{slug(experiment.name)}.yaml",
        mime="application/yaml",
        icon=":material/download:",
        on_click="ignore",
        help="The command line runs this file, too: `python -m evaluation run <file>`.",
    )
    with st.expander("Show YAML", icon=":material/code:"):
        st.code(experiment.to_yaml(), language="yaml", height=320)


def _show_load() -> None:
    uploader = state.widget_key(f"experiment file {state.draft('loaded files', 0)}")
    st.file_uploader(
        "Load a YAML file",
        type=["yaml", "yml"],
        key=uploader,
        max_upload_size=1,
        on_change=_take_file,
        args=(uploader,),
    )
    st.text_area("or paste YAML", key=PASTED, height=140, placeholder="collection: ...")
    st.button(
        "Load",
        icon=":material/upload:",
        key=state.widget_key("load pasted experiment"),
        on_click=lambda: _load(str(st.session_state[PASTED])),
    )
    if state.draft(FAULT, ""):
        show(state.draft(FAULT, ""))


def _take_file(uploader: str) -> None:
    file = st.session_state[uploader]
    if file is None:
        return
    state.keep_draft("loaded files", state.draft("loaded files", 0) + 1)  # a fresh, empty field
    content = file.read(LARGEST + 1)
    release(file)
    if len(content) > LARGEST:
        state.keep_draft(FAULT, "The file is larger than one megabyte. Give an experiment's YAML.")
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        state.keep_draft(FAULT, "The file is not text in UTF-8. Save it as UTF-8, then load it.")
        return
    _load(text)


def _load(text: str) -> None:
    fault = ""
    try:
        experiment = read_with_lines(text, experiment_from_dict)
        known = [stored.id for stored in services.workspace().collections()]
        if experiment.collection not in known:
            raise _unknown(experiment.collection, known)
        keep(draft_of(experiment))
        state.put(collection=experiment.collection, experiment=None)
        st.session_state[PASTED] = ""
    except EvaluationError as error:
        fault = str(error)
    state.keep_draft(FAULT, fault)


def _unknown(collection_id: str, known: list[str]) -> EvaluationError:
    listed = ", ".join(known) or "none"
    return EvaluationError(
        f"The experiment names the collection {collection_id!r}, which is not here (here are: "
        f"{listed}). Import it, or put another id into the YAML."
    )


def _clear() -> None:
    keep(Draft())
    state.keep_draft(FAULT, "")
    state.put(experiment=None, job=None)
