"""Encoder feedback: the query and the passages found for it are read together, then asked again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

import numpy as np
import pyarrow as pa

from evaluation.collections.collection import Corpus, Queries
from evaluation.evidence import Asked, Explained, Part, row_in
from evaluation.feedback.base import Feedback, Searched
from evaluation.feedback.documents import (
    FeedbackDocuments,
    feedback_documents,
    vectors_of,
    without_failed,
)
from evaluation.models.loading import load, resolve_backend
from evaluation.models.network import Network
from evaluation.progress import Progress
from evaluation.retrievers.dense import Dense
from evaluation.run import Run
from evaluation.stage import param
from evaluation.vector_indexes.opening import open_index


@dataclass(frozen=True)
class EncoderFeedback(Feedback):
    """Search again with the vector of `query [SEP] passage 1 … [SEP] passage k`.

    The form of ANCE-PRF (Yu, Xiong and Callan, CIKM 2021; Li et al., ECIR 2022). ANCE-PRF trains
    an encoder of its own to read such texts; here the retriever's encoder reads them as it is,
    which nobody trained it for: take it as the untrained baseline of the method. The index of the
    documents is the same. Each passage is cut to some tokens, so that all of them are read.
    Where nothing is fed back (k = 0, or a first run without hits) the query is asked as it is.
    """

    name: ClassVar[str] = "encoder-feedback"
    label: ClassVar[str] = "Encoder feedback (untrained)"
    source: ClassVar[str] = "Yu, Xiong and Callan, CIKM 2021; Li et al., ECIR 2022"
    facets: ClassVar[tuple[str, ...]] = ("feedback", "single-vector")
    needs: ClassVar[str] = "a model"
    searches = (Dense,)

    k: int = param(3, "How many of the first passages are read with the query.", bounds=(0, 100))
    passage_tokens: int = param(64, "Tokens kept of each passage.", bounds=(1, 100_000))
    separator: str = param("[SEP]", "Written between the texts: the model's own token for that.")

    def refine(
        self,
        corpus: Corpus,
        queries: Queries,
        first: Run,
        searched: Searched,
        depth: int,
        progress: Progress,
    ) -> Run:
        dense, half = cast("Dense", searched.stage), len(queries)

        documents = feedback_documents(corpus, first, self.k)
        passages = self._passages(
            dense, corpus, documents, lambda: progress.report(0, half, "queries")
        )
        pairs = zip(queries.ids, queries.texts, passages, strict=True)
        changed = Queries.of({query: self.joined(text, fed) for query, text, fed in pairs})
        vectors = dense.query_vectors(
            changed, lambda done: progress.report(done // 2, half, "queries")
        )
        run = dense.search_vectors(corpus, queries, vectors, searched.folder, depth, progress)
        return without_failed(run, first)

    def joined(self, query: str, passages: Sequence[str]) -> str:
        """Write the text that is encoded."""
        return f" {self.separator} ".join([query, *passages])

    def _passages(
        self, dense: Dense, corpus: Corpus, documents: FeedbackDocuments, tick: Callable[[], None]
    ) -> list[list[str]]:
        """Give the passages of each query, cut after so many tokens of the retriever's encoder."""
        backend = resolve_backend(dense.model, dense.backend)
        network = load(dense.model, "encoder", backend, dense.max_length, tick)
        wanted, places = np.unique(documents.rows, return_inverse=True)
        cut = []
        for text in corpus.texts_of(wanted) if len(wanted) else []:
            tick()
            cut.append(shortened(network, text, self.passage_tokens))
        ends = np.cumsum(documents.counts)
        return [
            [cut[place] for place in places[end - count : end]]
            for end, count in zip(ends, documents.counts, strict=True)
        ]

    def explain(self, asked: Asked, searched: Searched) -> Explained | None:
        """List what the score loses when a passage is left out; nothing adds up to it."""
        dense, index = cast("Dense", searched.stage), open_index(searched.folder)

        def tick() -> None:
            asked.progress.report(0, None, "")

        target = vectors_of(index, np.array([row_in(asked.corpus, asked.placed)]))[0]
        documents = feedback_documents(asked.corpus, asked.inputs[0], self.k)
        [passages] = self._passages(dense, asked.corpus, documents, tick)
        left = [passages[:n] + passages[n + 1 :] for n in range(len(passages))]
        tried = [self.joined(asked.placed.query, some) for some in ([], passages, *left)]
        texts = Queries.of({str(number): text for number, text in enumerate(tried)})
        scores = (dense.query_vectors(texts, lambda _: tick()) @ target).tolist()
        names = asked.corpus.doc_ids.take(pa.array(documents.rows)).to_pylist()
        parts: list[Part] = [
            {"Passage": name, "Score without it": score, "Adds": scores[1] - score}
            for name, score in zip(names, scores[2:], strict=True)
        ]
        note = (
            f"The query alone scores {scores[0]:.4f}, with the passages {scores[1]:.4f}. What a "
            "passage adds is what the score loses without it; these do not add up."
        )
        return Explained("table", parts, note=note)


def shortened(network: Network, text: str, tokens: int) -> str:
    """Keep the first tokens of a text, as an encoder counts them, special ones aside."""
    ends = [end for _, _, end in network.pieces(text) if end]
    return text[: ends[tokens - 1]] if len(ends) > tokens else text
