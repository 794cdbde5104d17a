"""What of a system can be tuned, which values are worth a try, and values as people type them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from evaluation.errors import InputError
from evaluation.grid import DEPTH, MOST_POINTS, Axis, axis_of, weights_axis
from evaluation.system import Node, System
from evaluation.system_editing import Path

FACTORS = {int: (0.25, 0.5, 1, 2, 4), float: (1 / 3, 2 / 3, 1, 4 / 3, 2)}  # of the present value
STEPS_WITHIN = 5  # steps from the least to the greatest value
WEIGHTS = "weights"
STEP = "0.1"
LONGEST = 2000  # characters of typed values


@dataclass(frozen=True)
class Tunable:
    """A parameter that a grid may vary.

    Attributes:
        path: of its node in the tree.
        name: of the parameter, or `depth`.
        stage: label of the stage, for people; with its place where a label comes twice.
        kind: `numbers`, `choices` or `weights`.
        value: what it is now.
        meaning: one sentence.
        choices: all values there are, for `choices`.
        bounds: least and greatest value, for `numbers`.
    """

    path: Path
    name: str
    stage: str
    kind: str
    value: Any
    meaning: str
    choices: tuple[Any, ...] = ()
    bounds: tuple[float | None, float | None] = (None, None)

    @property
    def key(self) -> str:
        """A short text that stands for it: `0.1:k1`, `:depth`."""
        return f"{'.'.join(map(str, self.path))}:{self.name}"

    @property
    def label(self) -> str:
        """Name it for people: `BM25 · k1`."""
        return f"{self.stage} · {self.name.replace('_', ' ')}"

    def suggestion(self) -> str:
        """Give values worth a first try around the present one, as people type them."""
        if self.kind == WEIGHTS:
            return STEP
        if self.kind == "choices":
            return ", ".join(map(str, self.choices))
        return ", ".join(_written(value) for value in _spread(self.value, self.bounds))

    def axis(self, system: System, typed: str) -> Axis:
        """Make the axis from what was typed (or a step, for weights). Raises InputError."""
        if self.kind == WEIGHTS:
            return weights_axis(system, self.path, self.name, typed)
        if self.kind == "choices":
            known: Mapping[str, Any] = {str(choice): choice for choice in self.choices}
            chosen = [known[part] for part in typed.split(", ") if part in known]
            return axis_of(system, self.path, self.name, chosen)
        values = numbers_from_text(typed, self.label, whole=type(self.value) is int)
        return axis_of(system, self.path, self.name, values)


def tunables(system: System) -> list[Tunable]:
    """List what a grid may vary: numbers, choices, fusion weights, depths of inner stages.

    Texts such as the name of a model are left out, and so is what the application sets itself.
    """
    nodes = list(_places(system.root, ()))
    labels = [node.stage.label for _, node in nodes]
    found = []
    for path, node in nodes:
        twice = labels.count(node.stage.label) > 1
        where = f" (input {'.'.join(str(place + 1) for place in path)})" if twice and path else ""
        found += _of_node(path, node, f"{node.stage.label}{where}")
    return found


def _places(node: Node, path: Path) -> list[tuple[Path, Node]]:
    inner = [pair for place, n in enumerate(node.inputs) for pair in _places(n, (*path, place))]
    return [(path, node), *inner]


def _of_node(path: Path, node: Node, stage: str) -> list[Tunable]:
    found = []
    for parameter in fields(node.stage):
        if parameter.metadata.get("internal"):
            continue
        value = getattr(node.stage, parameter.name)
        choices = parameter.metadata.get("choices", ())
        if type(value) is bool:
            choices = (False, True)
        weights = node.stage.kind == "fusion" and parameter.name == WEIGHTS
        kind = WEIGHTS if weights else "choices" if choices else "numbers"
        if kind == "numbers" and type(value) not in (int, float):
            continue
        meaning = parameter.metadata.get("meaning", "")
        bounds = parameter.metadata.get("bounds", (None, None))
        found.append(
            Tunable(path, parameter.name, stage, kind, value, meaning, tuple(choices), bounds)
        )
    meaning = "How many of the best documents the stage reads or returns per query."
    found.append(Tunable(path, DEPTH, stage, "numbers", node.depth, meaning, bounds=(1, None)))
    return found


def numbers_from_text(text: str, where: str, whole: bool) -> list[int] | list[float]:
    """Read `0.3, 0.6, 0.9` or `0.2:1:0.2` (from, to, step; both ends count), or both mixed.

    Ranges are counted in decimals, so that `0:1:0.1` gives eleven values and ends at 1.

    Raises:
        InputError: something is no number, or there are more values than a grid may have.
    """
    found: list[Decimal] = []
    for part in text[:LONGEST].replace(";", ",").split(","):
        if part.strip():
            found += _range(part.strip(), where)
        if len(found) > MOST_POINTS:
            raise _too_many(where)
    if whole and any(value != value.to_integral_value() for value in found):
        raise InputError(f"{where} takes whole numbers. Leave the others out.")
    if whole:
        return [int(value) for value in dict.fromkeys(found)]
    return [float(value) for value in dict.fromkeys(found)]


def _range(part: str, where: str) -> list[Decimal]:
    try:
        numbers = [Decimal(number.strip()) for number in part.split(":")]
    except InvalidOperation:
        numbers = []
    fine = all(number.is_finite() and abs(number) <= 10**9 for number in numbers)
    if (
        len(numbers) not in (1, 3)
        or not fine
        or (len(numbers) == 3 and numbers[2] < Decimal("1e-9"))
    ):
        raise InputError(
            f"{where}: {part[:40]!r} is not understood. Write numbers with commas between them, "
            "such as `0.3, 0.6, 0.9`, or from:to:step, such as `0.2:1:0.2`."
        )
    if len(numbers) == 1:
        return numbers
    start, end, step = numbers
    count = int((end - start) // step) + 1
    if count > MOST_POINTS:
        raise _too_many(where)
    return [start + place * step for place in range(count)]


def _too_many(where: str) -> InputError:
    return InputError(f"{where} has more than {MOST_POINTS} values. Take fewer, or a larger step.")


def _spread(value: float, bounds: tuple[float | None, float | None]) -> list[float]:
    """Give values around the present one, in rising order, within the bounds."""
    low, high = bounds
    whole = type(value) is int
    if not whole and low is not None and high is not None and high - low <= 1:
        steps = [low + (high - low) * place / STEPS_WITHIN for place in range(STEPS_WITHIN + 1)]
        return sorted({*(float(f"{step:.6g}") for step in steps), value})
    around = {float(f"{value * factor:.2g}") for factor in FACTORS[type(value)]} | {float(value)}
    near = {max(1, round(each)) for each in around} if whole and value else around
    kept = {
        each for each in near if (low is None or each >= low) and (high is None or each <= high)
    }
    return sorted(kept)


def _written(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e6 else str(int(value))
