"""Vector feedback: the query's vector moves towards the documents that a first run put on top."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from evaluation.collections.collection import Corpus, Queries
from evaluation.evidence import Asked, Explained, Part, row_in
from evaluation.feedback.base import Feedback, Searched
from evaluation.feedback.documents import (
    FeedbackDocuments,
    asked_vectors,
    feedback_documents,
    part_of_score,
    vectors_of,
    without_failed,
)
from evaluation.progress import Progress
from evaluation.retrievers.dense import Dense
from evaluation.retrievers.given_vectors import GivenVectors
from evaluation.retrievers.vector_search import VectorSearch
from evaluation.run import Run
from evaluation.stage import param
from evaluation.vector_indexes.opening import open_index

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rocchio(Feedback):
    """Search again with a mix of the query's vector and those of the best documents.

    `rocchio` takes a * query + b * mean of the best k documents (Rocchio, 1971), `average` the
    plain mean of the query and the documents, both as Li et al. (TOIS 2023; SIGIR 2022) apply them
    to dense retrieval, with k = 5, a = 0.4, b = 0.6 and with k = 3. The mix is not brought to
    length one: by dot product its score is the same mix of the single scores. Where nothing is
    fed back (k = 0, b = 0, or a first run without hits) the query is asked as it is.
    """

    name: ClassVar[str] = "rocchio"
    label: ClassVar[str] = "Vector feedback"
    source: ClassVar[str] = "Rocchio, 1971; Li et al., TOIS 2023; Li et al., SIGIR 2022"
    facets: ClassVar[tuple[str, ...]] = ("feedback", "single-vector")
    needs: ClassVar[str] = "a model"
    examples = ({}, {"method": "average", "k": 3})
    searches = (Dense, GivenVectors)

    method: str = param(
        "rocchio", "Two weights, or the plain mean.", choices=("rocchio", "average")
    )
    k: int = param(5, "How many of the first documents are fed back.", bounds=(0, 1000))
    a: float = param(0.4, "Weight of the query (rocchio).", bounds=(0, 1000))
    b: float = param(0.6, "Weight of the documents' mean (rocchio).", bounds=(0, 1000))

    def refine(
        self,
        corpus: Corpus,
        queries: Queries,
        first: Run,
        searched: Searched,
        depth: int,
        progress: Progress,
    ) -> Run:
        half, index = len(queries), open_index(searched.folder)
        asked = asked_vectors(
            searched, corpus, queries, lambda done: progress.report(done // 2, half, "queries")
        )
        documents = feedback_documents(corpus, first, self.k, index)
        means = documents.means(index)
        vectors = self.mix(asked.astype(np.float64), means, documents).astype(np.float32)
        search = VectorSearch.of(searched.stage).search
        run = search(corpus, queries, vectors, searched.folder, depth, progress)
        return without_failed(run, first)

    def weights(self, documents: FeedbackDocuments) -> tuple[Values, Values]:
        """Give the weights of query and documents' mean for each query."""
        fed = documents.counts > 0
        if self.method == "average":
            return 1 / (1 + documents.counts), documents.counts / (1 + documents.counts)
        fed = fed & (self.b > 0)
        return np.where(fed, self.a, 1.0), np.where(fed, self.b, 0.0)

    def mix(self, queries: Values, means: Values, documents: FeedbackDocuments) -> Values:
        """Give the vectors that are searched, (queries, dimension), in float64."""
        of_query, of_mean = self.weights(documents)
        return of_query[:, None] * queries + of_mean[:, None] * means

    def explain(self, asked: Asked, searched: Searched) -> Explained | None:
        """List what the query and each fed back document add; they sum to the score.

        The score is computed anew from the vectors; a graph gives the same, compressed vectors
        nearly so.
        """
        row, index = row_in(asked.corpus, asked.placed), open_index(searched.folder)
        query = asked_vectors(
            searched, asked.corpus, asked.queries, lambda _: asked.progress.report(0, None, "")
        )
        if not (np.isfinite(query).all() and index.holds(np.array([row]))[0]):
            return Explained(note="The query or the document has no vector in this set.")
        target = vectors_of(index, np.array([row]))[0]
        documents = feedback_documents(asked.corpus, asked.inputs[0], self.k, index)
        of_query, of_mean = (float(weights[0]) for weights in self.weights(documents))
        similarity = float(query[0].astype(np.float64) @ target)
        parts: list[Part] = [part_of_score("The query itself", of_query, similarity)]
        names = asked.corpus.doc_ids
        for row, vector in zip(documents.rows, vectors_of(index, documents.rows), strict=True):
            weight = of_mean / len(documents.rows)
            parts.append(part_of_score(names[int(row)].as_py(), weight, float(vector @ target)))
        if len(parts) == 1 or not of_mean:
            note = "Nothing is fed back, so the query was asked as it is."
        else:
            note = "A document that was fed back itself is nearest to itself: it gains most."
        return Explained("table", parts, sum(part["Adds"] for part in parts), note=note)
