"""Choosing queries by what systems reach on them: "A at least 0.8 and B below 0.3"."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.comparison import TIE
from evaluation.errors import InputError
from evaluation.measures.names import measure_problems

Values = npt.NDArray[np.float64]
ScoresOf = Callable[[int, str], Values]

LEAST, BELOW = "least", "below"
MOST = 8  # conditions
LONGEST = 2000  # characters of all conditions in an address
EXAMPLE = "Write a condition like 0~nDCG@10~least~0.8, or 3-0~nDCG@10~below~0 for a difference."


@dataclass(frozen=True)
class Condition:
    """One demand on a query.

    Attributes:
        system: number of the system whose value is looked at.
        minus: number of a system whose value is taken from it; None for the value itself.
        measure: an ir-measures expression.
        comparison: `LEAST` or `BELOW`.
        number: what the value is compared with.
    """

    system: int
    minus: int | None
    measure: str
    comparison: str
    number: float

    def written(self) -> str:
        """Write the condition as `read_conditions` reads it."""
        subject = f"{self.system}" if self.minus is None else f"{self.system}-{self.minus}"
        return f"{subject}~{self.measure}~{self.comparison}~{self.number:.10g}"


def read_conditions(text: str, systems: Sequence[int]) -> list[Condition]:
    """Read conditions from an address, joined by `;`; the empty text is none.

    Args:
        text: as written by anybody.
        systems: numbers of the systems that have results.

    Raises:
        InputError: the text is no list of conditions, or names a system or measure that is not
            there.
    """
    if len(text) > LONGEST or text.count(";") >= MOST:
        raise InputError(f"The filter in the address is too long. Use at most {MOST} conditions.")
    return [_read(part, systems) for part in text.split(";") if part.strip()]


def write_conditions(conditions: Sequence[Condition]) -> str:
    """Write conditions for an address."""
    return ";".join(condition.written() for condition in conditions)


def meets(
    conditions: Sequence[Condition], scores_of: ScoresOf, queries: int
) -> npt.NDArray[np.bool_]:
    """Say for each query whether it meets all conditions.

    A query that a system failed on meets no condition on that system: its value is not known.
    Values within 1e-9 of the number count as at least the number.

    Args:
        conditions: all of which must be met.
        scores_of: gives the values of a system by a measure, one per query.
        queries: how many there are.
    """
    met = np.ones(queries, bool)
    for condition in conditions:
        values = scores_of(condition.system, condition.measure)
        if condition.minus is not None:
            values = values - scores_of(condition.minus, condition.measure)
        reached = values >= condition.number - TIE
        met &= ~np.isnan(values) & (reached == (condition.comparison == LEAST))
    return met


def _read(part: str, systems: Sequence[int]) -> Condition:
    pieces = part.strip().split("~")
    if len(pieces) != 4 or pieces[2] not in (LEAST, BELOW):
        raise InputError(f"{_shown(part)} is not a condition on queries. {EXAMPLE}")
    numbers = [_system(name, part, systems) for name in pieces[0].split("-")]
    if len(numbers) > 2:
        raise InputError(f"{_shown(part)} names more than two systems. {EXAMPLE}")
    problems = measure_problems([pieces[1]])
    if problems:
        raise InputError(" ".join(problems))
    minus = numbers[1] if len(numbers) == 2 else None
    return Condition(numbers[0], minus, pieces[1], pieces[2], _number(pieces[3], part))


def _system(name: str, part: str, systems: Sequence[int]) -> int:
    known = {str(number): number for number in systems}
    if name not in known:
        raise InputError(
            f"{_shown(part)} asks for system {_shown(name)}, which has no results. The systems "
            f"with results are {', '.join(known)}."
        )
    return known[name]


def _number(text: str, part: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InputError(f"{_shown(part)} does not end with a number. {EXAMPLE}")
    return number


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:60]}...")
