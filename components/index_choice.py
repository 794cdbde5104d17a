"""Which experiment on indexes is shown, and by which measure, depth and vectors."""

from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from components import formats, kept, safe, services, state
from components.errors import show
from evaluation.errors import EvaluationError, UnknownNameError
from evaluation.index_figures import families
from evaluation.retrievers.dense import Dense
from evaluation.store import Results, list_experiments

Values = npt.NDArray[np.float64]

EXPERIMENT = state.widget_key("index experiment")
MEASURE, FOUND = state.widget_key("index measure"), state.widget_key("index depth")
NEW = ""
LATEST = 50  # experiments that are looked through
DEPTHS = (1, 10, 100)


def pick_experiment() -> Results | None:
    """Let the visitor choose an experiment in the side bar; None for a new one.

    An unknown id in the address is answered with a sentence.
    """
    known = _fitting()
    wanted = state.here("experiment")
    if wanted and wanted not in known:
        known |= _asked_for(wanted)
    if known:
        st.session_state[EXPERIMENT] = wanted if wanted in known else NEW
        st.sidebar.selectbox(
            "Experiment",
            [NEW, *known],
            format_func=lambda key: known[key] if key else "New comparison",
            key=EXPERIMENT,
            icon=":material/experiment:",
            on_change=lambda: state.put(experiment=st.session_state[EXPERIMENT], measure=None),
        )
    if not wanted or wanted not in known:
        return None
    results = services.results(wanted)
    try:
        services.workspace().collection_record(results.experiment.collection)
    except UnknownNameError:
        show(
            f"The collection {results.experiment.collection!r} of this experiment is no longer in "
            "the workspace. Put it back from the trash on the Workspace page."
        )
        st.stop()
    state.follow(wanted)
    return results


def _fitting() -> dict[str, str]:
    """Name the latest experiments that have at least two dense systems."""
    records = [r for r in list_experiments(services.workspace()) if not r["grid"]]
    return {r["id"]: r["name"] for r in records[:LATEST] if _fits(r["id"], r["created"])}


@kept.data(max_entries=500, show_spinner=False)
def _fits(experiment_id: str, created: float) -> bool:
    del created  # only part of the key: another experiment may take the id of a deleted one
    try:
        systems = services.results(experiment_id).experiment.systems
    except EvaluationError:
        return False
    return sum(isinstance(system.root.stage, Dense) for system in systems) > 1


def _asked_for(wanted: str) -> dict[str, str]:
    """Give an experiment that the address names, if there is one; else say that there is none."""
    records = list_experiments(services.workspace())
    known = {r["id"]: r["name"] for r in records if not r["grid"]}
    if wanted in known:
        return {wanted: known[wanted]}
    show(UnknownNameError("experiment", wanted, known))
    return {}


def caption(results: Results) -> str:
    """Say in one line what was compared on what."""
    experiment = results.experiment
    name = services.workspace().collection_record(experiment.collection).name
    queries = formats.plural(len(results.query_ids), "query", "queries")
    return f"{experiment.name} · {name} · {experiment.split or 'no judgements'} · {queries}"


def show_actions(results: Results) -> None:
    """Offer the leaderboard of the experiment, and an empty page."""
    st.page_link(
        "pages/leaderboard.py",
        label="Leaderboard",
        icon=":material/leaderboard:",
        query_params={"experiment": results.id},
    )
    st.button("New comparison", icon=":material/add:", on_click=lambda: state.put(experiment=None))


def pick_view(results: Results) -> tuple[str, int]:
    """Let the visitor choose the measure, and how many hits of exact search are to be found."""
    measures = list(results.experiment.measures) if results.experiment.split else []
    measure = state.here("measure") or next(iter(measures), "")
    if measure and measure not in measures:
        show(f"The experiment has no values of {measure}. They are shown by its first measure.")
        measure = next(iter(measures), "")
    wanted = state.here("depth")
    depth = int(wanted) if wanted in map(str, DEPTHS) else 10
    st.session_state[MEASURE], st.session_state[FOUND] = measure, depth
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if measures:
            st.segmented_control(
                "Measure",
                measures,
                format_func=safe.label,
                key=MEASURE,
                required=True,
                label_visibility="collapsed",
                on_change=lambda: state.put_here(measure=st.session_state[MEASURE]),
            )
        if families(results):
            st.segmented_control(
                "Hits to find",
                DEPTHS,
                format_func=lambda k: f"recall of top {k}",
                key=FOUND,
                required=True,
                label_visibility="collapsed",
                on_change=lambda: state.put_here(depth=st.session_state[FOUND]),
                help="Share of the first hits of exact search that an index finds among its own.",
            )
    return measure, depth


def values_of(results: Results, numbers: list[int], measure: str) -> dict[int, Values]:
    """Give the per-query values of some systems; none without judgements."""
    if not measure:
        return {}
    return {number: services.scores(results, number, measure) for number in numbers}


def documents_of(results: Results) -> int:
    """Count the documents of the experiment's collection."""
    record: dict[str, Any] = (
        services.workspace().collection_record(results.experiment.collection).record
    )
    return int(record.get("documents") or 0)
