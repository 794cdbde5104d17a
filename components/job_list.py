"""All jobs: those that wait or run as cards, the others as a table."""

from collections.abc import Sequence

import streamlit as st

from components import changes, deletion, errors, formats, job_log, job_progress, services, state
from components.trash import offer_undo
from evaluation.dependents import of_job
from evaluation.errors import UnknownNameError
from evaluation.job import Job
from evaluation.undo import discard_jobs

TABLE = state.widget_key("job table")
SHOWN = 200
RECORDS = "Deletes records only; results stay."


def show_jobs() -> None:
    """Show jobs; a selected one shows what became of it, to resume or to forget."""
    jobs = services.jobs().recent(SHOWN)
    if not jobs:
        st.info("No job has run yet. Imports and experiments appear here.", icon=":material/info:")
        return
    show_live_jobs()
    over = [job for job in jobs if not job.live]
    if over:
        _show_over(over)


def show_live_jobs() -> None:
    """Show the jobs that wait or run, in the order in which they are taken."""
    for job in services.jobs().live():
        job_progress.show_job(job.id)


def _show_over(jobs: Sequence[Job]) -> None:
    _table(jobs)
    chosen = _chosen()
    if chosen is None:
        st.caption("Select a job to see what became of it, to resume it or to forget it.")
    else:
        job_progress.show_job(chosen.id)
        job_log.show_log(chosen.id)
    with st.container(horizontal=True):
        if chosen and changes.button("Forget this job", icon=":material/delete:", help=RECORDS):
            _confirm((chosen,))
        if changes.button(
            "Forget all that are over",
            type="tertiary",
            icon=":material/delete_sweep:",
            help=RECORDS,
        ):
            _confirm(jobs)


def _table(jobs: Sequence[Job]) -> None:
    """Show jobs that are over as rows; a click puts the job into the address."""
    st.dataframe(
        [
            {
                "State": job_progress.STATES[job.state][0],
                "Job": job.title,
                "Kind": job.kind,
                "Submitted": formats.ago(job.created),
                "Took": _took(job),
                "What went wrong": job.error,
                "Id": job.id,
            }
            for job in jobs
        ],
        hide_index=True,
        key=TABLE,
        on_select=lambda: _choose(jobs),
        selection_mode="single-row",
        column_config={
            "Job": st.column_config.TextColumn(width="medium"),
            "Took": st.column_config.TextColumn(help="From its start to its end."),
            "What went wrong": st.column_config.TextColumn(width=270),
            "Id": st.column_config.TextColumn(width=165, help="The log names the job by it."),
        },
    )


def _choose(jobs: Sequence[Job]) -> None:
    places = [row for row in st.session_state[TABLE]["selection"]["rows"] if row < len(jobs)]
    state.put_here(job=jobs[places[0]].id if places else None)


def _chosen() -> Job | None:
    """Give the job that the address names, if it is over; an unknown one is answered."""
    named = state.here("job")
    if not named:
        return None
    try:
        job = services.jobs().get(named)
    except UnknownNameError:
        errors.show("The job in the address is not recorded here. Select one of the table.")
        return None
    return None if job.live else job


@st.dialog("Forget jobs?")
def _confirm(jobs: Sequence[Job]) -> None:
    found = [of_job(job) for job in jobs]
    if deletion.show_question(*found, note=f"{RECORDS} {deletion.BACK}") and st.button(
        "Forget", type="primary", on_click=_forget, args=(tuple(job.id for job in jobs),)
    ):
        st.rerun()


@errors.told()
def _forget(job_ids: tuple[str, ...]) -> None:
    ticket = discard_jobs(services.workspace(), services.jobs(), job_ids)
    state.put_here(job=None)
    st.session_state.pop(TABLE, None)  # the selection meant a row that is gone
    offer_undo([ticket])


def _took(job: Job) -> str:
    if job.started is None or job.finished is None:
        return "not started"
    return formats.duration(job.finished - job.started)
