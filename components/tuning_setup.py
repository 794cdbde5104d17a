"""Setting up a grid: the data, the system, and which of its parameters take which values."""

from typing import Any

import streamlit as st

from components import formats, safe, state
from components import tuning_draft as drafts
from components.collection_facts import run_names
from components.errors import show
from components.judged_data import pick_judged
from components.stage_form import parameter_label
from components.system_line import system_line
from components.system_list import offer_of
from components.system_tree import Tree, show_tree
from evaluation.errors import EvaluationError
from evaluation.grid_values import Tunable
from evaluation.simplex import STEPS
from evaluation.system import Node, System
from evaluation.system_editing import suggested_name

SYSTEM = state.widget_key("tuning system")
PARAMETERS = state.widget_key("tuning parameters")
KEY = "tuning system tree"


def pick_data() -> None:
    """Let the visitor choose collection and judgements."""
    draft = drafts.current()
    pick_judged("tuning", (draft.collection, draft.split), _take_data)


def pick_system() -> None:
    """Let the visitor choose the system to tune, and change its stages."""
    draft = drafts.current()
    offered = drafts.offers(draft.collection)
    if not offered:
        st.info("There is nothing to tune here: no documents, and no two uploaded runs to fuse.")
        return
    if draft.system and draft.system.name not in offered:
        offered = {draft.system.name: draft.system, **offered}
    names = list(offered)
    st.session_state[SYSTEM] = draft.system.name if draft.system else None
    st.selectbox(
        "System",
        names,
        index=None if draft.system is None else 0,
        key=SYSTEM,
        icon=":material/account_tree:",
        on_change=lambda: _take_system(offered),
        help="Ready-made ones, fusions of uploaded runs, and those of your latest experiments.",
    )
    if draft.system is None:
        return
    st.caption(safe.label(system_line(draft.system), 2000))
    with st.expander("Change its stages", icon=":material/edit:"):
        runs = run_names(draft.collection)

        def take(root: Node) -> None:
            name = suggested_name(root, runs)[:200]
            drafts.keep(drafts.current().with_system(System(name, root)))

        show_tree(Tree(KEY, draft.system.root, offer_of(draft.collection), take))


def pick_parameters() -> None:
    """Let the visitor choose parameters and type the values of each."""
    draft = drafts.current()
    known = draft.known()
    st.session_state[PARAMETERS] = [each.key for each in draft.chosen()]
    st.multiselect(
        "Parameters to vary",
        list(known),
        format_func=lambda key: known[key].label,
        key=PARAMETERS,
        placeholder="Choose one, two or more",
        on_change=_take_parameters,
        help="One gives a line, two a map, the weights of three inputs a triangle.",
    )
    for tunable in draft.chosen():
        _show_values(tunable, draft)


def _show_values(tunable: Tunable, draft: drafts.TuningDraft) -> None:
    widget = state.widget_key(f"values of {tunable.key} of {tunable.stage}")
    typed = draft.typed[tunable.key]
    label = f"{safe.label(tunable.stage)} · **{safe.label(parameter_label(tunable.name))}**"
    about = safe.label(f"{tunable.meaning} Now: {tunable.value!r}.", 600)
    settings: dict[str, Any] = {
        "key": widget,
        "help": about,
        "on_change": _take_values,
        "args": (tunable, widget),
    }
    if tunable.kind == "weights":
        st.session_state[widget] = typed
        st.selectbox(f"{label}, in steps of", list(dict.fromkeys([typed, *STEPS])), **settings)
    elif tunable.kind == "choices":
        known = [str(choice) for choice in tunable.choices]
        st.session_state[widget] = [part for part in typed.split(", ") if part in known]
        st.pills(label, known, selection_mode="multi", **settings)
    else:
        st.session_state[widget] = typed
        st.text_input(f"{label}: values, or from:to:step", max_chars=2000, **settings)
    try:
        axis = draft.axis(tunable)
    except EvaluationError as error:
        show(error)
        return
    if axis.step:
        st.caption(f"{formats.plural(len(axis.values), 'way')} to share 1 among the inputs.")


def _take_data(collection: str, split: str) -> None:
    if split:
        drafts.change(split=split)
        return
    try:
        drafts.choose_collection(collection)
    except EvaluationError as error:
        show(error)
        return
    state.put(collection=collection)


def _take_system(offered: dict[str, System]) -> None:
    chosen = st.session_state[SYSTEM]
    if chosen in offered:
        drafts.keep(drafts.current().with_system(offered[chosen]))


def _take_parameters() -> None:
    draft = drafts.current()
    known = draft.known()
    wanted = [key for key in st.session_state[PARAMETERS] if key in known]
    drafts.change(typed={k: draft.typed.get(k, known[k].suggestion()) for k in wanted})


def _take_values(tunable: Tunable, widget: str) -> None:
    value = st.session_state[widget]
    text = ", ".join(value) if isinstance(value, list) else str(value)
    drafts.change(typed={**drafts.current().typed, tunable.key: text})
