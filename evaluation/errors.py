"""What can go wrong in a way a person can mend, said in a sentence."""

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST_NAME, MOST_NAMES = 100, 30  # shown in a message


class EvaluationError(Exception):
    """A fault a visitor can mend: the message says what is wrong, where, and what to do."""


class InputError(EvaluationError):
    """A file, a table or a text that was given does not hold what it should."""


def shown(value: object) -> str:
    """Write a value that somebody gave for a message: on one line, and never long."""
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}…{text[-1]}"


class UnknownNameError(EvaluationError):
    """A name that stands for nothing here; the message offers the nearest known one."""

    def __init__(self, what: str, name: object, known: Iterable[str]) -> None:
        options = sorted(known)
        name = str(name)
        near = get_close_matches(name[:LONGEST_NAME], options, n=1, cutoff=0.5)
        listed = ", ".join(options[:MOST_NAMES]) + (" ..." if len(options) > MOST_NAMES else "")
        hint = f"Did you mean {near[0]!r}?" if near else f"Known are: {listed or 'none'}."
        called = repr(name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…")
        super().__init__(f"There is no {what} called {called}. {hint}")


class ModelError(EvaluationError):
    """A model that cannot be found, loaded or used for what was asked."""


class DiskFullError(EvaluationError):
    """Something could not be written for want of room; `disk_room` makes its sentence."""


class CancelledError(Exception):
    """The person asked for the work to stop; raised from inside a progress report."""
