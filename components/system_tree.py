"""A system as a tree of stages that can be edited: what reads from what, node within node."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import streamlit as st

from components import safe, state
from components.errors import show
from components.stage_choice import Offer, choice_of
from components.stage_form import show_stage_form
from components.system_line import changed_parameters
from evaluation.errors import EvaluationError, InputError
from evaluation.stage import Stage
from evaluation.system import Node, searched_by
from evaluation.system_editing import (
    Path,
    can_remove,
    fused,
    node_at,
    removed,
    topped,
    with_depth,
    with_input,
    with_stage,
)

ICONS = {
    "retriever": ":material/search:",
    "run": ":material/upload_file:",
    "fusion": ":material/merge:",
    "feedback": ":material/replay:",
    "reranker": ":material/swap_vert:",
    "cutoff": ":material/content_cut:",
}
READS = {
    "fusion": "merges",
    "feedback": "searches again, with a query changed by what comes from",
    "reranker": "orders anew what comes from",
    "cutoff": "keeps the beginning of what comes from",
}
ABOVE = {
    "reranker": "Rerank",
    "feedback": "Search again",
    "fusion": "Fuse",
    "cutoff": "Cut off",
}
DEPTH_HELP = {
    "retriever": "How many documents it returns per query.",
    "run": "How many documents of the run are used per query.",
    "fusion": "How many documents the merged list keeps per query.",
    "feedback": "How many documents the second search returns per query.",
    "reranker": "How many of the best documents it scores anew, and returns.",
    "cutoff": "How many documents it keeps per query at most.",
}


@dataclass(frozen=True)
class Tree:
    """The tree being edited.

    Attributes:
        key: makes the widgets of this tree apart from those of others.
        root: the tree.
        offer: what may stand in it.
        take: gets the new tree after each edit.
    """

    key: str
    root: Node
    offer: Offer
    take: Callable[[Node], None]

    def widget(self, path: Path, what: str) -> str:
        """Give the key of a widget of a node; another stage in its place has other widgets."""
        place = ".".join(map(str, path))
        return f"{self.key} {place} {node_at(self.root, path).stage.name} {what}"


def show_tree(tree: Tree) -> None:
    """Show every node with its stage, parameters, depth and what can be done to it."""
    _show_node(tree, ())
    fault = state.draft(f"fault {tree.key}", "")
    if fault:
        show(fault)


def _show_node(tree: Tree, path: Path) -> None:
    node = node_at(tree.root, path)
    with st.container(border=True, gap="small"):
        _show_head(tree, path, node)
        if node.stage.kind != "run":

            def take(stage: Stage) -> None:
                _edit(tree, lambda: with_stage(tree.root, path, stage))

            with _parameters(tree, node):
                show_stage_form(node.stage, tree.widget(path, "form"), take)
        if node.inputs:
            st.caption(f"{READS.get(node.stage.kind, 'reads')}:")
        for place in range(len(node.inputs)):
            _show_node(tree, (*path, place))


def _parameters(tree: Tree, node: Node) -> AbstractContextManager[object]:
    """Give the place of a form: folded away if the tree has several, saying what was changed."""
    if not tree.root.inputs:
        return nullcontext()
    changed = changed_parameters(node).partition(": ")[2]
    label = f"Parameters · {safe.label(changed)}" if changed else "Parameters"
    return st.expander(label, type="compact")


def _show_head(tree: Tree, path: Path, node: Node) -> None:
    """One row: which stage, how deep, and the menu."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _pick_stage(tree, path, node)
        _pick_depth(tree, path, node)
        _show_menu(tree, path, node)


def _pick_stage(tree: Tree, path: Path, node: Node) -> None:
    widget = state.widget_key(tree.widget(path, "stage"))
    offered = tree.offer.alternatives(node.stage)
    st.session_state[widget] = choice_of(node.stage)
    st.selectbox(
        "Stage",
        list(offered),
        format_func=offered.__getitem__,
        key=widget,
        icon=ICONS.get(node.stage.kind),
        help=safe.label(_summary(node.stage), 600),
        on_change=lambda: _take_stage(tree, path, widget),
    )


def _pick_depth(tree: Tree, path: Path, node: Node) -> None:
    widget = state.widget_key(tree.widget(path, "depth"))
    st.session_state[widget] = node.depth
    st.number_input(
        "Depth",
        min_value=1,
        max_value=1_000_000,
        step=100 if node.depth >= 100 else 10,
        key=widget,
        width=130,
        help=DEPTH_HELP.get(node.stage.kind, "Documents per query."),
        on_change=lambda: _take_depth(tree, path, widget),
    )


def _show_menu(tree: Tree, path: Path, node: Node) -> None:
    """Offer what can be done to a node: put a stage above it, add an input, take it out."""
    actions = {f"above {name}": label for name, label in _above(tree, path).items()}
    if node.stage.kind == "fusion":
        actions["input"] = "Add an input"
    if can_remove(tree.root, path):
        actions["remove"] = "Take out"
    if not actions:
        return
    widget = state.widget_key(tree.widget(path, "menu"))
    st.menu_button(
        "Change",
        list(actions),
        format_func=actions.__getitem__,
        key=widget,
        icon=":material/account_tree:",
        help="Put a stage above this one, fuse it with another, or take it out.",
        on_click=lambda: _act(tree, path, str(st.session_state[widget])),
    )


def _above(tree: Tree, path: Path) -> dict[str, str]:
    """Give what can stand above a node; feedback only where it finds an index to search again."""
    found = {}
    for name, label in tree.offer.above().items():
        stage = tree.offer.fresh(name)
        if stage.kind != "feedback" or _can_search(stage, node_at(tree.root, path)):
            found[name] = f"{ABOVE[stage.kind]}: {label}"
    return found


def _can_search(stage: Stage, below: Node) -> bool:
    try:
        searched_by(Node(stage, (below,)))
    except InputError:
        return False
    return True


def _act(tree: Tree, path: Path, action: str) -> None:
    word, _, name = action.partition(" ")
    root = tree.root
    if word == "remove":
        _edit(tree, lambda: removed(root, path))
    elif word == "input":
        _edit(tree, lambda: with_input(root, path, tree.offer.another_leaf(root)))
    elif word == "above" and name in tree.offer.above():
        stage = tree.offer.fresh(name)
        if stage.kind == "fusion":
            _edit(tree, lambda: fused(root, path, stage, [tree.offer.another_leaf(root)]))
        else:
            _edit(tree, lambda: topped(root, path, stage))


def _take_stage(tree: Tree, path: Path, widget: str) -> None:
    choice = str(st.session_state[widget])
    if choice in tree.offer.alternatives(node_at(tree.root, path).stage):
        _edit(tree, lambda: with_stage(tree.root, path, tree.offer.fresh(choice)))


def _take_depth(tree: Tree, path: Path, widget: str) -> None:
    depth = st.session_state[widget]
    if depth is not None:
        _edit(tree, lambda: with_depth(tree.root, path, int(depth)))


def _edit(tree: Tree, make: Callable[[], Node]) -> None:
    """Take an edit over; one that gives no valid tree is answered with its sentence."""
    fault = ""
    try:
        tree.take(make())
    except EvaluationError as error:
        fault = str(error)
    state.keep_draft(f"fault {tree.key}", fault)


def _summary(stage: Stage) -> str:
    first = (type(stage).__doc__ or stage.label).strip().partition("\n\n")[0]
    return f"{first} {stage.source}".strip()
