"""Before the start: what of the draft is cached, and roughly how long the rest takes."""

from collections.abc import Sequence

import streamlit as st

from components import kept, safe, services
from components.collection_facts import content_of
from components.errors import show
from components.experiment_draft import Draft
from evaluation.errors import EvaluationError
from evaluation.estimate import SystemEstimate, estimate
from evaluation.experiment import Experiment, experiment_from_dict, experiment_from_yaml
from evaluation.progress import SILENT
from evaluation.running import execution_for
from evaluation.system import system_from_yaml

KEPT_S = 60  # models and caches may be changed by another process


def estimates(draft: Draft) -> list[SystemEstimate]:
    """Give an estimate per system of the draft.

    Raises:
        EvaluationError: something the systems need is not there (see `draft_problems`).
    """
    workspace = services.workspace()
    texts = tuple(drafted.system.to_yaml() for drafted in draft.systems)
    content = content_of(draft.collection)
    place = (str(workspace.folder), draft.collection, content, str(workspace.cache.version()))
    return _estimates(place, draft.split, texts)


@kept.data(max_entries=50, ttl=KEPT_S, show_spinner=False)
def _estimates(place: tuple[str, ...], split: str, texts: tuple[str, ...]) -> list[SystemEstimate]:
    systems = [system_from_yaml(text) for text in texts]
    asked = experiment_from_dict(
        {"collection": place[1], "split": split, "systems": [{"stage": "random"}]}
    )
    execution = execution_for(services.workspace(), asked, lambda line: SILENT)
    return estimate(execution, systems)


def show_estimate(draft: Draft) -> None:
    """Show per system what is reused and what is computed, and the time it all takes."""
    try:
        found = estimates(draft)
    except EvaluationError:
        return  # the same fault is listed among the problems
    st.markdown(f"**{safe.label(total_line(found))}**")
    if any(system.seconds for system in found):
        st.caption(basis(found))
    with st.container(gap="small"):
        for system in found:
            _show_system(system)


def show_total(experiment: Experiment) -> None:
    """Show how long many systems take together, and how many are in the cache already."""
    place = (str(services.workspace().folder), content_of(experiment.collection))
    version = str(services.workspace().cache.version())
    try:
        found = _of_experiment((*place, version), experiment.to_yaml())
    except EvaluationError as error:
        show(error)
        return
    st.markdown(f"**{safe.label(total_line(found))}**")
    if any(system.seconds for system in found):
        st.caption(basis(found))
    kept = sum(system.ready for system in found)
    if kept:
        st.caption(f"{kept:,} of {len(found):,} runs are in the cache already.")


@kept.data(max_entries=50, ttl=KEPT_S, show_spinner=False)
def _of_experiment(place: tuple[str, ...], text: str) -> list[SystemEstimate]:
    del place  # only part of the key
    experiment = experiment_from_yaml(text)
    execution = execution_for(services.workspace(), experiment, lambda line: SILENT)
    return estimate(execution, experiment.systems)


def total_line(found: Sequence[SystemEstimate]) -> str:
    """Say how long everything takes."""
    seconds = sum(system.seconds for system in found)
    if all(system.ready for system in found):
        return "Everything is cached: results at once"
    return f"Takes {about(seconds)}"


def basis(found: Sequence[SystemEstimate]) -> str:
    """Say what the time is estimated from."""
    if all(system.measured for system in found):
        return "Estimated from earlier indexes and runs on this machine."
    return "A rough figure, from a small two-core machine: not everything has run on this one yet."


def rounded(seconds: float) -> str:
    """Give a duration no finer than an estimate deserves."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 90:
        return f"{max(10, round(seconds, -1)):.0f} seconds"
    if seconds < 5400:
        return f"{round(seconds / 60):.0f} minutes"
    return f"{seconds / 3600:.1f} hours"


def about(seconds: float) -> str:
    """Give a duration for the middle of a sentence: `about 3 minutes`, `a few seconds`."""
    return f"about {rounded(seconds)}" if seconds >= 10 else rounded(seconds)


def _show_system(system: SystemEstimate) -> None:
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(safe.label(system.name), width="stretch")
            if system.seconds >= 1:
                st.caption(rounded(system.seconds), width="content")
        with st.container(horizontal=True, gap="xsmall"):
            for what in ("index", "run"):
                _show_states(what, system.states(what))


def _show_states(label: str, states: Sequence[str]) -> None:
    """One badge for all indexes or all runs of a system: reused, partly, or computed now."""
    if not states:
        return
    new = sum(word == "computed" for word in states)
    if not new:
        shared = "shared" in states
        word = "shared" if shared else "cached"
        meaning = (
            "Computed for another system of this experiment." if shared else "Reused: it is there."
        )
        st.badge(f"{label} {word}", icon=":material/check:", color="green", help=meaning)
        return
    count = "" if len(states) == 1 else f" ({new} of {len(states)})"
    meaning = (
        "The rest is there, or shared with another system."
        if new < len(states)
        else "It is not in the cache."
    )
    st.badge(f"{label} computed now{count}", icon=":material/bolt:", color="gray", help=meaning)
