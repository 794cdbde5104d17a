"""Having a document explained by the search worker: asking, following, keeping the answer."""

import time
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import errors, safe, services, state
from components.job_progress import step_line
from evaluation.errors import UnknownNameError
from evaluation.job import Job
from evaluation.system import digest

KEPT = 200  # explanations, for all visitors
PATIENCE_S = 1.5  # waited for within one run of the page; then the page polls
POLL_S, NEXT_POLL_S = 0.03, 1.0
Record = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """One document of one query, for some systems of an experiment."""

    experiment: str
    created: float
    systems: tuple[int, ...]
    query: str
    document: str

    @property
    def payload(self) -> dict[str, object]:
        """What the worker is asked."""
        return {
            "experiment": self.experiment,
            "systems": list(self.systems),
            "query": self.query,
            "document": self.document,
        }

    @property
    def key(self) -> str:
        """A mark that is the same for the same request."""
        return digest({**self.payload, "created": self.created})


def explanation(request: Request) -> Record | None:
    """Give what `explain_job` found; None while there is nothing to show.

    Nothing is asked before the visitor presses the button; from then on the page follows the job.
    """
    kept = _kept(str(services.workspace().folder))
    if request.key in kept:
        found: Record = kept[request.key]
        return found
    asked = state.draft("explain job", None)
    if not asked or asked[0] != request.key:
        _show_button(request, "Explain")
        return None
    job = _wait(str(asked[1]))
    if job is not None and job.state == "done":
        for old in list(kept)[: len(kept) - KEPT + 1]:
            kept.pop(old, None)
        kept[request.key] = job.result
        services.jobs().forget(job.id)
        return job.result
    if job is not None and job.live:
        st.fragment(_show_waiting, run_every=NEXT_POLL_S)(job.id)
    else:
        if job is not None and job.error:
            errors.show(job.error)
        _show_button(request, "Explain again")
    return None


@st.cache_resource(max_entries=4, show_spinner=False)
def _kept(folder: str) -> dict[str, Any]:
    """Give the explanations of a workspace, the same for every visitor."""
    del folder  # only the key
    return {}


def _show_button(request: Request, label: str) -> None:
    st.button(
        label,
        icon=":material/help_center:",
        type="primary",
        key=state.widget_key("explain"),
        on_click=_ask,
        args=(request,),
        help="The models run for this one document; the first time takes some seconds.",
    )


def _ask(request: Request) -> None:
    """Ask for an explanation; one that was asked for before and is not there yet is stopped."""
    before = state.draft("explain job", None)
    if before:
        services.jobs().cancel(str(before[1]))
    job_id = services.submit("explain", request.document[:200], request.payload)
    state.keep_draft("explain job", (request.key, job_id))


def _wait(job_id: str) -> Job | None:
    """Give the job when it is over, or as it is when patience ends; None if it is unknown."""
    until = time.monotonic() + PATIENCE_S
    try:
        job = services.jobs().get(job_id)
        with st.spinner("Explaining"):
            while job.live and time.monotonic() < until:
                time.sleep(POLL_S)
                job = services.jobs().get(job_id)
    except UnknownNameError:
        return None
    return job


def _show_waiting(job_id: str) -> None:
    """Follow the job: what it does, how far it is, a way to stop it."""
    try:
        job = services.jobs().get(job_id)
    except UnknownNameError:
        st.rerun()
    if not job.live:
        st.rerun()
    with st.container(border=True, gap="small"):
        line = safe.label(step_line(job) if job.state == "running" else "Waking the search worker")
        if job.fraction is None:
            st.caption(f":material/progress_activity: {line}")
        else:
            st.progress(job.fraction, text=line)
        st.button(
            "Stop",
            icon=":material/stop_circle:",
            key=state.widget_key("stop explaining"),
            on_click=services.jobs().cancel,
            args=(job_id,),
        )
