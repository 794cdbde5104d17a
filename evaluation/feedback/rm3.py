"""RM3: words that the best documents have in common join the query."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, cast

import numpy as np
import numpy.typing as npt

from evaluation.collections.collection import Corpus, Queries
from evaluation.evidence import Asked, Explained, Part, row_in
from evaluation.feedback.base import Feedback, Searched
from evaluation.lexical.relevance_model import relevance_model
from evaluation.progress import Progress
from evaluation.retrievers.base import Retriever
from evaluation.retrievers.bm25 import BM25
from evaluation.retrievers.lexical import Found, Lexical, listed, run_of
from evaluation.retrievers.query_likelihood import QueryLikelihood
from evaluation.run import Run
from evaluation.stage import param

SAME = "Nothing was added to the query."
Weighted = list[tuple[str, float]]  # the terms of a query, repeated ones too, and their weights


@dataclass(frozen=True)
class RM3(Feedback):
    """RM3: the query model mixed with a relevance model (Abdul-Jaleel et al., TREC 2004).

    The relevance model is RM1 (Lavrenko & Croft, SIGIR 2001): a term's mean share of the first
    documents, weighted by their scores as Anserini does; scores of 0 or less count nothing, unless
    all are so, and then all documents count the same. Its likeliest terms get the rest of the
    weight. All weights are multiplied by the length of the query, which changes no order, so that
    with `weight` 1 the scores are those of the query itself, and so they are without any document
    or term to add.
    """

    name: ClassVar[str] = "rm3"
    label: ClassVar[str] = "RM3 feedback"
    source: ClassVar[str] = "Lavrenko & Croft, SIGIR 2001; Abdul-Jaleel et al., TREC 2004"
    searches: ClassVar[tuple[type[Retriever], ...]] = (BM25, QueryLikelihood)

    documents: int = param(10, "How many of the first documents are read.", bounds=(0, 1000))
    terms: int = param(10, "How many of their terms join the query.", bounds=(1, 1000))
    weight: float = param(0.5, "Share of the query itself (1: nothing is added).", bounds=(0, 1))
    common: float = param(
        0.1, "Terms in more than this share of all documents are not added.", bounds=(0, 1)
    )

    def refine(
        self,
        corpus: Corpus,
        queries: Queries,
        first: Run,
        searched: Searched,
        depth: int,
        progress: Progress,
    ) -> Run:
        index = cast("Lexical", searched.stage).opened(searched.folder)

        def answers() -> Iterator[Found]:
            for query_id, query in zip(
                queries.ids, self.queries(corpus, queries, first, searched), strict=True
            ):
                asked = [] if query_id in first.failed else query
                yield index.search([t for t, _ in asked], depth, len(corpus), [w for _, w in asked])

        failed = sorted(first.failed & set(queries.ids))
        return run_of(corpus, queries, answers(), depth, progress, failed)

    def queries(
        self, corpus: Corpus, queries: Queries, first: Run, searched: Searched
    ) -> Iterator[Weighted]:
        """Give what each query becomes: its own terms, then those that join it, likeliest first."""
        stage = cast("Lexical", searched.stage)
        counts, analyser = stage.counts(searched.folder), stage.analyser()
        first = first.top(self.documents).compact()
        rows = corpus.find(first.doc_ids)
        for query_id, text in zip(queries.ids, queries.texts, strict=True):
            own = analyser.terms(text)
            documents, weights = self._feedback(first, query_id, rows)
            codes, chances = relevance_model(counts, documents, weights, self.terms, self.common)
            if not len(codes) or self.weight == 1:
                yield [(term, 1.0) for term in own]
                continue
            scale = (1 - self.weight) * max(len(own), 1)
            added = [
                (counts.names[code], scale * chance)
                for code, chance in zip(codes.tolist(), chances.tolist(), strict=True)
            ]
            kept = [(term, self.weight) for term in own] if self.weight else []
            yield kept + [(term, weight) for term, weight in added if weight > 0]

    def _feedback(
        self, first: Run, query_id: str, rows: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Give the documents of a query in a run, by their rows, and how much each counts."""
        place = first.position(query_id)
        if place is None:
            return np.zeros(0, np.int64), np.zeros(0)
        start, end = first.offsets[place : place + 2]
        part = slice(start, end)
        documents = rows[first.documents[part]]
        weights = np.maximum(first.scores[part].astype(np.float64), 0)[documents >= 0]
        documents = documents[documents >= 0]  # an uploaded run may hold others
        return documents, weights if weights.any() else np.ones(len(weights))

    def explain(self, asked: Asked, searched: Searched) -> Explained | None:
        """List every term of the changed query with what it adds to the document's score."""
        stage, row = cast("Lexical", searched.stage), row_in(asked.corpus, asked.placed)
        (query,) = self.queries(asked.corpus, asked.queries, asked.inputs[0], searched)
        index, analyser = stage.opened(searched.folder), stage.analyser()
        own = analyser.terms(asked.placed.query)
        held = Counter(analyser.terms(asked.placed.text))
        weights: dict[str, float] = {}
        for term, weight in query:
            weights[term] = weights.get(term, 0.0) + weight
        parts: list[Part] = [
            {
                "Term": term,
                "From": "query" if term in own else "feedback",
                "Weight in query": weight,
                "In document": held[term],
                "Adds": weight * index.weight(term, row)[0],
            }
            for term, weight in weights.items()
        ]
        read = asked.inputs[0].hits(asked.placed.query_id, self.documents)
        note = f"Feedback was read from {listed([doc_id for doc_id, _ in read])}."
        note = SAME if query == [(term, 1.0) for term in own] else note
        return stage.table(asked, parts, note)
