"""Adding a collection: from files, the server's import folder, the demo, or a public hub."""

import streamlit as st

from components import (
    changes,
    errors,
    health_report,
    import_form,
    job_progress,
    safe,
    services,
    shell,
    state,
)
from components.collection_upload import show_upload, upload_name
from components.import_folder import pick_from_folder
from components.sections import pick_section
from components.start_over import show_start_over
from components.trash import show_undo
from evaluation.collections.demo import add_demo, demo_catalogue
from evaluation.collections.import_request import ImportRequest
from evaluation.errors import EvaluationError, UnknownNameError
from evaluation.job import Job

SOURCES = {
    "upload": "Upload files",
    "server": "From the server",
    "demo": "Demo collections",
    "hub": "Public data set",
}
FORMATS = (
    "BEIR (folder, .zip, .tar.gz), TREC (documents, topics, qrels, run files), SMART, or tables "
    "(CSV, TSV, JSON lines, Parquet); all also as .gz. Run files with judgements, without "
    "documents, are a collection too."
)
HUBS = {"ir_datasets": "ir_datasets", "hugging_face": "Hugging Face"}


def show_import() -> None:
    """Show the ways to a new collection, and the import that the address names."""
    with shell.head("Add a collection", "It is checked before it is stored."):
        st.button(
            "All collections",
            type="tertiary",
            icon=":material/arrow_back:",
            on_click=st.query_params.clear,
        )
    show_undo()
    job = _import_job()
    if job is not None and job.state == "done":
        _show_outcome(job)
    elif job is not None:
        job_progress.show_job(job.id, job)
        if job.live:
            return
    source = pick_section(SOURCES, "import", "add")
    with errors.shown():
        {"upload": _from_files, "server": _from_server, "demo": _from_demo, "hub": _from_hub}[
            source
        ]()


def _import_job() -> Job | None:
    try:
        job = services.jobs().get(state.here("job"))
    except UnknownNameError:
        return None
    return job if job.kind == "import" else None


def _show_outcome(job: Job) -> None:
    """Go on to the new collection, or show why there is none."""
    if job.result.get("collection"):
        st.toast(f"{safe.label(job.title)} is done.", icon=":material/check_circle:")
        state.go("collections", collection=job.result["collection"])
    errors.show("The collection was not stored: with the faults below, scores would be wrong.")
    health_report.show_health(job.result.get("report", {}), "refused")


def _from_files() -> None:
    st.caption(FORMATS)
    source = show_upload("Files of one collection")
    if source:
        try:
            import_form.show_import_form(source, upload_name(source))
        except EvaluationError as error:  # the way out must stay on the page
            errors.show(error)
        show_start_over(source, prominent=True)


def _from_server() -> None:
    chosen = pick_from_folder("Folder or file", "Choose what to import", several=False)
    if chosen:
        import_form.show_import_form(chosen[0], chosen[0].partition(":")[2])


def _from_demo() -> None:
    workspace = services.workspace()
    there = {stored.record.get("about", {}).get("demo") for stored in workspace.collections()}
    with st.grid(2, min_column_width=320, border=True) as grid:
        for about in demo_catalogue(workspace):
            with grid.cell():
                st.markdown(f"**{safe.label(about['name'])}**")
                st.caption(safe.label(about["summary"]))
                st.caption(f"Licence: {safe.label(about['licence'])}")
                if changes.button(
                    "Already here" if about["demo"] in there else "Add",
                    key=state.widget_key(f"demo {about['demo']}"),
                    icon=":material/add:",
                    disabled=about["demo"] in there,
                ):
                    with st.spinner("Reading and checking"):
                        collection_id = add_demo(workspace, about["demo"])
                    state.go("collections", collection=collection_id)


def _from_hub() -> None:
    st.caption(
        "Loaded by a library that this server may or may not have, from the network where it is "
        "not on this machine yet. Code that comes with a data set is never run."
    )
    with st.form("hub"):
        hub = st.segmented_control(
            "Hub", list(HUBS), format_func=HUBS.__getitem__, default="ir_datasets", required=True
        )
        dataset = st.text_input(
            "Id", placeholder="beir/scifact/test or BeIR/scifact", max_chars=200
        ).strip()
        name = st.text_input("Name", placeholder="As the id", max_chars=200).strip()
        if changes.form_submit_button("Import", type="primary", icon=":material/cloud_download:"):
            _start_hub(str(hub), dataset, name)


def _start_hub(hub: str, dataset: str, name: str) -> None:
    if not dataset:
        errors.show("The id is empty. Write it as the hub does, for instance `beir/scifact/test`.")
        return
    about = {"source": f"{HUBS[hub]}: {dataset}"}
    request = ImportRequest(name or dataset, (f"{hub}:{dataset}",), about=about)
    state.put_here(job=services.submit("import", f"Import {request.name}", request.to_dict()))
    st.rerun()
