"""Adding systems to the draft: from a single stage, or several fused into one."""

from collections.abc import Mapping

import streamlit as st

from components import safe, state
from components.experiment_draft import Drafted, current, keep
from components.stage_choice import Offer, labels
from evaluation.errors import EvaluationError
from evaluation.system import INPUTS, Node, System
from evaluation.system_editing import suggested_name

ADD = state.widget_key("add system")
PARTS = state.widget_key("systems to fuse")
METHOD = state.widget_key("fuse by")
MOST = INPUTS["fusion"][1]


def show_builder(offer: Offer) -> None:
    """Show the buttons that add a system to the draft."""
    leaves = offer.leaves()
    with st.container(horizontal=True, gap="small"):
        if leaves:
            st.menu_button(
                "Build a system",
                list(leaves),
                format_func=lambda choice: safe.label(f"Start from {leaves[choice]}"),
                key=ADD,
                icon=":material/add:",
                help="Starts a new system from one stage; then rerank it, fuse it, change it.",
                on_click=_add,
                args=(offer,),
            )
        if labels("fusion"):
            _show_fuse(offer)


def _show_fuse(offer: Offer) -> None:
    systems = {drafted.number: drafted for drafted in current().systems}
    with st.popover(
        "Fuse systems",
        icon=":material/merge:",
        disabled=len(systems) < 2,
        help="Merge the rankings of several systems of the list into a new one.",
    ):
        chosen = _pick_parts(systems)
        methods = labels("fusion")
        st.selectbox("Method", list(methods), format_func=methods.__getitem__, key=METHOD)
        st.button(
            "Add the fusion",
            icon=":material/merge:",
            type="primary",
            key=state.widget_key("add fusion"),
            disabled=len(chosen) < 2,
            on_click=_fuse,
            args=(offer,),
        )


def _pick_parts(systems: Mapping[int, Drafted]) -> list[int]:
    """Let the visitor choose the systems to fuse: all of them, until another choice is made."""
    wanted = state.draft("systems to fuse", None)
    chosen = [number for number in systems if wanted is None or number in wanted][:MOST]
    st.session_state[PARTS] = chosen
    st.multiselect(
        "Systems",
        list(systems),
        format_func=lambda number: systems[number].system.name,
        key=PARTS,
        max_selections=MOST,
        on_change=lambda: state.keep_draft("systems to fuse", list(st.session_state[PARTS])),
    )
    return chosen


def _add(offer: Offer) -> None:
    choice = st.session_state[ADD]
    if choice in offer.leaves():
        root = Node(offer.fresh(str(choice)))
        keep(current().added(System(suggested_name(root, offer.runs), root), opened=True))


def _fuse(offer: Offer) -> None:
    draft, chosen = current(), st.session_state[PARTS]
    parts = tuple(d.system.root for d in draft.systems if d.number in chosen)
    try:
        stage = offer.fresh(str(st.session_state[METHOD]))
        root = Node(stage, parts, max(node.depth for node in parts))
    except (EvaluationError, ValueError):
        return  # nothing was chosen; the button was enabled in an older view of the page
    state.keep_draft("systems to fuse", None)
    keep(draft.added(System(suggested_name(root, offer.runs), root), opened=True))
