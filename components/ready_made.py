"""Systems to tick: the ready-made ones, and the runs uploaded to the collection."""

from collections.abc import Sequence

import streamlit as st

from components import safe, services, state
from components.collection_facts import ready_made
from components.experiment_draft import current, keep
from components.system_line import system_line
from evaluation.stage import make_stage
from evaluation.system import Node, System

COLUMN = 260


def uploaded(collection_id: str) -> list[System]:
    """Give one system per run that was uploaded to a collection."""
    return [
        System(stored.name, Node(make_stage("run", {"run": stored.id})))
        for stored in services.workspace().runs(collection_id)
    ]


def pick_ready_made() -> None:
    """Let the visitor tick systems into the draft and out of it."""
    collection_id = current().collection
    offered = ready_made(collection_id)
    if offered:
        st.markdown("**Ready-made**")
        _show_ticks(offered, "ready")
    runs = uploaded(collection_id)
    if runs:
        st.markdown("**Uploaded runs**")
        _show_ticks(runs, "run")


def _show_ticks(offered: Sequence[System], key: str) -> None:
    roots = [drafted.system.root for drafted in current().systems]
    with st.grid("auto", min_column_width=COLUMN, gap="small"):
        for place, system in enumerate(offered):
            widget = state.widget_key(f"tick {key} {place}")
            st.session_state[widget] = system.root in roots
            with st.container(border=True, gap="xxsmall"):
                st.checkbox(
                    f"**{safe.label(system.name)}**",
                    key=widget,
                    on_change=_take,
                    args=(widget, system),
                )
                st.caption(safe.label(_about(system)))


def _about(system: System) -> str:
    if system.root.stage.kind == "run":
        return str(system.root.stage.parameters()["run"])
    return f"{' + '.join(system.facets())} · {system_line(system)}"


def _take(widget: str, system: System) -> None:
    draft = current()
    if st.session_state[widget]:
        keep(draft.added(system))
        return
    for drafted in draft.systems:
        if drafted.system.root == system.root:
            draft = draft.removed(drafted.number)
    keep(draft)
