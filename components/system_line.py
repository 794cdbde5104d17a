"""A system in one line for people: the tree, then every parameter that is not as usual."""

from evaluation.system import Node, System


def system_line(system: System) -> str:
    """Write a system as one line, such as `rrf(bm25, dense) @ 1000 · BM25: k1=1.2`."""
    parts = [changed_parameters(node) for node in system.root.walk()]
    return " · ".join([system.line(), *dict.fromkeys(part for part in parts if part)])


def changed_parameters(node: Node) -> str:
    """Name the parameters of a stage that differ from their defaults; "" for none."""
    stage = node.stage
    changed = stage.title().removeprefix(stage.label).strip()
    return f"{stage.label}: {changed[1:-1]}" if changed.startswith("(") else ""
