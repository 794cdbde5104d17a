"""Late interaction: every token of the query looks for its nearest token in the document."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from evaluation.models.encoding import Vectors, encode_tokens
from evaluation.models.folders import DEFAULT, model_revision
from evaluation.models.loading import BACKENDS, load, resolve_backend
from evaluation.models.token_states import each_document
from evaluation.models.token_store import Half, open_store
from evaluation.progress import Progress
from evaluation.rerankers.base import Reranker
from evaluation.stage import param


@dataclass(frozen=True)
class MaxSim(Reranker):
    """Mean over the query's tokens of the best cosine in the document (ColBERT, SIGIR 2020).

    Khattab and Zaharia sum where we take the mean, which ranks the same. Any encoder gives token
    vectors, but only one trained for late interaction gives good ones; the default encoder was
    not trained for it, so take it as a sketch of the method, not of what the method can do.

    Token vectors of documents are kept in 16 bits (see `models/token_store.py`) and looked up the
    next time, as ColBERT does: latency is that of documents already encoded.
    """

    name: ClassVar[str] = "maxsim"
    label: ClassVar[str] = "Late interaction (MaxSim)"
    version: ClassVar[int] = 2  # document vectors are rounded to 16 bits
    source: ClassVar[str] = "Khattab and Zaharia, SIGIR 2020"
    facets: ClassVar[tuple[str, ...]] = ("multi-vector", "rerank")

    model: str = param(DEFAULT, "Encoder whose token vectors are compared: hub id or folder.")
    query_prompt: str = param("", "Put before each query.")
    document_prompt: str = param("", "Put before each document.")
    max_length: int = param(0, "Longest input in tokens (0: the model's).", bounds=(0, 100_000))
    backend: str = param("auto", "How the model is run.", choices=BACKENDS)

    def resolved(self) -> "MaxSim":
        return replace(self, backend=resolve_backend(self.model, self.backend))

    def revision(self) -> str:
        return model_revision(self.model)

    def score(
        self,
        queries: Sequence[str],
        documents: Sequence[str],
        pairs: npt.NDArray[Any],
        progress: Progress,
    ) -> npt.NDArray[np.float32]:
        backend = resolve_backend(self.model, self.backend)

        def tick() -> None:
            progress.report(0, len(pairs), "pairs")

        network = load(self.model, "encoder", backend, self.max_length, tick)
        tick()
        asked = encode_tokens(network, queries, self.query_prompt)
        readers: list[list[int]] = [[] for _ in documents]
        for place, document in enumerate(pairs[:, 1].tolist()):
            readers[document].append(place)
        scores, done = np.empty(len(pairs), np.float32), 0

        def take(document: int, tokens: Half) -> None:
            nonlocal done
            places = np.array(readers[document], np.int64)
            exact = tokens.astype(np.float32)
            scores[places] = max_similarities(exact, [asked[q] for q in pairs[places, 0]])
            done += len(places)
            progress.report(done, len(pairs), "pairs")

        made_by = self.model, self.revision(), backend, self.max_length, self.document_prompt
        store = open_store(*made_by)
        with store.writer() as writer:
            each_document(network, (store, writer), documents, self.document_prompt, take)
        return scores


def max_similarities(document: Vectors, queries: Sequence[Vectors]) -> npt.NDArray[np.float32]:
    """Score one document for some queries in one product.

    Documents are encoded, scored for every query that wants them, and forgotten: the token
    vectors of all candidates together would not fit into memory.

    Args:
        document: (tokens, dimension), each of length one.
        queries: one such array per query; none is empty.
    """
    if not queries:
        return np.zeros(0, np.float32)
    lengths = np.array([len(query) for query in queries])
    best = (document @ np.concatenate(queries).T).max(axis=0)
    starts = np.cumsum(lengths) - lengths
    return np.asarray(np.add.reduceat(best, starts) / lengths, np.float32)
