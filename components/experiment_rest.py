"""What is still missing from an experiment: the job at work, failed systems, those that wait."""

import streamlit as st

from components import changes, errors, formats, safe, services, state
from components.job_progress import show_job
from evaluation.store import Results


def show_progress(results: Results) -> None:
    """Show how far the experiment is; nothing once every system has results.

    While a job is at work the page runs again with each system that is finished.
    """
    missing = [result for result in results.systems if result.state != "done"]
    if not missing:
        return
    job = services.jobs().of_experiment(results.id)
    if job is not None and job.state != "done":
        show_job(job.id, job)
    else:
        _show_missing(results)
    failed = [result for result in missing if result.state == "failed"]
    if failed and (job is None or not job.live):
        label = f"{formats.plural(len(failed), 'system')} failed"
        with st.expander(label, icon=":material/error:", expanded=True):
            for result in failed:
                st.markdown(f"**{safe.label(result.name)}**")
                st.text(result.error)


def _show_missing(results: Results) -> None:
    waiting = [result.name for result in results.systems if result.state == "pending"]
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        done = f"{len(results.done)} of {len(results.systems)} systems have results."
        names = f" Not run yet: {', '.join(waiting)}." if waiting else ""
        st.markdown(safe.label(done + names, limit=600), width="stretch")
        changes.button(
            "Run the rest",
            icon=":material/play_arrow:",
            key=state.widget_key("run the rest"),
            help="Runs the systems without results, failed ones included. The others stay.",
            on_click=_run_the_rest,
            args=(results,),
        )


@errors.told()
def _run_the_rest(results: Results) -> None:
    services.submit("experiment", results.experiment.name, {"experiment": results.id})
