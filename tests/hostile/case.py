"""What a hostile input is: something to do in a place of its own, and what must come of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.workspace import Workspace

MARGIN = 1_000_000_000  # bytes of memory that one input may take beyond an idle process
SECONDS = 20.0  # that one input may take
SENTENCE = re.compile(r"[^\n\r\0\x1b\u202e]{20,1200}[.?]")
CLASS_NAME = re.compile(r"\b[A-Z]\w*(Error|Exception)\b|Traceback|\bNoneType\b|<class")


@dataclass(frozen=True)
class Place:
    """Where a case is tried.

    Attributes:
        folder: empty, for the files of the case.
        workspace: an empty one, unless the case put something there first.
    """

    folder: Path
    workspace: Workspace

    def write(self, name: str, content: str | bytes) -> Path:
        """Write one file beside the workspace."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path


@dataclass(frozen=True)
class Case:
    """One hostile input.

    Attributes:
        name: what it is, as the end of a sentence that begins with "given ".
        act: does what a visitor would, and gives what came of it as plain values.
        says: a pattern that the one sentence holds, where the input must be refused.
        gives: what must come of it, where the input is odd but sound.
        before: puts something into the place that does not count as a change.
        slow: whether it takes so long that only the slow tests try it.
    """

    name: str
    act: Callable[[Place], Any]
    says: str = ""
    gives: Any = None
    before: Callable[[Place], Any] = lambda _: None
    slow: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of one case.

    Attributes:
        ended: `refused` (with a sentence), `given` (with a value), or `fault`.
        what: the sentence, the value, or the trace.
        changed: names of what was left behind.
        bytes: of memory, at most, beyond what the process had before.
        seconds: that it took.
    """

    ended: str
    what: Any
    changed: tuple[str, ...]
    bytes: int
    seconds: float


def faults(case: Case, outcome: Outcome) -> list[str]:
    """List what is wrong with an outcome; empty if it is as it must be."""
    found = []
    if outcome.bytes > MARGIN:
        found.append(f"it took {outcome.bytes / 1e9:.2f} GB")
    if outcome.seconds > SECONDS * (5 if case.slow else 1):
        found.append(f"it took {outcome.seconds:.0f} seconds")
    if outcome.ended == "refused" and outcome.changed:
        found.append(f"it was refused and left {outcome.changed[:5]}")
    return found + _wrong_answer(case, outcome)


def _wrong_answer(case: Case, outcome: Outcome) -> list[str]:
    if outcome.ended == "fault":
        return [f"there was no answer: {outcome.what}"]
    if not case.says:
        same = outcome.ended == "given" and outcome.what == case.gives
        return [] if same else [f"it gave {outcome.what!r} instead of {case.gives!r}"]
    if outcome.ended != "refused":
        return [f"it was taken: {str(outcome.what)[:300]}"]
    return bad_sentence(outcome.what, case.says)


def bad_sentence(sentence: str, says: str) -> list[str]:
    """List what is wrong with a sentence that must tell a person what to do."""
    found = [] if re.search(says, sentence) else [f"{sentence!r} does not say {says!r}"]
    if not SENTENCE.fullmatch(sentence):
        found.append(f"{sentence[:1500]!r} is no short sentence on one line")
    if sentence.count(". ") < 1:
        found.append(f"{sentence!r} says what is wrong but not what to do")
    if CLASS_NAME.search(sentence):
        found.append(f"{sentence!r} speaks of the code")
    return found
