"""Retrievers whose index starts from the vectors of dense retrieval: a corpus is encoded once."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Self

import numpy as np

from evaluation.collections.collection import Queries
from evaluation.models.encoding import Vectors
from evaluation.models.folders import DEFAULT, model_revision
from evaluation.models.loading import BACKENDS, resolve_backend
from evaluation.progress import Progress
from evaluation.retrievers.base import BASE, Retriever
from evaluation.retrievers.dense import Dense
from evaluation.stage import param


@dataclass(frozen=True)
class OnVectors(Retriever):
    """A retriever over the exact index of dense retrieval with the same model."""

    needs: ClassVar[str] = "a model"

    model: str = param(DEFAULT, "A sentence-transformers model: hub id or model folder.")
    max_length: int = param(0, "Longest input in tokens (0: the model's).", bounds=(0, 100_000))
    backend: str = param("auto", "How the model is run.", choices=BACKENDS)

    def built_from(self) -> Dense:
        return Dense(model=self.model, max_length=self.max_length, backend=self.backend)

    def resolved(self) -> Self:
        return replace(self, backend=resolve_backend(self.model, self.backend))

    def revision(self) -> str:
        return model_revision(self.model)

    def query_vectors(self, queries: Queries, progress: Progress) -> Vectors:
        """Encode queries; what is reported is that none is searched yet."""
        return self.built_from().query_vectors(
            queries, lambda done: progress.report(0, len(queries), "queries")
        )


@lru_cache(maxsize=4)
def base_vectors(folder: Path) -> Vectors:
    """Open the vectors that an index was built from; (documents, dimension), memory-mapped."""
    vectors: Vectors = np.load(folder / BASE / "vectors.npy", mmap_mode="r", allow_pickle=False)
    return vectors
