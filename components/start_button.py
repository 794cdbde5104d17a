"""A button that makes an experiment of its own name and starts it, or opens the one it made."""

import threading
from collections.abc import Callable

import streamlit as st

from components import changes, services, state
from evaluation.experiment import Experiment
from evaluation.store import list_experiments

_starting = threading.Lock()


def start_button(
    label: str, name: str, make: Callable[[str], Experiment], kind: str = "secondary"
) -> None:
    """Show a button that makes and starts an experiment, or opens the one it made before."""
    known = _known(name)
    if known:
        key = state.widget_key(f"open {name}")
        if st.button("Open its leaderboard", icon=":material/leaderboard:", key=key):
            _open(known)
        return
    key = state.widget_key(f"start {name}")
    if changes.button(label, type=kind, icon=":material/play_arrow:", key=key):
        with st.spinner("Preparing"), _starting:  # a second click runs this beside the first
            experiment_id = _known(name) or services.start(make(name))[0]
        _open(experiment_id)


def _known(name: str) -> str:
    """Give the id of the newest experiment with a name; "" if there is none."""
    records = list_experiments(services.workspace())
    return next((str(each["id"]) for each in records if each["name"] == name), "")


def _open(experiment_id: str) -> None:
    """Go to a leaderboard; what was selected in another experiment means nothing there."""
    state.go("leaderboard", experiment=experiment_id, measure="", baseline="", systems="", query="")
