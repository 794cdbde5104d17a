"""The contract of a reranker: a score for each candidate document of each query."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.collections.collection import Corpus, Queries
from evaluation.evidence import Asked, Explained
from evaluation.progress import Progress
from evaluation.run import Run
from evaluation.stage import Stage


@dataclass(frozen=True)
class Reranker(Stage):
    """A stage that gives the candidates of its child a new order."""

    kind: ClassVar[str] = "reranker"
    facets: ClassVar[tuple[str, ...]] = ("rerank",)
    needs: ClassVar[str] = "a model"

    def explain(self, asked: Asked) -> Explained | None:
        """Say how one of the candidates came to its place; None where it is not told."""
        del asked
        return None

    @abstractmethod
    def score(
        self,
        queries: Sequence[str],
        documents: Sequence[str],
        pairs: npt.NDArray[Any],
        progress: Progress,
    ) -> npt.NDArray[np.float32]:
        """Score pairs of texts, higher is better.

        Args:
            queries: texts of the queries.
            documents: texts of the distinct candidate documents (each is encoded once).
            pairs: (pairs, 2) int array of rows into `queries` and `documents`, grouped by query,
                each query's candidates in the order of the stage before.
            progress: reports `(pairs done, pairs, "pairs")`.

        Returns:
            (pairs,) scores in the order of `pairs`.
        """

    def rerank(
        self, corpus: Corpus, queries: Queries, candidates: Run, depth: int, progress: Progress
    ) -> Run:
        """Score the best `depth` candidates of each query anew and return exactly those."""
        top = candidates.top(depth)
        if not len(top):
            return top
        wanted, document_rows = np.unique(top.documents, return_inverse=True)
        texts = texts_of(corpus, top.doc_ids.take(pa.array(wanted)))
        pairs = np.stack([top.query_codes(), document_rows], axis=1)
        query_texts = queries.only(top.query_ids).texts
        scores = self.score(query_texts, texts, pairs, progress)
        hits = (top.query_codes(), top.documents, scores)
        return Run.from_hits(top.query_ids, top.doc_ids, hits, failed=sorted(top.failed))


def texts_of(corpus: Corpus, doc_ids: pa.Array | Sequence[str]) -> list[str]:
    """Give the texts of documents; "" for one that the corpus does not hold."""
    rows = corpus.find(doc_ids)
    texts = [""] * len(rows)
    known = np.flatnonzero(rows >= 0)
    for place, text in zip(known, corpus.texts_of(rows[known]), strict=True):
        texts[place] = text
    return texts
