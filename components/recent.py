"""What is there already: the latest experiments, and the collections at a glance."""

import streamlit as st

from components import collection_card, experiment_card, safe, services, state
from components.health_report import light_badge
from evaluation.store import list_experiments
from evaluation.workspace import Stored

EXPERIMENTS = 6
COLLECTIONS = 6


def show_actions() -> None:
    """Offer what a returning visitor does most; a first visit has the cards for that."""
    if services.workspace().collections() and st.button(
        "New experiment", type="primary", icon=":material/play_circle:"
    ):
        state.go("experiment")


def show_experiments() -> None:
    """Show the latest experiments as cards; nothing where there are none."""
    records = list_experiments(services.workspace())
    if not records:
        return
    st.subheader("Recent experiments", anchor=False)
    with st.grid(3, min_column_width=270, border=True) as grid:
        for record in records[:EXPERIMENTS]:
            with grid.cell():
                experiment_card.show_card(record)
    if len(records) > EXPERIMENTS:
        st.page_link(
            "pages/leaderboard.py",
            label=f"All {len(records)} experiments",
            icon=":material/arrow_forward:",
        )


def show_collections() -> None:
    """Show the collections as lines with figures and traffic light; nothing without any."""
    stored = services.workspace().collections()
    if not stored:
        return
    st.subheader("Collections", anchor=False)
    with st.container(border=True, gap="small"):
        for each in stored[:COLLECTIONS]:
            _show_line(each)
        if len(stored) > COLLECTIONS:
            st.page_link("pages/collections.py", label=f"All {len(stored)} collections")


def _show_line(stored: Stored) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.page_link(
            "pages/collections.py",
            label=f"**{safe.label(stored.name)}**",
            query_params={"collection": stored.id},
        )
        st.caption(collection_card.figures_line(stored), width="stretch")
        light_badge(services.workspace().health(stored.id))
