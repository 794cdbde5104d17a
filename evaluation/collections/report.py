"""A health report: what was looked at, what was found, and a traffic light over it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

LEVELS = ("green", "yellow", "red")
EXAMPLES = 3
EXAMPLE_LENGTH = 160


@dataclass(frozen=True)
class Finding:
    """The outcome of one check.

    Attributes:
        check: a fixed name, such as `duplicate-documents`.
        level: green (nothing found), yellow (harmless, worth knowing) or red (must be mended).
        what: a sentence.
        count: how many cases there are.
        examples: at most three of them.
        advice: what to do; empty where nothing needs doing.
    """

    check: str
    level: str
    what: str
    count: int = 0
    examples: tuple[str, ...] = ()
    advice: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the finding as plain values."""
        return asdict(self) | {"examples": list(self.examples)}


@dataclass(frozen=True)
class Report:
    """All findings about a collection, with its figures.

    Attributes:
        figures: counts: `documents, queries, splits: {name: {judgements, queries, grades}}` ...
        script: `{name, share, suggest}`; suggest is `bigrams` for scripts without spaces.
        findings: one per check, the bad ones first.
    """

    figures: dict[str, Any] = field(default_factory=dict)
    script: dict[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def light(self) -> str:
        """The worst level among the findings."""
        return max((f.level for f in self.findings), key=LEVELS.index, default="green")

    def to_dict(self) -> dict[str, Any]:
        """Give the report as plain values, the light included."""
        return {
            "light": self.light,
            "figures": self.figures,
            "script": self.script,
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def sentence(self) -> str:
        """Say what must be mended, in one line; empty if nothing must."""
        return " ".join(f"{f.what} {f.advice}" for f in self.findings if f.level == "red")


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Order findings: red, yellow, green; otherwise as they came."""
    return tuple(sorted(findings, key=lambda finding: -LEVELS.index(finding.level)))


def shorten(example: object) -> str:
    """Give an example as text of bounded length."""
    text = str(example)
    return text if len(text) <= EXAMPLE_LENGTH else text[: EXAMPLE_LENGTH - 1] + "…"


class Notes:
    """What readers noticed on the way and put right; becomes yellow findings of the report."""

    def __init__(self) -> None:
        self._found: dict[str, list[Any]] = {}

    def add(self, check: str, what: str, example: object = "", advice: str = "") -> None:
        """Count one case of `check`; the first sentence given for a check stands for all."""
        entry = self._found.setdefault(check, [what, advice, 0, []])
        entry[2] += 1
        if example and len(entry[3]) < EXAMPLES:
            entry[3].append(shorten(example))

    def findings(self) -> list[Finding]:
        """Give one yellow finding per check."""
        return [
            Finding(check, "yellow", what, count, tuple(examples), advice)
            for check, (what, advice, count, examples) in self._found.items()
        ]
