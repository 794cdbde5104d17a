"""Changing a tree of stages: every edit gives a new, valid tree and leaves the old one alone.

A place in a tree is a path: the numbers of the inputs to follow from the root; `()` is the root.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from evaluation.errors import InputError
from evaluation.stage import Stage, make_stage
from evaluation.system import INPUTS, RERANK_DEPTH, Node

Path = tuple[int, ...]


def node_at(root: Node, path: Path) -> Node:
    """Give the node at a path. Raises InputError if the tree has none there."""
    for place in path:
        if not 0 <= place < len(root.inputs):
            raise InputError(f"{root.stage.label} has no input {place + 1}. Open the tree again.")
        root = root.inputs[place]
    return root


def replaced(root: Node, path: Path, new: Node) -> Node:
    """Put another node in the place of one."""
    node_at(root, path)
    if not path:
        return new
    place, rest = path[0], path[1:]
    inputs = list(root.inputs)
    inputs[place] = replaced(inputs[place], rest, new)
    return replace(root, inputs=tuple(inputs))


def with_stage(root: Node, path: Path, stage: Stage) -> Node:
    """Let another stage, or the same with other parameters, do the work of a node."""
    return replaced(root, path, replace(node_at(root, path), stage=stage))


def with_depth(root: Node, path: Path, depth: int) -> Node:
    """Let a node return another number of documents."""
    return replaced(root, path, replace(node_at(root, path), depth=depth))


def topped(root: Node, path: Path, stage: Stage) -> Node:
    """Put a stage with one input above a node: a reranker, feedback or a cut-off.

    A reranker reads the best 100 documents only, the others as many as the node returns.
    """
    node = node_at(root, path)
    most = RERANK_DEPTH if stage.kind == "reranker" else node.depth
    return replaced(root, path, Node(stage, (node,), min(most, node.depth)))


def fused(root: Node, path: Path, stage: Stage, others: Sequence[Node]) -> Node:
    """Merge what a node returns with what others return."""
    node = node_at(root, path)
    return replaced(root, path, Node(stage, (node, *others), node.depth))


def with_input(root: Node, path: Path, new: Node) -> Node:
    """Give a fusion one more input, the last one."""
    node = node_at(root, path)
    return replaced(root, path, replace(node, inputs=(*node.inputs, new)))


def can_remove(root: Node, path: Path) -> bool:
    """Say whether a tree is left when a node is taken out."""
    node = node_at(root, path)
    return bool(node.inputs) or _parent_takes_several(root, path)


def removed(root: Node, path: Path) -> Node:
    """Take a node out: a reranker or fusion leaves its first input, an input of a fusion goes.

    A fusion left with one input is replaced by it.

    Raises:
        InputError: nothing would be left for the node above, or of the system.
    """
    node = node_at(root, path)
    if node.inputs:
        return replaced(root, path, node.inputs[0])
    if not _parent_takes_several(root, path):
        raise InputError(
            f"{node.stage.label} cannot be taken out, because the system would have nothing to "
            "start from. Choose another stage in its place."
        )
    parent = node_at(root, path[:-1])
    left = tuple(n for place, n in enumerate(parent.inputs) if place != path[-1])
    new = left[0] if len(left) == 1 else replace(parent, inputs=left)
    return replaced(root, path[:-1], new)


def _parent_takes_several(root: Node, path: Path) -> bool:
    if not path:
        return False
    return INPUTS.get(node_at(root, path[:-1]).stage.kind, (1, 1))[1] > 1


def with_parameter(root: Node, name: str, value: Any) -> Node:
    """Give every stage of a tree that has this parameter, and allows the value, the value."""
    inputs = tuple(with_parameter(child, name, value) for child in root.inputs)
    declared = {p.name: p.metadata.get("choices") or (value,) for p in fields(root.stage)}
    if value not in declared.get(name, ()):
        return replace(root, inputs=inputs)
    stage = make_stage(root.stage.name, root.stage.parameters() | {name: value})
    return replace(root, stage=stage, inputs=inputs)


def suggested_name(node: Node, runs: Mapping[str, str]) -> str:
    """Give a tree a short name for people, such as `MaxSim over BM25 + Dense`.

    Args:
        node: the root of the tree.
        runs: names of uploaded runs by id.
    """
    stage = node.stage
    if stage.kind == "run":
        run_id = str(stage.parameters()["run"])
        return runs.get(run_id, run_id) or stage.label
    inputs = " + ".join(suggested_name(child, runs) for child in node.inputs)
    if stage.kind == "fusion":
        return f"{stage.title()}: {inputs}"
    return f"{stage.title()} over {inputs}" if inputs else stage.title()
