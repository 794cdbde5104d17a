"""The contract of a fusion: several runs over the same queries into one."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from evaluation.run import Run
from evaluation.stage import Stage


@dataclass(frozen=True)
class Fusion(Stage):
    """A stage that merges the runs of two or more children."""

    kind: ClassVar[str] = "fusion"
    facets: ClassVar[tuple[str, ...]] = ("fusion",)

    @abstractmethod
    def fuse(self, runs: Sequence[Run], depth: int) -> Run:
        """Merge runs that hold the same queries in the same order; keep `depth` per query.

        A query that failed in any child is failed in the result.
        """

    def contributions(self, runs: Sequence[Run], query_id: str, doc_id: str) -> list[float]:
        """Give what each run adds to the score of a document; they sum to it.

        Empty where a fusion is no sum. `runs` are as in `fuse`, of any queries.
        """
        del runs, query_id, doc_id
        return []
