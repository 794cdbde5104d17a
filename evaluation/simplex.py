"""Every way to share one whole among several parts in equal steps, as exact numbers."""

from fractions import Fraction
from math import comb

from evaluation.errors import InputError

STEPS = ("0.5", "0.25", "0.2", "0.125", "0.1", "0.05", "0.025", "0.02", "0.01")
LONGEST = 20  # characters of a step; a longer one is a slip


def step_of(text: str) -> Fraction:
    """Read a step such as `0.1` or `1/8`.

    Raises:
        InputError: it is no number, does not divide 1, or its multiples have no finite decimals,
            so that weights written out would not sum to 1 exactly.
    """
    known = f"Give one of {', '.join(STEPS)}."
    try:
        step = Fraction(text.strip()) if len(text) <= LONGEST and "e" not in text.lower() else None
    except (ValueError, ZeroDivisionError):
        step = None
    if step is None or not 0 < step <= 1:
        raise InputError(f"The step of the weights is {text[:40]!r}. {known}")
    if step.numerator != 1:
        raise InputError(f"The step of the weights is {text}, which does not divide 1. {known}")
    rest = step.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        raise InputError(f"The step of the weights is {text}, which has no exact decimals. {known}")
    return step


def simplex_size(parts: int, step: Fraction) -> int:
    """Count the points: 66 for three parts in steps of 0.1."""
    return comb(step.denominator + parts - 1, parts - 1)


def simplex(parts: int, step: Fraction) -> list[tuple[Fraction, ...]]:
    """Give every point, both ends included; the weights of each sum to exactly 1.

    Counted in whole steps, because sums of rounded numbers miss some of them. The first part
    falls from 1 to 0, then the second one, and so on.
    """
    return [tuple(count * step for count in counts) for counts in _shares(parts, step.denominator)]


def _shares(parts: int, whole: int) -> list[tuple[int, ...]]:
    if parts == 1:
        return [(whole,)]
    return [
        (first, *rest)
        for first in range(whole, -1, -1)
        for rest in _shares(parts - 1, whole - first)
    ]


def decimal(value: Fraction) -> str:
    """Write a fraction with finite decimals exactly: `0.125`."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    return f"{float(value):.{places}f}"  # at most 15 digits, which a float holds


def weights_text(weights: tuple[Fraction, ...]) -> str:
    """Write weights as the stages read them: `0.3, 0.7`."""
    return ", ".join(decimal(weight) for weight in weights)
