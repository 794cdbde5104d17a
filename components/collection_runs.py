"""The uploaded runs of a collection, what was noticed in them, and uploading more."""

from typing import Any

import streamlit as st

from components import (
    changes,
    deletion,
    errors,
    formats,
    health_report,
    job_progress,
    safe,
    services,
    state,
)
from components.collection_upload import show_upload
from components.start_over import show_start_over
from components.trash import offer_undo, show_undo
from evaluation.collections.import_request import ImportRequest
from evaluation.collections.importing import source_files
from evaluation.collections.report import LEVELS
from evaluation.collections.sources import Reading
from evaluation.dependents import Dependents, of_run
from evaluation.errors import EvaluationError, UnknownNameError
from evaluation.workspace import Stored


def show_runs(stored: Stored) -> None:
    """Show the runs of a collection and a field to add some."""
    runs = services.workspace().runs(stored.id)
    show_undo()
    if runs:
        _show_table(stored.id, runs)
    else:
        st.caption("No run file was uploaded for this collection yet.")
    st.subheader("Add run files", anchor=False)
    _show_job()
    st.caption(
        "TREC run files (query, Q0, document, rank, score, name), also .gz or in an archive."
    )
    source = show_upload("Run files")
    if source:
        with errors.shown():
            _show_start(stored, source)


def _show_table(collection_id: str, runs: list[Stored]) -> None:
    event = st.dataframe(
        [
            {
                "Run": run.name,
                "Queries": run.record["queries"],
                "Hits": run.record["hits"],
                "Hits per query": run.record["hits"] / max(1, run.record["queries"]),
                "Noticed": _noticed(run.record.get("findings", [])),
            }
            for run in runs
        ],
        hide_index=True,
        # another key once one was deleted: the tick would move on to the run that takes its place
        key=state.widget_key(f"runs {collection_id} {len(runs)}"),
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Hits per query": st.column_config.NumberColumn(format="%.1f"),
            "Noticed": st.column_config.TextColumn(
                help="What the checks found: ties and how far they move scores, missing queries."
            ),
        },
    )
    chosen = [row for row in event["selection"]["rows"] if row < len(runs)]
    if not chosen:
        st.caption("Select a run to see what was noticed in it.")
        return
    findings = runs[chosen[0]].record.get("findings", [])
    _show_chosen(collection_id, runs[chosen[0]])
    health_report.show_findings(sorted(findings, key=lambda f: -LEVELS.index(f["level"])))


def _show_chosen(collection_id: str, run: Stored) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{safe.label(run.name)}**", width="stretch")
        if changes.button(
            "Delete run", icon=":material/delete:", key=state.widget_key("delete run")
        ):
            found = of_run(services.workspace(), services.jobs(), collection_id, run.id)
            _confirm_deletion(found, (collection_id, run.id))


@st.dialog("Delete this run?")
def _confirm_deletion(found: Dependents, arguments: tuple[str, str]) -> None:
    if deletion.show_question(found) and st.button(
        "Delete", type="primary", icon=":material/delete:", on_click=_delete, args=arguments
    ):
        st.rerun()


def _delete(collection_id: str, run_id: str) -> None:
    workspace = services.workspace()
    try:
        of_run(workspace, services.jobs(), collection_id, run_id).require_idle()
        ticket = workspace.discard_run(collection_id, run_id)
    except EvaluationError as error:
        errors.show(error)
        return
    offer_undo([ticket])


def _noticed(findings: list[dict[str, Any]]) -> str:
    found = [finding["what"] for finding in findings if finding["level"] != "green"]
    return " ".join(found) or "nothing"


def _show_job() -> None:
    """Follow the import that the address names; when it is done, the table above has its runs."""
    try:
        job = services.jobs().get(state.here("job"))
    except UnknownNameError:
        return
    if job.kind == "import" and job.state != "done":
        job_progress.show_job(job.id)


def _show_start(stored: Stored, source: str) -> None:
    files = source_files(services.workspace(), [source], Reading())
    names = ", ".join(safe.label(file.name) for file in files[:8])
    st.markdown(f"{names}{' …' if len(files) > 8 else ''}")
    with st.container(horizontal=True):
        if changes.button(f"Add {formats.plural(len(files), 'file')}", type="primary"):
            title = f"Add runs to {stored.name}"
            request = ImportRequest(stored.name, (source,), collection=stored.id)
            job_id = services.submit("import", title, request.to_dict())
            state.put_here(job=job_id)
            st.rerun()
        show_start_over(source)
