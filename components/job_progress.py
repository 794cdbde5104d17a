"""The state of one job, polled: step, rate, time left, the state of each system, cancel, resume."""

import time
from contextlib import suppress

import streamlit as st

from components import changes, errors, formats, safe, services, state
from evaluation.errors import UnknownNameError
from evaluation.job import Job

POLL_S = 2.0
YOUNG_S, YOUNG_POLL_S = 30.0, 1.0  # the first figures come soon, and somebody waits for them
SETTLED = ("done", "failed")
STATES = {  # word, icon, colour of the badge
    "queued": ("waiting", ":material/schedule:", "gray"),
    "running": ("running", ":material/progress_activity:", "blue"),
    "done": ("done", ":material/check_circle:", "green"),
    "failed": ("failed", ":material/error:", "red"),
    "cancelled": ("cancelled", ":material/cancel:", "gray"),
    "interrupted": ("interrupted", ":material/power_off:", "orange"),
}
MOST_BADGES = 30  # systems of a job that are named one by one
RESUMABLE = ("failed", "cancelled", "interrupted")


def show_job(job_id: str, seen: Job | None = None) -> None:
    """Show a job as a card that follows it by itself until it is over.

    The whole page runs again when one of its systems is finished and when the job ends, so that
    what the page shows around the card is never older than the card.

    Args:
        job_id: the job.
        seen: the job as the page saw it when it decided what to show around the card.
    """
    try:
        job = services.jobs().get(job_id)
    except UnknownNameError:
        errors.show("This job is no longer recorded. Its results, if it had any, are still there.")
        return
    pause = YOUNG_POLL_S if time.time() - job.created < YOUNG_S else POLL_S
    st.fragment(_show, run_every=pause if job.live else None)(job_id, _settled(seen or job))


def state_badge(word: str, help_text: str | None = None) -> None:
    """Show the state of a job or of a system as a badge."""
    label, icon, colour = STATES.get(word, STATES["queued"])
    st.badge(label, icon=icon, color=colour, help=help_text)  # type: ignore[arg-type]


def resume(job_id: str) -> None:
    """Queue the work of a stopped job again, and follow the new job where the old one was."""
    new_id = services.jobs().resume(job_id)
    services.wake(services.jobs().get(new_id).kind)
    state.exchange("job", job_id, new_id)


def step_line(job: Job) -> str:
    """Say what a job does now: step, amount, rate and time left, as far as they are known."""
    if job.state == "queued":
        ahead = services.jobs().position(job.id)
        if ahead:
            return f"Waiting for {formats.plural(ahead, 'job')} before it"
        return "Waiting for a job of somebody else" if services.others_at_work() else "Starting"
    amount = _amount(job)
    speed = formats.rate(job.rate, job.unit) if job.rate and job.unit != "bytes" else ""
    if job.rate and job.unit == "bytes":
        speed = f"{formats.size(job.rate)}/s"
    left = f"{formats.duration(job.seconds_left)} left" if job.seconds_left else ""
    return " · ".join(part for part in (job.step or "Starting", amount, speed, left) if part)


@errors.told()
def _resume(job_id: str) -> None:
    with suppress(UnknownNameError):  # its record was deleted meanwhile: the card says so
        resume(job_id)
        state.keep_draft("resumed", True)


def _show(job_id: str, before: tuple[bool, int]) -> None:
    if state.draft("resumed", False):
        state.keep_draft("resumed", False)
        st.rerun()  # of the page: only it knows the new job
    with errors.shown():
        job = services.jobs().get(job_id)
    if _settled(job) != before:
        st.rerun()
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{safe.label(job.title)}**", width="content")
            state_badge(job.state)
            st.space("stretch")
            _show_actions(job)
        if job.live:
            _show_step(job)
        elif job.finished:
            st.caption(_end_line(job))
        _show_plan(job)
        if job.error:
            errors.show(job.error)


def _show_actions(job: Job) -> None:
    if job.live:
        stopping = job.cancel
        changes.button(
            "Stopping" if stopping else "Cancel",
            icon=":material/stop_circle:",
            key=state.widget_key(f"cancel {job.id}"),
            disabled=stopping,
            help="Stops within two seconds. What is finished is kept.",
            on_click=errors.told()(services.jobs().cancel),
            args=(job.id,),
        )
    elif job.state in RESUMABLE:
        # a call back is never lost, however soon after another run of the page the click comes
        changes.button(
            "Resume",
            icon=":material/replay:",
            key=state.widget_key(f"resume {job.id}"),
            help="Queues the work again. What is finished is not computed again.",
            on_click=_resume,
            args=(job.id,),
        )
    elif job.state == "done":
        _show_way_on(job)


def _show_way_on(job: Job) -> None:
    for key, page, label in (
        ("experiment", "leaderboard", "Open the leaderboard"),
        ("grid", "tuning", "Open the grid"),
        ("collection", "collections", "Open the collection"),
    ):
        if job.result.get(key):
            st.page_link(
                f"pages/{page}.py",
                label=label,
                icon=":material/arrow_forward:",
                query_params={key: str(job.result[key])},
            )
            return


def _show_step(job: Job) -> None:
    line = safe.label(step_line(job))
    if job.fraction is None:
        st.caption(line)
    else:
        st.progress(job.fraction, text=line)


def _show_plan(job: Job) -> None:
    """One badge per system, and a sentence for each that failed."""
    if not job.plan:
        return
    if len(job.plan) > MOST_BADGES:  # a grid
        st.caption(f"{_settled(job)[1]:,} of {len(job.plan):,} finished")
    with st.container(horizontal=True, gap="xsmall"):
        for entry in job.plan if len(job.plan) <= MOST_BADGES else []:
            word, icon, colour = STATES.get(entry["state"], STATES["queued"])
            name = safe.badge(entry["name"])
            st.badge(name, icon=icon, color=colour, help=word)  # type: ignore[arg-type]
    faults = [entry for entry in job.plan if entry.get("error")]
    for entry in faults[:MOST_BADGES]:
        st.caption(f"**{safe.label(entry['name'])}**: {safe.label(entry['error'], 600)}")


def _settled(job: Job) -> tuple[bool, int]:
    return job.live, sum(entry["state"] in SETTLED for entry in job.plan)


def _amount(job: Job) -> str:
    if not job.done:
        return ""
    if job.unit == "bytes":
        whole = f" of {formats.size(job.total)}" if job.total else ""
        return f"{formats.size(job.done)}{whole}"
    whole = f" of {job.total:,}" if job.total else ""
    return f"{job.done:,}{whole} {job.unit}"


def _end_line(job: Job) -> str:
    finished = job.finished or time.time()
    worked = f" after {formats.duration(finished - job.started)}" if job.started else ""
    return f"{STATES[job.state][0].capitalize()}{worked}, {formats.ago(finished)} · job {job.id}"
