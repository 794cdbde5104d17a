"""Having a typed query answered by the search worker: asking, waiting, building what is missing."""

from typing import Any

import streamlit as st

from components import errors, formats, safe, services, state, visitor
from components.run_estimate import about
from components.search_form import Search
from components.search_systems import to_build
from components.worker_wait import INDEXING, follow, wait
from evaluation.errors import UnknownNameError
from evaluation.job import Job
from evaluation.system import digest

KEPT = 8  # answers of this visit
ASK_S = 10.0  # building that takes longer is asked about first
Answers = dict[str, Any]


def answers(search: Search) -> Answers | None:
    """Give what `live_search.search_job` found; None while there is nothing to show yet.

    In the meantime the page says what is going on, and runs again by itself when there is.
    """
    if visitor.viewing():
        st.info(
            "A search is a job, and you look at this workspace as a viewer. The Query page shows "
            "what the systems of an experiment found.",
            icon=":material/info:",
        )
        return None
    key = search_key(search)
    found: dict[str, Answers] = state.draft("answers", {})
    if key in found:
        return found[key]
    if not _may_build(search):
        return None
    job = wait(_job_id(search, key), "Searching")
    if job is not None and job.state == "done":
        _forget(job)
        state.keep_draft("answers", dict(list((found | {key: job.result}).items())[-KEPT:]))
        return job.result
    if job is not None and job.live:
        follow(job.id)
    else:
        _show_failure(job)
    return None


def search_key(search: Search) -> str:
    """Give a mark that is the same for the same search."""
    systems = [system.to_dict() for system in search.systems]
    content = services.collection(search.collection).fingerprints
    return digest({"data": content, "systems": systems, "text": search.text})


def _may_build(search: Search) -> bool:
    """Say whether little must be built, or the visitor agreed to more; else ask.

    A link must not start minutes of work by being opened.
    """
    steps = to_build(search.collection, search.systems)
    seconds = sum(step.seconds for step in steps)
    lines = [step.line for step in steps]
    if seconds < ASK_S or state.draft("may build", None) == (search.collection, lines):
        return True
    with st.container(border=True, gap="small"):
        count = formats.plural(len(steps), "index", "indexes")
        st.markdown(
            f"**The first search builds {count}**, which takes {about(seconds)}. "
            "Later ones answer at once."
        )
        for line in lines:
            st.caption(safe.label(line))
        st.button(
            "Build and search",
            icon=":material/bolt:",
            type="primary",
            key=state.widget_key("build and search"),
            on_click=state.keep_draft,
            args=("may build", (search.collection, lines)),
        )
    return False


def _job_id(search: Search, key: str) -> str:
    """Give the job of this search, asking for one if there is none.

    An older one is stopped, unless it builds an index: that is work for this one, too.
    """
    kept = state.draft("search job", None)
    if kept and kept[0] == key:
        return str(kept[1])
    if kept:
        _stop(str(kept[1]))
    payload: dict[str, object] = {
        "collection": search.collection,
        "text": search.text,
        "systems": [system.to_dict() for system in search.systems],
    }
    job_id = services.submit("search", search.text[:200], payload)
    state.keep_draft("search job", (key, job_id))
    return job_id


def _stop(job_id: str) -> None:
    try:
        job = services.jobs().get(job_id)
    except UnknownNameError:
        return
    if not job.step.startswith(INDEXING):
        services.jobs().cancel(job_id)


def _show_failure(job: Job | None) -> None:
    """Say why there is no answer, and offer to ask again."""
    if job is None or job.state == "cancelled":
        st.info("The search was stopped before it had an answer.", icon=":material/info:")
    else:
        errors.show(job.error or "The search ended without an answer. Ask again.")
    st.button(
        "Search again",
        icon=":material/replay:",
        key=state.widget_key("search again"),
        on_click=lambda: state.keep_draft("search job", None),
    )


def _forget(job: Job) -> None:
    """Delete the job: its answer is kept in this visit, and nobody else asks for it."""
    services.jobs().forget(job.id)
    state.keep_draft("search job", None)
