"""What to beware of in the result of a grid: its edge, a flat surface, folds that disagree."""

from collections.abc import Sequence

from evaluation.grid import Axis, Grid, shown
from evaluation.system import Node
from evaluation.system_editing import node_at
from evaluation.tuning import LEVEL, Tuning


def edges(grid: Grid, tuning: Tuning) -> list[str]:
    """Say for each parameter whose best value is the least or greatest tried that it is so.

    Not where the parameter itself ends there, nor where only one value was tried. A weight of 0
    is said in words of its own.
    """
    found = []
    values = grid.settings[tuning.best]
    for axis, title, value in zip(grid.axes, grid.titles, values, strict=True):
        if axis.step:
            found += _weightless(grid.system.root, axis, str(value))
        elif axis.ordered and len(axis.values) > 1:
            found += _edge(grid.system.root, axis, title, value)
    return found


def _edge(root: Node, axis: Axis, title: str, value: float) -> list[str]:
    low, high = axis.bounds(root)
    least, greatest = min(axis.values), max(axis.values)
    found = []
    if value == least != low:
        found.append(("least", "smaller"))
    if value == greatest != high:
        found.append(("greatest", "larger"))
    return [
        f"The best {title} is {shown(value)}, the {which} value tried: the real best may lie "
        f"beyond the grid. Try {more} values, too."
        for which, more in found
    ]


def _weightless(root: Node, axis: Axis, value: str) -> list[str]:
    weights = [float(weight) for weight in value.split(",")]
    inputs = node_at(root, axis.path).inputs
    idle = [node.stage.label for node, weight in zip(inputs, weights, strict=True) if not weight]
    if not idle:
        return []
    return [
        f"The best weights give nothing to {' and '.join(idle)}: without that the system would be "
        "simpler, cheaper, and no worse here."
    ]


def flatness(tuning: Tuning, queries: int) -> list[str]:
    """Say what cannot be told from the best: the untuned system, and how many other settings."""
    found = []
    p = float(tuning.p[tuning.untuned])
    if tuning.best == tuning.untuned:
        found.append("The untuned setting is the best of the grid: there is nothing to change.")
    elif p > LEVEL:
        found.append(
            f"The best setting cannot be told from the untuned one with these {queries:,} queries "
            f"(paired t-test, corrected over all settings, p = {p:.2f}): changing it may bring "
            "nothing."
        )
    if tuning.flat:
        others = int(tuning.tied.sum()) - 1
        whole = int((tuning.means[: len(tuning.tied)] == tuning.means[: len(tuning.tied)]).sum())
        found.append(
            f"The surface is flat: {others:,} of {whole - 1:,} other settings cannot be told from "
            "the best. Take the cheapest or most usual of them; the exact best is chance."
        )
    return found


def disagreement(grid: Grid, tuning: Tuning) -> list[str]:
    """Say so if the folds chose different settings."""
    chosen = [fold.chosen for fold in tuning.folds]
    different = sorted(set(chosen), key=lambda number: (-chosen.count(number), number))
    if len(different) < 2:
        return []
    named = "; ".join(f"{grid.name(n)} ({chosen.count(n)})" for n in different[:4])
    more = f"; and {len(different) - 4} more" if len(different) > 4 else ""
    return [
        f"The {len(chosen)} folds chose {len(different)} different settings: {named}{more}. The "
        "best setting depends on which queries are asked."
    ]


def gaps(grid: Grid, failed: Sequence[int], waiting: int) -> list[str]:
    """Say which points have no value for every query, so that they could not be chosen."""
    found = []
    if failed:
        named = "; ".join(grid.name(number) for number in failed[:3])
        more = f"; and {len(failed) - 3} more" if len(failed) > 3 else ""
        found.append(
            f"{len(failed)} of {grid.size} settings have no value for every query and could not "
            f"be chosen: {named}{more}."
        )
    if waiting:
        found.append(
            f"{waiting} of {grid.size} settings have not been run yet: everything here is about "
            "the others."
        )
    return found
