"""Late interaction: every token of the query looks for its nearest token in the document."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from evaluation.models.encoding import TokenVectors, encode_tokens
from evaluation.models.folders import DEFAULT, model_revision
from evaluation.models.loading import BACKENDS, load, resolve_backend
from evaluation.progress import Progress
from evaluation.rerankers.base import Reranker
from evaluation.stage import param

TOKENS_AT_ONCE = 200_000  # of candidates in one product, so that memory stays small


@dataclass(frozen=True)
class MaxSim(Reranker):
    """Mean over the query's tokens of the best cosine in the document (ColBERT, SIGIR 2020).

    Khattab and Zaharia sum where we take the mean, which ranks the same. Any encoder gives token
    vectors, but only one trained for late interaction gives good ones; the default encoder was
    not trained for it, so take it as a sketch of the method, not of what the method can do.
    """

    name: ClassVar[str] = "maxsim"
    label: ClassVar[str] = "Late interaction (MaxSim)"
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
        network = load(self.model, "encoder", backend, self.max_length)
        count, texts = len(pairs), len(documents) + len(queries)
        progress.report(0, count, "pairs")

        def report(encoded: int) -> None:  # encoding is nearly all of the work
            progress.report(count * encoded // max(1, texts) * 9 // 10, count, "pairs")

        stored = encode_tokens(network, documents, report, self.document_prompt)
        asked = encode_tokens(
            network, queries, lambda done: report(len(documents) + done), self.query_prompt
        )
        scores = np.empty(count, np.float32)
        bounds = np.flatnonzero(np.diff(pairs[:, 0], prepend=-1, append=-1))
        for start, end in pairwise(bounds.tolist()):
            query = asked.of(int(pairs[start, 0]))
            scores[start:end] = max_similarities(query, stored, pairs[start:end, 1])
            progress.report(max(end, count * 9 // 10), count, "pairs")
        return scores


def max_similarities(
    query: npt.NDArray[np.float32], stored: TokenVectors, rows: npt.NDArray[Any]
) -> npt.NDArray[np.float32]:
    """Give the mean best cosine of one query's tokens in each of some documents.

    Args:
        query: (tokens, dimension), each of length one.
        stored: token vectors of the documents.
        rows: which documents.
    """
    starts, ends = stored.starts()[rows], stored.ends[rows]
    scores, first = np.empty(len(rows), np.float32), 0
    reached = np.cumsum(ends - starts)
    while first < len(rows):
        before = reached[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(reached, before + TOKENS_AT_ONCE)))
        part = slice(first, last)
        tokens = np.concatenate(
            [np.arange(a, b) for a, b in zip(starts[part], ends[part], strict=True)]
        )
        products = stored.vectors[tokens] @ query.T
        edges = reached[part] - (ends - starts)[part] - before
        scores[part] = np.maximum.reduceat(products, edges, axis=0).mean(axis=1)
        first = last
    return scores
