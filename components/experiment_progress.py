"""The running experiment on the page that started it: its job, and the results so far."""

from typing import Any

import streamlit as st

from components import aggregates, services, state
from components.errors import show
from components.job_progress import show_job
from evaluation.errors import EvaluationError
from evaluation.store import Results

SHOWN_MEASURES = 4


def show_experiment_progress(job_id: str) -> None:
    """Show the job, and a row per system as soon as it has results."""
    show_job(job_id)
    results = _results(job_id)
    if results is not None and results.done:
        _show_rows(results)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if results is not None and results.done:
            _show_count(results)
        st.button(
            "Close",
            icon=":material/close:",
            type="tertiary",
            key=state.widget_key("close job"),
            help="Hides this panel. The work goes on; Overview and Workspace show it, too.",
            on_click=lambda: state.put(job=None),
        )


def _results(job_id: str) -> Results | None:
    """Give what the job's experiment has so far; None where the job card says what is missing."""
    try:
        return services.results(str(services.jobs().get(job_id).payload["experiment"]))
    except EvaluationError:
        return None


def _show_rows(results: Results) -> None:
    try:
        st.dataframe(result_rows(results), hide_index=True, column_config=_columns(results))
    except EvaluationError as error:
        show(error)


def _show_count(results: Results) -> None:
    finished, asked = len(results.done), len(results.systems)
    st.caption(
        f"Means over all {len(results.query_ids):,} queries; {finished} of {asked} systems.",
        width="content",
    )
    if finished < asked:  # at the end, the job card leads there
        st.page_link(
            "pages/leaderboard.py",
            label="Open the leaderboard",
            icon=":material/leaderboard:",
            query_params={"experiment": results.id},
        )


def result_rows(results: Results) -> list[dict[str, object]]:
    """Give one row per finished system: its name, means of the first measures, median latency."""
    measures = results.experiment.measures[:SHOWN_MEASURES] if results.experiment.split else ()
    return [
        {
            "System": result.name,
            **{name: aggregates.mean(results, result.number, name) for name in measures},
            "ms per query": result.figures["latency_p50_ms"],
        }
        for result in results.done
    ]


def _columns(results: Results) -> dict[str, Any]:
    measures: dict[str, Any] = {
        name: st.column_config.NumberColumn(format="%.4f") for name in results.experiment.measures
    }
    return measures | {
        "ms per query": st.column_config.NumberColumn(
            format="%.1f", help="Median time of one query, asked alone, after a warm-up."
        )
    }
