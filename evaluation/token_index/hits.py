"""Hits of one query after another, until they make a run."""

import numpy as np
import numpy.typing as npt

from evaluation.collections.collection import Corpus, Queries
from evaluation.run import Run
from evaluation.token_index.index import Rows
from evaluation.token_index.matching import Values


class Hits:
    """Collects documents and scores, in any order of the queries."""

    def __init__(self) -> None:
        self.parts: list[tuple[npt.NDArray[np.int64], Rows, Values]] = []

    def add(self, query: int, documents: Rows, scores: Values) -> None:
        """Take the hits of a query (its row)."""
        self.parts.append((np.full(len(documents), query), documents, scores))

    def run(self, queries: Queries, corpus: Corpus, depth: int, failed: frozenset[str]) -> Run:
        """Order them and keep the best `depth` of each query."""
        nothing = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
        codes, documents, scores = (
            np.concatenate(column) for column in zip(nothing, *self.parts, strict=True)
        )
        hits = codes, documents, scores
        return Run.from_hits(queries.ids, corpus.doc_ids, hits, depth, sorted(failed))
