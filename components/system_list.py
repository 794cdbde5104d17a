"""The systems of the draft as cards: name, one line, kind; each can be edited where it stands."""

from dataclasses import replace

import streamlit as st

from components import formats, safe, state
from components.collection_facts import has_documents, ready_made, run_names, vector_sets
from components.experiment_draft import Drafted, change, current, keep
from components.stage_choice import Offer
from components.system_line import system_line
from components.system_text import show_system_text
from components.system_tree import Tree, show_tree
from evaluation.stage import Stage, make_stage
from evaluation.system import Node

ACTIONS = {
    "duplicate": "Duplicate",
    "up": "Move up",
    "down": "Move down",
    "remove": "Remove",
}
VIEWS = {"form": "Stages", "text": "YAML"}


def offer_of(collection_id: str) -> Offer:
    """Give what a builder can use on a collection."""
    fitted: dict[str, Stage] = {}
    for system in ready_made(collection_id):
        for node in system.root.walk():
            fitted.setdefault(node.stage.name, node.stage)
    for name in vector_sets(collection_id)[:1]:
        fitted["given-vectors"] = make_stage("given-vectors", {"vectors": name})
    return Offer(has_documents(collection_id), run_names(collection_id), fitted)


def show_systems() -> None:
    """Show one card per drafted system; the opened one with its editor."""
    draft = current()
    offer = offer_of(draft.collection)
    if draft.systems:
        st.markdown(f"**In this experiment** · {formats.plural(len(draft.systems), 'system')}")
    for drafted in draft.systems:
        opened = drafted.number == draft.opened
        with st.container(border=True, gap="small"):
            _show_head(drafted, opened)
            st.caption(safe.label(system_line(drafted.system), 2000))
            if opened:
                _show_editor(drafted, offer)
    if draft.left_out is not None:
        _show_left_out(draft.left_out[1])


def _show_left_out(drafted: Drafted) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"{safe.label(drafted.system.name)} was removed.", width="content")
        st.button("Put back", icon=":material/undo:", type="tertiary", on_click=_put_back)


def _put_back() -> None:
    keep(current().with_it_back())


def _show_head(drafted: Drafted, opened: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if opened:
            _show_name(drafted)
        else:
            st.markdown(f"**{safe.label(drafted.system.name)}**", width="content")
        for facet in drafted.system.facets():
            st.badge(safe.badge(facet), color="gray")
        st.space("stretch")
        st.button(
            "Done" if opened else "Edit",
            icon=":material/check:" if opened else ":material/edit:",
            key=state.widget_key(f"open system {drafted.number}"),
            on_click=change,
            kwargs={"opened": None if opened else drafted.number},
        )
        _show_menu(drafted.number)


def _show_name(drafted: Drafted) -> None:
    widget = state.widget_key(f"name of system {drafted.number}")
    st.session_state[widget] = drafted.system.name
    st.text_input(
        "Name",
        key=widget,
        max_chars=200,
        width=320,
        label_visibility="collapsed",
        on_change=_take_name,
        args=(drafted, widget),
    )


def _show_menu(number: int) -> None:
    widget = state.widget_key(f"menu of system {number}")
    st.menu_button(
        "",
        list(ACTIONS),
        format_func=ACTIONS.__getitem__,
        key=widget,
        icon=":material/more_vert:",
        help="Duplicate, move or remove this system.",
        on_click=_act,
        args=(number, widget),
    )


def _show_editor(drafted: Drafted, offer: Offer) -> None:
    key = f"system {drafted.number}"
    view = st.segmented_control(
        "View",
        list(VIEWS),
        format_func=VIEWS.__getitem__,
        default="form",
        required=True,
        key=state.widget_key(f"{key} view"),
        label_visibility="collapsed",
    )
    if view == "text":
        show_system_text(drafted)
        return
    runs = offer.runs

    def take(root: Node) -> None:
        keep(current().regrown(drafted.number, root, runs))

    show_tree(Tree(key, drafted.system.root, offer, take))


def _take_name(drafted: Drafted, widget: str) -> None:
    name = str(st.session_state[widget]).strip()
    if name:
        keep(current().changed(drafted.number, replace(drafted.system, name=name)))


def _act(number: int, widget: str) -> None:
    draft, action = current(), st.session_state[widget]
    if action == "duplicate":
        keep(draft.added(draft.get(number), after=number))
    elif action == "remove":
        keep(draft.leaving_out(number))
    elif action in ("up", "down"):
        keep(draft.moved(number, -1 if action == "up" else 1))
