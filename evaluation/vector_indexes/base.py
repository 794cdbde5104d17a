"""The contract of a vector index, and scoring a shortlist with the vectors themselves."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evaluation.models.encoding import Vectors

Rows = npt.NDArray[np.int64]
Found = tuple[Vectors, Rows]

VECTORS = "vectors.npy"  # (documents, dimension) float32, in the folder of an index


@dataclass(frozen=True)
class Effort:
    """How hard a search tries; an index takes what concerns it.

    Attributes:
        walked: documents that the walk through a graph keeps in view (`ef`).
        shortlist: documents that codes choose per query, to be scored by their vectors.
        code_weight: how much of the score by the code is added to the score by the vector.
    """

    walked: int = 200
    shortlist: int = 1000
    code_weight: float = 0.0


class VectorIndex(ABC):
    """The vectors of a corpus, in a structure that finds those nearest to a query."""

    @property
    @abstractmethod
    def dimension(self) -> int:
        """Length of the vectors."""

    @abstractmethod
    def vector(self, document: int) -> Vectors:
        """Give the vector of a document (its row)."""

    def holds(self, documents: Rows) -> npt.NDArray[np.bool_]:
        """Say for each document (its row) whether it has a vector: all have, unless told."""
        return np.ones(len(documents), bool)

    @abstractmethod
    def nearest(self, queries: Vectors, depth: int, effort: Effort) -> Found:
        """Give scores and documents, each (queries, so many), in any order.

        The `depth` best of those that were found are among them, perhaps more; -1 for the
        document where fewer were found.
        """


def open_vectors(folder: Path) -> Vectors:
    """Open the vectors of an index, memory-mapped: (documents, dimension)."""
    vectors: Vectors = np.load(folder / VECTORS, mmap_mode="r", allow_pickle=False)
    return vectors


def rescored(vectors: Vectors, queries: Vectors, documents: Rows) -> Vectors:
    """Score the shortlist of each query by dot product with the vectors, which may be on disk.

    Args:
        vectors: (documents, dimension).
        queries: (queries, dimension).
        documents: (queries, shortlist), rows of `vectors`; -1 gets 0.

    Gives scores of the shape of `documents`.
    """
    scores = np.zeros(documents.shape, np.float32)
    for place, query in enumerate(queries):
        found = np.flatnonzero(documents[place] >= 0)
        scores[place, found] = vectors[documents[place, found]] @ query
    return scores
