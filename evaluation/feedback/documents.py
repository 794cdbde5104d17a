"""The documents that a first run feeds back: which ones, their vectors, what each adds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.collections.collection import Corpus, Queries
from evaluation.evidence import Part
from evaluation.feedback.base import Searched
from evaluation.models.encoding import Vectors
from evaluation.retrievers.dense import Dense
from evaluation.retrievers.given_vectors import GivenVectors
from evaluation.run import Run
from evaluation.vector_indexes.base import VectorIndex

Rows = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FeedbackDocuments:
    """The best documents of each query in a run, as rows of the corpus.

    Attributes:
        counts: how many each query has.
        rows: of the documents in the corpus, those of a query next to each other, best first.
    """

    counts: Rows
    rows: Rows

    def of_query(self, place: int) -> Rows:
        """Give the rows of one query's documents, best first."""
        start = int(self.counts[:place].sum())
        return self.rows[start : start + int(self.counts[place])]

    def means(self, index: VectorIndex) -> Values:
        """Give the mean vector of each query's documents, (queries, dimension), in float64.

        Zeros for a query without any. Each document's vector is read once, whoever needs it.
        """
        from scipy.sparse import csr_matrix

        wanted, places = np.unique(self.rows, return_inverse=True)
        starts = np.concatenate([[0], np.cumsum(self.counts)])
        shares = np.repeat(1 / np.maximum(self.counts, 1), self.counts)
        shape = len(self.counts), len(wanted)
        sharing = csr_matrix((shares, places.ravel(), starts), shape=shape)
        return np.asarray(sharing @ vectors_of(index, wanted))


def feedback_documents(
    corpus: Corpus, first: Run, k: int, index: VectorIndex | None = None
) -> FeedbackDocuments:
    """Take the best `k` documents of each query of a run that the corpus (and an index) holds."""
    top = first.top(k) if k else first.only(())
    rows = corpus.find(top.doc_ids.take(pa.array(top.documents)))
    known = rows >= 0
    if index is not None:
        known &= index.holds(rows)
    counts = np.bincount(top.query_codes()[known], minlength=len(first.query_ids))
    return FeedbackDocuments(counts.astype(np.int64), rows[known])


def asked_vectors(
    searched: Searched, corpus: Corpus, queries: Queries, report: Callable[[int], None]
) -> Vectors:
    """Give the vectors of queries, encoded or given; NaN for a query that none was given for."""
    if isinstance(searched.stage, GivenVectors):
        report(0)
        return searched.stage.query_vectors(corpus, queries)
    return cast("Dense", searched.stage).query_vectors(queries, report)


def vectors_of(index: VectorIndex, rows: Rows) -> Values:
    """Give the vectors of some documents, (documents, dimension), in float64."""
    found = np.empty((len(rows), index.dimension))
    for place, row in enumerate(rows.tolist()):
        found[place] = index.vector(row)
    return found


def without_failed(run: Run, first: Run) -> Run:
    """Give a run without hits for the queries that failed in the first run, marked as failed."""
    if not first.failed:
        return run
    failed = sorted(first.failed | run.failed)
    codes = run.query_codes()
    lost = np.array([query_id in first.failed for query_id in run.query_ids], bool)
    kept = ~lost[codes]
    hits = codes[kept], run.documents[kept], run.scores[kept]
    return Run.from_hits(run.query_ids, run.doc_ids, hits, failed=failed)


def part_of_score(name: str, weight: float, similarity: float) -> Part:
    """Give one row of evidence: one vector of a mixed query, and what it adds to the score."""
    return {
        "Part": name,
        "Weight": weight,
        "Similarity to this document": similarity,
        "Adds": weight * similarity,
    }
