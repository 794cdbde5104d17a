"""Exact search: every query is compared with every vector."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evaluation.files import new_array
from evaluation.models.encoding import Vectors, unit
from evaluation.models.network import threads
from evaluation.vector_indexes.base import VECTORS, Effort, Found, VectorIndex

CHUNK = 10_000
MATRIX_FROM = 16  # queries that are compared by a matrix product, up to 14 times as fast as alone


@dataclass(frozen=True, eq=False)
class FlatIndex(VectorIndex):
    """The vectors as they are, memory-mapped; every search reads all of them."""

    vectors: Vectors

    @property
    def dimension(self) -> int:
        return int(self.vectors.shape[1])

    def vector(self, document: int) -> Vectors:
        return np.asarray(self.vectors[document], np.float32)

    def nearest(self, queries: Vectors, depth: int, effort: Effort) -> Found:
        import faiss

        del effort  # there is only one way
        if not depth:
            return np.zeros((len(queries), 0), np.float32), np.zeros((len(queries), 0), np.int64)
        faiss.omp_set_num_threads(threads())
        # faiss counts queries times dimensions, and by itself begins at hundreds of queries
        faiss.cvar.distance_compute_blas_threshold = MATRIX_FROM * self.dimension
        scores, rows = faiss.knn(queries, self.vectors, depth, faiss.METRIC_INNER_PRODUCT)
        return scores, rows


def write_cut(
    vectors: Vectors, folder: Path, width: int, scaled: bool, report: Callable[[int], None]
) -> None:
    """Write the first dimensions of vectors, brought to length one again if `scaled`.

    That is the width of 2D Matryoshka embeddings (Kusupati et al., NeurIPS 2022), which works
    best for a model that was trained for it.
    """
    cut = new_array(folder / VECTORS, np.float32, (len(vectors), width))
    for start in range(0, len(vectors), CHUNK):
        part = vectors[start : start + CHUNK, :width]
        cut[start : start + CHUNK] = unit(part) if scaled else part
        report(min(start + CHUNK, len(vectors)))
    cut.flush()
