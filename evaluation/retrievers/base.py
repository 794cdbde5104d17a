"""The contract of a retriever: build an index into a folder, then search it."""

from abc import abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from evaluation.collections.collection import Corpus, Queries
from evaluation.progress import Progress
from evaluation.run import Run
from evaluation.stage import Stage


@dataclass(frozen=True)
class Retriever(Stage):
    """A stage that finds documents in the whole corpus."""

    kind: ClassVar[str] = "retriever"

    @abstractmethod
    def index(self, corpus: Corpus, folder: Path, progress: Progress) -> None:
        """Write an index of the corpus into an empty folder, in plain formats (no pickle).

        Reports `(documents done, documents, "documents")`, so that the rate is the encode rate.
        """

    @abstractmethod
    def search(
        self, corpus: Corpus, queries: Queries, folder: Path, depth: int, progress: Progress
    ) -> Run:
        """Rank up to `depth` documents per query; documents that do not match are left out.

        The result holds every query of `queries`, in order, found or not. Loading an index is
        kept between calls within a process, so that searching one query is fast.
        """
