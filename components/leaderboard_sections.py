"""The sections of the leaderboard page: the table, all pairs, missing judgements. One line each."""

from collections.abc import Callable, Mapping

import streamlit as st

from components import facet_filter, leaderboard_actions, safe
from components import leaderboard_notes as notes
from components.cost_view import show_cost
from components.leaderboard_band import show_band
from components.leaderboard_bounds import show_bounds
from components.leaderboard_charts import show_charts
from components.leaderboard_pairs import show_pairs
from components.leaderboard_table import Board, show_table
from components.power_notes import HELP, leaderboard_line
from components.sections import pick_section

Show = Callable[[Board], None]


def show_systems(board: Board) -> None:
    """Show the table of systems with what can be done with them, and the plots."""
    show_band(board)
    board = facet_filter.narrowed(board, facet_filter.pick_facets(board.results))
    selected = show_table(board)
    leaderboard_actions.show_actions(board, selected)
    if board.measure:
        st.caption(safe.label(leaderboard_line(board), limit=1000), help=HELP)
    st.caption(safe.label(" ".join(notes.reading(board)), limit=3000))
    show_charts(board, selected)


SECTIONS: Mapping[str, tuple[str, Show]] = {  # by name in the address
    "systems": ("Systems", show_systems),
    "pairs": ("Pairs", show_pairs),
    "kinds": ("Kinds", facet_filter.show_groups),
    "cost": ("Cost", lambda board: show_cost(board.results, board.measure)),
    "judged": ("Missing judgements", show_bounds),
}


def show_section(board: Board) -> None:
    """Let the visitor choose a section and show it; without judgements there is only the table."""
    if not board.measure:
        show_systems(board)
        return
    labels = {name: label for name, (label, _) in SECTIONS.items()}
    SECTIONS[pick_section(labels, "leaderboard")][1](board)
