"""The contract of a cut-off: a run in, the beginning of each of its rankings out."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from evaluation.evidence import Asked, Explained
from evaluation.run import Run
from evaluation.stage import Stage


@dataclass(frozen=True)
class Cutoff(Stage):
    """A stage that decides, per query, after how many documents its ranking ends."""

    kind: ClassVar[str] = "cutoff"
    facets: ClassVar[tuple[str, ...]] = ("cut-off",)

    @abstractmethod
    def cut(self, run: Run, depth: int) -> Run:
        """Keep the beginning of each ranking, at most `depth` documents, in the same order."""

    def explain(self, asked: Asked) -> Explained | None:
        """Say why the ranking of this query ends where it ends; None: not told."""
        del asked
        return None
