"""The contract of feedback: a first run in, the run of a changed query out."""

from abc import abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from evaluation.collections.collection import Corpus, Queries
from evaluation.evidence import Asked, Explained
from evaluation.progress import Progress
from evaluation.retrievers.base import Retriever
from evaluation.run import Run
from evaluation.stage import Stage


@dataclass(frozen=True)
class Searched:
    """The retriever that is asked again, and where its index is."""

    stage: Retriever
    folder: Path


@dataclass(frozen=True)
class Feedback(Stage):
    """A stage that changes the query, mostly by what a first run found, and searches again.

    What it searches is the one retriever below it in the tree that it can work with, so feedback
    may come from a fusion or a reranked list and still go to one index: `rocchio(rrf(bm25, dense))`
    takes its documents from the fusion and searches the vectors of `dense`.
    """

    kind: ClassVar[str] = "feedback"
    facets: ClassVar[tuple[str, ...]] = ("feedback",)
    searches: ClassVar[tuple[type[Retriever], ...]] = ()  # whose indexes it can search

    @abstractmethod
    def refine(
        self,
        corpus: Corpus,
        queries: Queries,
        first: Run,
        searched: Searched,
        depth: int,
        progress: Progress,
    ) -> Run:
        """Search again, for each query with what it became.

        Args:
            corpus: the documents.
            queries: those asked; the result holds every one of them, in order.
            first: the run of the stage below, for the same queries.
            searched: the retriever whose index is searched.
            depth: how many documents the result keeps per query.
            progress: reports `(queries done, queries, "queries")`.

        A query without hits in `first` is asked as it is; one that failed there stays failed.
        """

    def explain(self, asked: Asked, searched: Searched) -> Explained | None:
        """Say how the query was changed and what that does for one document; None: not told."""
        del asked, searched
        return None
