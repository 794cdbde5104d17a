"""Which grid is shown, by which measure, with how many folds; what it says, kept by ids."""

import streamlit as st

from components import formats, kept, safe, services, shell, state
from components import tuning_draft as drafts
from components.errors import show
from evaluation.errors import EvaluationError, UnknownNameError
from evaluation.store import Results, list_experiments
from evaluation.tuning import FOLDS
from evaluation.tuning_results import Tuned, read_tuning

GRID = state.widget_key("grid")
MEASURE = state.widget_key("grid measure")
FOLD = state.widget_key("folds")
NEW = ""
CHOICES = (2, 5, 10, 20)


def pick_grid() -> Results | None:
    """Let the visitor choose a grid in the side bar; None for a new one.

    An unknown id in the address is answered with a sentence.
    """
    records = list_experiments(services.workspace())
    known = {r["id"]: r for r in records if r["grid"]}
    wanted = state.here("grid")
    if known:
        st.session_state[GRID] = wanted if wanted in known else NEW
        st.sidebar.selectbox(
            "Grid",
            [NEW, *known],
            format_func=lambda key: known[key]["name"] if key else "New grid",
            key=GRID,
            icon=":material/grid_on:",
            on_change=lambda: state.put(grid=st.session_state[GRID], measure=None, folds=None),
        )
    if not wanted:
        return None
    if wanted not in known:
        show(UnknownNameError("grid", wanted, known))
        return None
    results = services.results(wanted)
    try:
        services.workspace().collection_record(results.experiment.collection)
    except UnknownNameError:
        show(
            f"The collection {results.experiment.collection!r} of this grid is no longer in the "
            "workspace. Put it back from the trash on the Workspace page."
        )
        st.stop()
    return results


def caption(results: Results) -> str:
    """Say in one line what was tuned on what."""
    experiment = results.experiment
    name = services.workspace().collection_record(experiment.collection).name
    settings = formats.plural(experiment.grid.size if experiment.grid else 0, "setting")
    queries = formats.plural(len(results.query_ids), "query", "queries")
    return f"{experiment.name} · {name} · {experiment.split} · {queries} · {settings}"


def show_actions(results: Results) -> None:
    """Offer the grid as a file, a changed copy, and an empty page."""
    st.download_button(
        "YAML",
        results.experiment.to_yaml(),
        file_name=f"{results.id}.yaml",
        mime="application/yaml",
        icon=":material/download:",
        on_click="ignore",
        help="The command line runs this file, too: `python -m evaluation tune <file>`.",
    )
    st.button(
        "Change it",
        icon=":material/edit:",
        on_click=_copy,
        args=(results,),
        help="A new grid that starts as this one. What is computed already is not computed again.",
    )
    st.button("New grid", icon=":material/add:", on_click=lambda: state.put(grid=None))


def pick_view(results: Results) -> tuple[str, int]:
    """Let the visitor choose measure and folds; gives both."""
    measures = list(results.experiment.measures)
    measure = state.here("measure") or measures[0]
    if measure not in measures:
        show(f"The grid has no values of {measure}. They are shown by {measures[0]}.")
        measure = measures[0]
    queries = len(results.query_ids)
    folds = [n for n in CHOICES if n <= queries] or [queries]
    wanted = state.here("folds")
    chosen = int(wanted) if wanted in map(str, folds) else min(FOLDS, folds[-1])
    st.session_state[MEASURE], st.session_state[FOLD] = measure, chosen
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.segmented_control(
            "Measure",
            measures,
            format_func=safe.label,
            key=MEASURE,
            required=True,
            label_visibility="collapsed",
            on_change=lambda: state.put_here(measure=st.session_state[MEASURE]),
        )
        st.segmented_control(
            "Folds",
            folds,
            format_func=lambda n: f"{n} folds",
            key=FOLD,
            required=True,
            label_visibility="collapsed",
            on_change=lambda: state.put_here(folds=st.session_state[FOLD]),
            help="The queries are cut into so many parts. Each part is scored with the setting "
            "that was best on all the others.",
        )
    return measure, chosen


def tuned(results: Results, measure: str, folds: int) -> Tuned | None:
    """Give what the grid says; None, with a sentence, where it says nothing yet."""
    done = sum(each.state == "done" for each in results.systems)
    try:
        return _tuned(results.id, results.created, done, measure, folds)
    except EvaluationError as error:
        if done:
            show(error)
        else:
            shell.empty("No results yet", "The first settings appear here as they are finished.")
        return None


@kept.resource(max_entries=32, show_spinner="Reading the grid …")
def _tuned(experiment_id: str, created: float, done: int, measure: str, folds: int) -> Tuned:
    del created, done  # only part of the key: more settings may be finished by now
    results = services.results(experiment_id)
    return read_tuning(services.workspace(), results, measure, folds)


def _copy(results: Results) -> None:
    drafts.keep(drafts.draft_of(results.experiment))
    state.put(grid=None)
