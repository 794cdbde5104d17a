"""Which grid of arms is shown, by which measure and settings; what it says, kept by ids."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from components import formats, kept, safe, services, shell, state
from components.errors import show
from components.measure_control import chosen_measure, pick_measure
from evaluation.errors import EvaluationError, UnknownNameError
from evaluation.interpolation import MIXED, Place, feedback_label, places_of
from evaluation.interpolation_results import Best, Setting, best_of_arms, settings_of, to_none
from evaluation.store import Results, list_experiments

EXPERIMENT = state.widget_key("interpolated experiment")
NEW = ""
LISTED = 50  # latest experiments that are looked at
FEW = 4  # choices that stand side by side


@dataclass(frozen=True, eq=False)
class Interpolated:
    """The arms of an experiment by one measure.

    Attributes:
        results: the experiment.
        measure: of all values.
        settings: every finished system that is an arm.
        gains: what each gains over the same mix without feedback; NaN where there is none.
        best: of each arm.
    """

    results: Results
    measure: str
    settings: list[Setting]
    gains: list[float]
    best: dict[str, Best]


@dataclass(frozen=True)
class View:
    """The part of the settings that the chart shows."""

    pair: str
    normaliser: str
    feedback: str

    def holds(self, place: Place) -> bool:
        """Say whether a setting is in it."""
        if place.arm not in MIXED:
            return place.pair in self.pair.split(" + ")
        same = (place.pair, place.normaliser) == (self.pair, self.normaliser)
        return same and (place.feedback is None or feedback_label(place.feedback) == self.feedback)


def pick_grid() -> Results | None:
    """Let the visitor choose an experiment with arms in the side bar; None for a new grid.

    An experiment of the address that is not there, or has no arms, is answered with a sentence.
    """
    records = list_experiments(services.workspace())
    known = {r["id"]: r["name"] for r in records if not r["grid"]}
    wanted = state.here("experiment")
    looked_at = [r for n, r in enumerate(records) if n < LISTED or r["id"] == wanted]
    armed = [r["id"] for r in looked_at if r["id"] in known and _has_arms(r["id"], r["created"])]
    if armed:
        st.session_state[EXPERIMENT] = wanted if wanted in armed else NEW
        st.sidebar.selectbox(
            "Experiment",
            [NEW, *armed],
            format_func=lambda key: known[key] if key else "New grid",
            key=EXPERIMENT,
            icon=":material/experiment:",
            on_change=_take_experiment,
        )
    if not wanted:
        return None
    if wanted not in armed:
        _show_unfit(wanted, known)
        return None
    return _with_collection(services.results(wanted))


def caption(results: Results) -> str:
    """Say in one line what was mixed on what."""
    experiment = results.experiment
    name = services.workspace().collection_record(experiment.collection).name
    queries = formats.plural(len(results.query_ids), "query", "queries")
    systems = formats.plural(len(_places(results)), "system")
    return f"{experiment.name} · {name} · {experiment.split} · {queries} · {systems}"


def show_actions(results: Results) -> None:
    """Offer the leaderboard of the same experiment, and an empty page."""
    st.page_link(
        "pages/leaderboard.py",
        label="Leaderboard",
        icon=":material/leaderboard:",
        query_params={"experiment": results.id},
    )
    st.button("New grid", icon=":material/add:", on_click=lambda: state.put_here(experiment=None))


def interpolated(results: Results) -> Interpolated | None:
    """Give what the arms say by the chosen measure; None, with a sentence, where there is none."""
    measure = chosen_measure(results)
    if not measure or not results.query_ids:
        show("This experiment has no judgements, so no arm is better than another.")
        return None
    done = tuple(r.number for r in results.done if r.number in _places(results))
    if not done:
        shell.empty("No results yet", "The first systems appear here as they are finished.")
        return None
    pick_measure(results, measure)
    try:
        return _interpolated(results.id, results.created, done, measure)
    except EvaluationError as error:
        show(error)
        return None


def pick_view(found: Interpolated) -> View | None:
    """Let the visitor choose which mixes are drawn; None where none is finished."""
    places = [each.place for each in found.settings if each.place.arm in MIXED]
    if not places:
        return None
    kinds = [feedback_label(place.feedback) for place in places if place.feedback]
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        pair = _choose("pair", "Retrievers", [place.pair for place in places])
        own = [place.normaliser for place in places if place.pair == pair]
        return View(pair, _choose("normaliser", "Normaliser", own), _choose("feedback", "", kinds))


def _choose(key: str, label: str, options: list[str]) -> str:
    """Let the visitor choose one of some options, mirrored in the address; "" without any."""
    options = list(dict.fromkeys(options))
    if not options:
        return ""
    wanted = state.here(key)
    if wanted and wanted not in options:
        show(UnknownNameError(key, wanted, options))
    chosen = wanted if wanted in options else options[0]
    widget = state.widget_key(f"interpolated {key}")
    st.session_state[widget] = chosen
    if len(options) < 2:
        return chosen

    def take() -> None:
        state.put_here(**{key: st.session_state[widget]})

    if len(options) > FEW or key == "pair":
        st.selectbox(label or key.capitalize(), options, key=widget, on_change=take, width=320)
    else:
        st.segmented_control(
            label or key.capitalize(),
            options,
            format_func=safe.label,
            key=widget,
            required=True,
            on_change=take,
        )
    return chosen


def _has_arms(experiment_id: str, created: float) -> bool:
    try:
        return bool(_places_of(experiment_id, created))
    except EvaluationError:
        return False  # it cannot be read; the page that opens it says why


def _places(results: Results) -> dict[int, Place]:
    return _places_of(results.id, results.created)


@kept.resource(max_entries=200, show_spinner=False)
def _places_of(experiment_id: str, created: float) -> dict[int, Place]:
    del created  # only part of the key: a new experiment may take the id of a deleted one
    return places_of(services.results(experiment_id).experiment.systems)


@kept.resource(max_entries=32, show_spinner="Resampling …")
def _interpolated(
    experiment_id: str, created: float, done: tuple[int, ...], measure: str
) -> Interpolated:
    results = services.results(experiment_id)
    places = {number: _places_of(experiment_id, created)[number] for number in done}
    values = np.column_stack([services.scores(results, number, measure) for number in places])
    seed = results.experiment.seed
    settings = settings_of(places, values, seed)
    best = best_of_arms(settings, values, seed)
    return Interpolated(results, measure, settings, to_none(settings), best)


def _with_collection(results: Results) -> Results:
    """Give the results back; ends the page if their collection has been deleted."""
    collection = results.experiment.collection
    try:
        services.workspace().collection_record(collection)
    except UnknownNameError:
        show(
            f"The collection {collection!r} of this experiment is no longer in the workspace. "
            "Put it back from the trash on the Workspace page."
        )
        st.stop()
    return results


def _show_unfit(wanted: str, known: dict[str, str]) -> None:
    if wanted not in known:
        show(UnknownNameError("experiment", wanted, known))
        return
    show(
        f"{known[wanted]} mixes no sparse with a dense retriever by weights, so there is nothing "
        "to draw. Set up a grid below, or choose another experiment."
    )


def _take_experiment() -> None:
    state.put_here(pair=None, normaliser=None, feedback=None)
    state.put(measure=None)
    state.put_here(experiment=st.session_state[EXPERIMENT])
