"""What can be done with a whole collection: download, rename, delete."""

from functools import partial

import streamlit as st

from components import changes, deletion, errors, formats, services, state, visitor
from components.trash import offer_undo
from evaluation.collections.exporting import export_collection
from evaluation.dependents import Dependents, of_collection
from evaluation.errors import EvaluationError
from evaluation.files import folder_bytes
from evaluation.workspace import Stored

DOWNLOAD_LIMIT = 500_000_000
MENU = state.widget_key("manage")
FORMS = {
    "beir": ("BEIR (.zip)", "corpus.jsonl, queries.jsonl and qrels/<split>.tsv with everything."),
    "trec": ("TREC (.zip)", "Documents, topics and qrels in TREC form, without further columns."),
}


def show_downloads(stored: Stored) -> None:
    """Offer the collection as files; they are written when they are asked for."""
    with st.popover("Download", icon=":material/download:"):
        for form, (label, meaning) in FORMS.items():
            obstacle = _obstacle(stored, form)
            st.download_button(
                label,
                visitor.bound(partial(_written, stored.id, form)),
                f"{stored.id}-{form}.zip",
                "application/zip",
                key=state.widget_key(f"download {form}"),
                help=obstacle or meaning,
                disabled=bool(obstacle),
                on_click="ignore",
                width="stretch",
            )


def show_management(stored: Stored) -> None:
    """Offer to rename and to delete the collection."""
    with st.popover("Manage", icon=":material/settings:", key=MENU, on_change="rerun"):
        with st.form("rename", border=False):
            name = st.text_input("Name", stored.name, max_chars=200)
            if changes.form_submit_button("Rename", icon=":material/edit:", width="stretch"):
                _rename(stored.id, name)
        asked = changes.button(
            "Delete", icon=":material/delete:", width="stretch", on_click=_close_menu
        )
    if asked:
        found = of_collection(services.workspace(), services.jobs(), stored.id)
        _confirm_deletion(found, stored.id)


def _close_menu() -> None:
    """Close the menu, which would lie above the question on a narrow screen."""
    st.session_state[MENU] = False


def _rename(collection_id: str, name: str) -> None:
    if not name.strip():
        errors.show("The name is empty. Give the collection a name.")
        return
    services.workspace().rename_collection(collection_id, name)
    st.rerun()


@st.dialog("Delete this collection?")
def _confirm_deletion(found: Dependents, collection_id: str) -> None:
    if deletion.show_question(found) and st.button(
        "Delete", type="primary", icon=":material/delete:", on_click=_delete, args=(collection_id,)
    ):
        st.rerun()


def _delete(collection_id: str) -> None:
    workspace = services.workspace()
    try:
        of_collection(workspace, services.jobs(), collection_id).require_idle()
        ticket = workspace.discard("collections", collection_id)
    except EvaluationError as error:
        errors.show(error)
        return
    state.exchange("collection", collection_id, "")
    st.query_params.clear()  # everything else in it was about this collection
    offer_undo([ticket])


def _written(collection_id: str, form: str) -> bytes:
    """Write the collection to a file and give its bytes, which the browser then asks for."""
    workspace = services.workspace()
    path = workspace.export_path(collection_id, form)
    runs = (
        (each.name, workspace.run(collection_id, each.id)) for each in workspace.runs(collection_id)
    )
    export_collection(services.collection(collection_id), form, path, runs=runs)
    content = path.read_bytes()
    path.unlink(missing_ok=True)
    return content


def _obstacle(stored: Stored, form: str) -> str:
    """Say why a download is not possible; "" if it is."""
    if visitor.viewing():
        return f"{changes.OFF} The file would be written into it."
    if folder_bytes(stored.folder) > DOWNLOAD_LIMIT:
        limit = formats.size(DOWNLOAD_LIMIT)
        return (
            f"Larger than {limit}, which is too much for a browser. Copy its folder on the server."
        )
    findings = services.workspace().health(stored.id).get("findings", [])
    blanks = any(f["check"] == "blank-in-ids" and f["level"] != "green" for f in findings)
    if form == "trec" and blanks:
        return "Some ids hold blanks, which TREC files cannot carry. Take the BEIR form."
    return ""
