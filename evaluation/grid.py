"""A grid: one system with some of its parameters tried at several values, one point for each."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cached_property, reduce
from itertools import product
from math import prod
from typing import Any

from evaluation.errors import InputError, UnknownNameError
from evaluation.simplex import decimal, simplex, simplex_size, step_of, weights_text
from evaluation.stage import make_stage
from evaluation.system import Node, System, system_from_dict
from evaluation.system_editing import Path, node_at, with_depth, with_stage

MOST_POINTS = 500
MOST_AXES = 20
DEPTH = "depth"  # of a node: how many documents it returns, or a reranker reads
UNTUNED = "untuned"


@dataclass(frozen=True)
class Axis:
    """One parameter of one stage, with the values to try.

    Attributes:
        path: of the node in the tree (see `system_editing`).
        name: of the stage's parameter, or `depth`.
        values: all different, of the type of the parameter.
        step: for weights, the step of the simplex that gave the values; else None.
    """

    path: Path
    name: str
    values: tuple[Any, ...]
    step: Fraction | None = None

    def apply(self, root: Node, value: object) -> Node:
        """Give the tree with a value in the parameter's place. Raises InputError if it fits not."""
        if self.name == DEPTH:
            return with_depth(root, self.path, value)  # type: ignore[arg-type]
        stage = node_at(root, self.path).stage
        return with_stage(
            root, self.path, make_stage(stage.name, stage.parameters() | {self.name: value})
        )

    def read(self, root: Node) -> Any:
        """Give the value of the parameter in a tree."""
        node = node_at(root, self.path)
        return node.depth if self.name == DEPTH else node.stage.parameters()[self.name]

    def bounds(self, root: Node) -> tuple[float | None, float | None]:
        """Give the least and greatest value that the parameter takes; None for open."""
        if self.name == DEPTH:
            return 1, None
        stage = node_at(root, self.path).stage
        declared = {p.name: p.metadata.get("bounds", (None, None)) for p in fields(stage)}
        low, high = declared[self.name]
        return low, high

    @property
    def ordered(self) -> bool:
        """Whether the values are numbers, so that there is a least and a greatest one."""
        return all(type(value) in (int, float) for value in self.values)

    def to_dict(self) -> dict[str, Any]:
        """Give the axis as plain values."""
        tried = {"step": decimal(self.step)} if self.step else {"values": list(self.values)}
        return {"node": list(self.path), "name": self.name, **tried}


@dataclass(frozen=True)
class Grid:
    """A system and the axes along which it is tuned; points are all combinations of values.

    Attributes:
        system: as it is before tuning.
        axes: at least one; the values of the last one change fastest from point to point.
    """

    system: System
    axes: tuple[Axis, ...]

    def __post_init__(self) -> None:
        """Check that the axes differ and that the points are not too many."""
        if not self.axes:
            raise InputError("The grid varies nothing. Choose a parameter and values to try.")
        places = [(axis.path, axis.name) for axis in self.axes]
        if len(set(places)) < len(places):
            raise InputError("The grid names a parameter twice. Put all its values in one place.")
        if self.size > MOST_POINTS:
            raise InputError(
                f"The grid has {self.size:,} points; {MOST_POINTS} are the most. "
                "Try fewer values, or fewer parameters at a time."
            )

    @property
    def size(self) -> int:
        """How many points there are."""
        return prod(len(axis.values) for axis in self.axes)

    @cached_property
    def settings(self) -> list[tuple[Any, ...]]:
        """The values of each point, one per axis."""
        return list(product(*(axis.values for axis in self.axes)))

    @cached_property
    def untuned(self) -> int:
        """The system number of the system as it is: a point, or one more behind the points."""
        own = tuple(axis.read(self.system.root) for axis in self.axes)
        return self.settings.index(own) if own in self.settings else self.size

    @cached_property
    def titles(self) -> list[str]:
        """A short name per axis: `k1`, or `bm25 k1` where several are called so."""
        names = [axis.name for axis in self.axes]
        found = []
        for axis in self.axes:
            node = node_at(self.system.root, axis.path)
            unclear = names.count(axis.name) > 1 or axis.name == DEPTH
            found.append(f"{node.stage.name} {axis.name}" if unclear else axis.name)
        return [
            f"{title} ({'.'.join(str(place + 1) for place in axis.path) or 'last stage'})"
            if found.count(title) > 1
            else title
            for axis, title in zip(self.axes, found, strict=True)
        ]

    def name(self, number: int) -> str:
        """Name a system of the grid by its values: `k1=0.9, b=0.4`."""
        if number >= self.size:
            return UNTUNED
        pairs = zip(self.titles, self.settings[number], strict=True)
        return ", ".join(f"{title}={shown(value)}" for title, value in pairs)

    def systems(self) -> tuple[System, ...]:
        """Make one system per point, numbered as `settings`; the untuned one last if it is none."""
        made = []
        for number, values in enumerate(self.settings):
            pairs = zip(self.axes, values, strict=True)
            root = reduce(lambda tree, pair: pair[0].apply(tree, pair[1]), pairs, self.system.root)
            made.append(System(self.name(number), root))
        if self.untuned == self.size:
            made.append(System(UNTUNED, self.system.root))
        return tuple(made)

    def to_dict(self) -> dict[str, Any]:
        """Give the grid as plain values; `grid_from_dict` reads it back as an equal one."""
        axes = [axis.to_dict() for axis in self.axes]
        return {"system": self.system.to_dict(), "parameters": axes}


def shown(value: object) -> str:
    """Write a value of a parameter for people: weights in brackets, the rest as it is."""
    text = str(value) if value != "" else "equal"
    return f"({text})" if "," in text else text


def axis_of(system: System, path: Path, name: str, values: list[Any]) -> Axis:
    """Make an axis from values; each is checked as its stage would, so `1` becomes `1.0`.

    Raises:
        InputError: there is no such node, or it does not take a value, or one stands there twice.
        UnknownNameError: the stage has no such parameter.
    """
    node = node_at(system.root, path)
    known = [*node.stage.parameters(), DEPTH]
    if name not in known:
        raise UnknownNameError(f"parameter of {node.stage.name}", name, known)
    where = f"{node.stage.label}: {name}"
    if not values:
        raise InputError(f"{where} has no values to try. Give at least one.")
    if len(values) > MOST_POINTS:
        raise InputError(
            f"{where} has {len(values):,} values; {MOST_POINTS} points are the most. Take fewer."
        )
    bare = Axis(path, name, ())
    checked = [bare.read(bare.apply(system.root, value)) for value in values]
    for value in checked:
        if checked.count(value) > 1:
            raise InputError(f"{where} has the value {value} twice. Leave one out.")
    return Axis(path, name, tuple(checked))


def weights_axis(system: System, path: Path, name: str, step: str) -> Axis:
    """Make an axis of fusion weights: every way to share 1 among the inputs in equal steps.

    Raises:
        InputError: the step does not divide 1, gives too many points, or the node has no inputs.
    """
    node = node_at(system.root, path)
    if len(node.inputs) < 2:
        raise InputError(f"{node.stage.label} has no inputs to weigh. Give `values` instead.")
    share = step_of(step)
    size = simplex_size(len(node.inputs), share)
    if size > MOST_POINTS:
        raise InputError(
            f"{node.stage.label}: steps of {step} give {size:,} points for {len(node.inputs)} "
            f"inputs; {MOST_POINTS} are the most. Take a larger step."
        )
    texts = [weights_text(weights) for weights in simplex(len(node.inputs), share)]
    made = axis_of(system, path, name, texts)
    return Axis(path, name, made.values, share)


def grid_from_dict(value: object) -> Grid:
    """Read a grid: `system` and a list of `parameters`, each with node, name and values or step.

    `node` lists the inputs to follow from the last stage (the root) to the one that is meant;
    without it the root is meant. Raises InputError for anything that is not well-formed.
    """
    if not isinstance(value, Mapping) or not isinstance(value.get("parameters"), list):
        raise InputError("The grid is not well-formed. Write `system:` and a list `parameters:`.")
    if len(value["parameters"]) > MOST_AXES:
        raise InputError(f"The grid varies more than {MOST_AXES} parameters. Leave some out.")
    system = system_from_dict(value.get("system"))
    return Grid(system, tuple(_axis(system, item) for item in value["parameters"]))


def _axis(system: System, value: object) -> Axis:
    if not isinstance(value, Mapping) or not isinstance(value.get("name"), str):
        raise InputError(
            f"A parameter of the grid is {str(value)[:60]!r}. Write `name: k1` and `values: [...]`."
        )
    node, name = value.get("node") or [], value["name"]
    if not isinstance(node, list) or not all(type(place) is int for place in node):
        raise InputError(f"{name}: `node` is {str(node)[:60]!r}. Give numbers of inputs from 0.")
    if "step" in value:
        return weights_axis(system, tuple(node), name, str(value["step"]))
    if not isinstance(value.get("values"), list):
        raise InputError(f"{name} has no list of `values` in the grid. Write `values: [1, 2]`.")
    return axis_of(system, tuple(node), name, value["values"])
