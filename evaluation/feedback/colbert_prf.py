"""ColBERT-PRF: feedback for late interaction, in the space of token vectors."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, cast

import numpy as np

from evaluation.collections.collection import Corpus, Queries
from evaluation.evidence import Asked, Explained, Part, row_in
from evaluation.feedback.base import Feedback, Searched
from evaluation.models.token_encoding import Encoded
from evaluation.progress import Progress
from evaluation.retrievers.late_interaction import LateInteraction
from evaluation.run import Run
from evaluation.stage import param
from evaluation.token_index.evidence import UNTRAINED, explain_matches
from evaluation.token_index.expansion import Expansion, expand
from evaluation.token_index.hits import Hits
from evaluation.token_index.index import Rows, TokenIndex, open_index
from evaluation.token_index.matching import Wanted, max_similarity

RANK, RERANK = "rank", "rerank"


@dataclass(frozen=True)
class ColBERTPRF(Feedback):
    """Query expansion by token vectors that the best documents share (ICTIR 2021).

    The token vectors of the first documents are clustered; a centre is called after the tokens of
    the corpus nearest to it and counts as much as that token is rare, log((N + 1) / (df + 1)). The
    score is MaxSim of the query plus beta times the weighted MaxSim of the centres kept. `rank`
    searches the whole index again, `rerank` scores the documents of the first run anew.
    """

    name: ClassVar[str] = "colbert-prf"
    label: ClassVar[str] = "ColBERT-PRF"
    source: ClassVar[str] = "Wang et al., ICTIR 2021"
    facets: ClassVar[tuple[str, ...]] = ("feedback", "multi-vector")
    needs: ClassVar[str] = "a model"
    searches: ClassVar[tuple[type[LateInteraction], ...]] = (LateInteraction,)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({}, {"mode": RERANK})

    mode: str = param(RANK, "Search again, or only rerank.", choices=(RANK, RERANK))
    fb_docs: int = param(3, "Documents that feedback is taken from.", bounds=(0, 100))
    clusters: int = param(24, "Clusters of their token vectors.", bounds=(1, 1000))
    fb_embs: int = param(10, "Centres added to the query, the rarest first.", bounds=(0, 1000))
    beta: float = param(1.0, "How much the centres count beside the query.", bounds=(0, 100))

    def refine(
        self,
        corpus: Corpus,
        queries: Queries,
        first: Run,
        searched: Searched,
        depth: int,
        progress: Progress,
    ) -> Run:
        index, found = open_index(searched.folder), Found(corpus, first)
        hits, stage = Hits(), _late(searched)
        for done, asked in enumerate(_encoded(stage, queries, progress)):
            progress.report(done, len(queries), "queries")
            query_id = queries.ids[done]
            if query_id in first.failed:
                continue
            before = found.of(query_id, index)
            wanted, _ = self.expanded(index, asked, before)
            again = self.mode == RANK or not len(before)
            documents = stage.candidates_of(index, wanted) if again else np.sort(before)
            hits.add(done, documents, max_similarity(index, wanted, documents))
        progress.report(len(queries), len(queries), "queries")
        return hits.run(queries, corpus, depth, first.failed & set(queries.ids))

    def expanded(
        self, index: TokenIndex, asked: Encoded, before: Rows
    ) -> tuple[Wanted, Expansion | None]:
        """Give what is looked for, and what was added to the query; None where nothing is.

        Args:
            index: the tokens of the corpus.
            asked: the query.
            before: documents of the first run, best first.
        """
        plain = Wanted.plain(asked.vectors)
        if not self.beta or not self.fb_embs or not len(before[: self.fb_docs]):
            return plain, None
        added = expand(index, before[: self.fb_docs], self.clusters, self.fb_embs)
        return plain.and_also(added.vectors, self.beta * added.weights), added

    def explain(self, asked: Asked, searched: Searched) -> Explained | None:
        stage, index = _late(searched), open_index(searched.folder)
        encoder = stage.encoder(lambda: asked.progress.report(0, None, ""))
        (query,) = encoder.queries([asked.placed.query])
        before = Found(asked.corpus, asked.inputs[0]).of(asked.placed.query_id, index)
        wanted, added = self.expanded(index, query, before)
        labels: list[Part] = [{"Looked for": token, "From": "query"} for token in query.tokens]
        if added:
            labels += [{"Looked for": token, "From": "feedback"} for token in added.tokens]
        row, places = row_in(asked.corpus, asked.placed), encoder.places(asked.placed.text)
        found = explain_matches(index, wanted, labels, row, places)
        return found if encoder.trained or found.note else replace(found, note=UNTRAINED)


@dataclass(frozen=True)
class Found:
    """What the first run found, as rows of the corpus."""

    corpus: Corpus
    run: Run

    def of(self, query_id: str, index: TokenIndex) -> Rows:
        """Give the documents of a query that have tokens, best first."""
        rows = self.corpus.find([doc_id for doc_id, _ in self.run.hits(query_id)])
        rows = rows[rows >= 0]
        return rows[index.lengths(rows) > 0]


def _late(searched: Searched) -> LateInteraction:
    return cast("LateInteraction", searched.stage)  # `searches` says so


def _encoded(stage: LateInteraction, queries: Queries, progress: Progress) -> Iterator[Encoded]:
    def tick() -> None:
        progress.report(0, len(queries), "queries")

    encoder = stage.encoder(tick)
    tick()
    yield from encoder.queries(queries.texts)
