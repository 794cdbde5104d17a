"""Cross-encoder: the model reads query and document together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from evaluation.models.encoding import score_pairs
from evaluation.models.folders import model_revision
from evaluation.models.loading import BACKENDS, load, resolve_backend
from evaluation.progress import Progress
from evaluation.rerankers.base import Reranker
from evaluation.stage import param


@dataclass(frozen=True)
class CrossEncoder(Reranker):
    """One score per pair from a model that reads both texts (Nogueira and Cho, arXiv 1901.04085).

    Scores are taken before any final sigmoid, which keeps their order and, unlike the sigmoid,
    keeps good scores apart.
    """

    name: ClassVar[str] = "cross-encoder"
    label: ClassVar[str] = "Cross-encoder"
    source: ClassVar[str] = "Nogueira and Cho, arXiv 1901.04085, 2019"
    facets: ClassVar[tuple[str, ...]] = ("cross-encoder", "rerank")

    model: str = param(
        "cross-encoder/ms-marco-MiniLM-L6-v2",
        "A sentence-transformers cross-encoder: hub id or model folder.",
    )
    max_length: int = param(0, "Longest pair in tokens (0: the model's).", bounds=(0, 100_000))
    backend: str = param("auto", "How the model is run.", choices=BACKENDS)

    def resolved(self) -> "CrossEncoder":
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

        network = load(self.model, "cross-encoder", backend, self.max_length, tick)
        tick()
        texts = [(queries[query], documents[document]) for query, document in pairs.tolist()]
        return score_pairs(network, texts, progress)
