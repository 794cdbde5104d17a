"""Waiting for the search worker: a moment within the run of a page, then by polling."""

import time

import streamlit as st

from components import changes, errors, safe, services, state
from components.job_progress import step_line
from evaluation.errors import UnknownNameError
from evaluation.job import Job

PATIENCE_S = 1.5  # waited for within one run of the page; then the page polls
POLL_S, NEXT_POLL_S = 0.03, 1.0
INDEXING = "Indexing"  # how the steps that build an index begin
SILENT_S = 30.0  # a job that waits so long without another before it has no worker


def wait(job_id: str, doing: str) -> Job | None:
    """Give the job when it is over, or as it is when patience ends; None if it is unknown."""
    until = time.monotonic() + PATIENCE_S
    try:
        job = services.jobs().get(job_id)
        with st.spinner(doing):
            while job.live and time.monotonic() < until:
                time.sleep(POLL_S)
                job = services.jobs().get(job_id)
    except UnknownNameError:
        return None
    return job


@st.fragment(run_every=NEXT_POLL_S)
def follow(job_id: str) -> None:
    """Show what a job that takes longer does, how far it is, and a way to stop it.

    The page runs again when the job is over.
    """
    try:
        job = services.jobs().get(job_id)
    except UnknownNameError:
        st.rerun()
    if not job.live:
        st.rerun()
    if job.state == "queued" and time.time() - job.created > SILENT_S:
        st.warning(
            "The search worker has not begun yet. It may be busy with the search of another "
            "visitor; the page goes on waiting.",
            icon=":material/hourglass:",
        )
    with st.container(border=True, gap="small"):
        if job.step.startswith(INDEXING):
            st.caption(
                "The first search with a system builds its index; later ones answer at once."
            )
        line = safe.label(step_line(job) if job.state == "running" else "Waking the search worker")
        if job.fraction is None:
            st.caption(f":material/progress_activity: {line}")
        else:
            st.progress(job.fraction, text=line)
        changes.button(
            "Stop",
            icon=":material/stop_circle:",
            key=state.widget_key(f"stop {job.kind}"),
            on_click=errors.told()(services.jobs().cancel),
            args=(job_id,),
        )
