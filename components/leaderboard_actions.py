"""What can be done from the leaderboard: compare the selected, look inside one, export, new run."""

import streamlit as st

from components import state
from components.leaderboard_table import Board
from components.system_details import show_system
from components.system_picker import MOST
from evaluation.store import Results


def show_actions(board: Board, selected: list[int]) -> None:
    """Show what can be done with the selected systems."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        pair, single = _pair(board, selected), "Select one system."
        st.caption(_selection_line(selected), width="stretch")
        if _button("Details", ":material/info:", len(selected) == 1, single):
            show_system(board.results.systems[selected[0]])
        if _button("Stages", ":material/account_tree:", len(selected) == 1, single):
            _go("stages", board, selected)
        possible = 1 <= len(selected) <= MOST
        if _button("Open queries", ":material/manage_search:", possible, "Select 1 to 8 systems."):
            _go("query", board, selected)
        tip = "Select two systems, or one to compare with the baseline."
        if _button("Compare", ":material/compare_arrows:", bool(pair), tip, primary=True):
            _go("compare", board, pair)


def _selection_line(selected: list[int]) -> str:
    if not selected:
        return "Tick systems to compare them or to look inside."
    return f"{len(selected)} selected"


def _pair(board: Board, selected: list[int]) -> list[int]:
    """Give the two systems to compare, the baseline first where it is one of them."""
    if len(selected) == 1 and selected[0] != board.baseline:
        return [board.baseline, selected[0]]
    if len(selected) != 2:
        return []
    return sorted(selected, key=lambda number: number != board.baseline)


def _button(label: str, icon: str, possible: bool, tip: str, primary: bool = False) -> bool:
    return st.button(
        label,
        icon=icon,
        disabled=not possible,
        help=None if possible else tip,
        type="primary" if primary and possible else "secondary",
        key=state.widget_key(f"leaderboard {label}"),
    )


def _go(page: str, board: Board, numbers: list[int]) -> None:
    state.go(
        page,
        experiment=board.results.id,
        measure=board.measure,
        baseline=board.baseline,
        systems=",".join(map(str, numbers)),
    )


def show_new_run(results: Results) -> None:
    """Show the ways to the experiment page: with a copy of this one, or on the same collection."""
    if st.button(
        "Edit a copy",
        icon=":material/edit_note:",
        key=state.widget_key("edit a copy"),
        help="Opens these systems and measures on the Experiment page, to change and run anew.",
    ):
        state.go("experiment", experiment=results.id, collection="", job="")
    if st.button("New run", icon=":material/add:", type="primary", key=state.widget_key("new run")):
        state.go("experiment", collection=results.experiment.collection)
