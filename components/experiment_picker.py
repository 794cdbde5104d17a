"""The side bar of the result pages: which experiment, against which baseline, on what data."""

from typing import Any

import streamlit as st

from components import services, shell, state
from components.errors import show
from evaluation.errors import UnknownNameError
from evaluation.store import Results, list_experiments

EXPERIMENT = state.widget_key("experiment")
BASELINE = state.widget_key("baseline")


def pick_experiment(page: str) -> Results:
    """Let the visitor choose an experiment in the side bar; ends the page where there is none.

    An unknown id in the address is answered with a sentence.
    """
    records = list_experiments(services.workspace())
    _send_grids_on(page, {record["id"] for record in records if record["grid"]})
    known = {record["id"]: record for record in records if not record["grid"]}
    if not known:
        with shell.head(page):
            pass
        _show_no_experiments()
        st.stop()
    wanted = state.get("experiment") or next(iter(known))
    if wanted not in known:
        _pick(known, None)
        with shell.head(page):
            pass
        show(UnknownNameError("experiment", wanted, known))
        st.stop()
    _pick(known, wanted)
    state.follow(wanted)
    results = services.results(wanted)
    _stop_without_collection(page, results)
    return results


def pick_finished(page: str) -> tuple[Results, int]:
    """Let the visitor choose experiment and baseline; ends the page if nothing is finished yet.

    Gives the experiment and the number of its baseline.
    """
    results = pick_experiment(page)
    baseline = pick_baseline(results)
    show_facts(results)
    if baseline is None:
        with shell.head(page, caption(results)):
            pass
        shell.empty(
            "No results yet",
            "None of the systems of this experiment is finished. The leaderboard shows how far "
            "they are.",
            {"leaderboard": "Look at the leaderboard"},
        )
        st.stop()
    return results, baseline


def pick_baseline(results: Results) -> int | None:
    """Let the visitor choose the baseline; gives its number, or None while nothing is finished."""
    numbers = [result.number for result in results.done]
    if results.baseline is None:
        return None
    wanted = state.numbers("baseline")
    chosen = wanted[0] if wanted and wanted[0] in numbers else results.baseline.number
    st.session_state[BASELINE] = chosen
    st.sidebar.selectbox(
        "Baseline",
        numbers,
        format_func=lambda number: results.systems[number].name,
        key=BASELINE,
        on_change=lambda: state.put(baseline=st.session_state[BASELINE]),
        icon=":material/flag:",
        help="The system that the others are compared with.",
    )
    if wanted and wanted[0] != chosen:
        name = results.systems[chosen].name
        show(f"System {wanted[0]} has no results here. The baseline is {name}; choose another.")
    return chosen


def show_facts(results: Results) -> None:
    """Say in the side bar what the experiment was run on."""
    record = services.workspace().collection_record(results.experiment.collection).record
    split = results.experiment.split
    facts = [f"{len(results.query_ids):,} queries"]
    documents = record["documents"]
    facts.append(f"{documents:,} documents" if documents else "run files only")
    if split:
        facts.append(f"{record['judgements'].get(split, 0):,} judgements")
    st.sidebar.caption(" · ".join(facts))


def collection_name(results: Results) -> str:
    """Give the name of the collection an experiment was run on."""
    return services.workspace().collection_record(results.experiment.collection).name


def caption(results: Results) -> str:
    """Say in one line what the results are of: collection, split, number of queries."""
    split = results.experiment.split or "no judgements"
    return f"{collection_name(results)} · {split} · {len(results.query_ids):,} queries"


def _pick(known: dict[str, dict[str, Any]], chosen: str | None) -> None:
    st.session_state[EXPERIMENT] = chosen
    st.sidebar.selectbox(
        "Experiment",
        list(known),
        format_func=lambda experiment_id: known[experiment_id]["name"],
        index=None if chosen is None else 0,
        placeholder="Choose an experiment",
        key=EXPERIMENT,
        on_change=_change_experiment,
        icon=":material/experiment:",
    )


def _change_experiment() -> None:
    """Open another experiment; system numbers and queries of the old one mean nothing in it."""
    chosen = st.session_state[EXPERIMENT]
    if chosen:
        state.put(experiment=chosen, baseline=None, systems=None, query=None, measure=None)
        state.put(where=None, xray=None)


def _send_grids_on(page: str, grids: set[str]) -> None:
    """End the page with a link if the address asks for a grid: it has a page of its own."""
    if state.here("experiment") not in grids:
        return
    with shell.head(page):
        pass
    show("This experiment is a grid of settings of one system. The Tuning page shows it.")
    st.page_link(
        "pages/tuning.py",
        label="Open the grid",
        icon=":material/tune:",
        query_params={"grid": state.here("experiment")},
    )
    st.stop()


def _show_no_experiments() -> None:
    shell.empty(
        "No experiments yet",
        "An experiment runs retrieval systems on a collection; its results appear here.",
        {"experiment": "Set up an experiment", "collections": "Look at the collections"},
    )


def _stop_without_collection(page: str, results: Results) -> None:
    """End the page with a sentence if the experiment's collection has been deleted."""
    collection = results.experiment.collection
    try:
        services.workspace().collection_record(collection)
    except UnknownNameError:
        with shell.head(page):
            pass
        show(
            f"The collection {collection!r} of this experiment is no longer in the workspace. "
            "Put it back from the trash on the Workspace page."
        )
        st.stop()
