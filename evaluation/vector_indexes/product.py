"""Product quantisation: short codes in memory choose a shortlist, vectors on disk score it.

A rotation is learnt first so that the parts of a vector can be quantised one by one (OPQ: Ge et
al., CVPR 2013), then 256 centroids per part (PQ: Jegou et al., TPAMI 2011). Codes are scored with
tables of the query's dot products with all centroids (ADC), which is the dot product with the
decoded vector. The two granularities are those of BiDR (Xiao et al., The Web Conference 2022),
whose codes are trained with the task; here they are fitted to the vectors alone. BiDR adds 0.3
times the score by the code to the one by the vector. Codes that only approximate the same vector
add nothing but their error (SciFact, 48 bytes: nDCG@10 0.6398 with 0.3, 0.6462 with 0), so that
weight is 0 unless told otherwise.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.errors import InputError
from evaluation.files import write_faiss
from evaluation.models.encoding import Vectors
from evaluation.models.network import threads
from evaluation.vector_indexes.base import Effort, Found, VectorIndex, open_vectors, rescored

PRODUCT = "product.faiss"
CENTROIDS = 256  # per part, so that its code is one byte
TRAINED_ON = 20_000  # documents, drawn with SEED
SEED = 42
ROTATIONS = 10  # of the rotation in turn with centroids
PER_BYTE = 8  # dimensions, unless told otherwise
CHUNK = 10_000


@dataclass(frozen=True, eq=False)
class ProductIndex(VectorIndex):
    """Codes, centroids and rotation in memory, vectors on disk."""

    vectors: Vectors
    codes: Any

    @property
    def dimension(self) -> int:
        return int(self.vectors.shape[1])

    def vector(self, document: int) -> Vectors:
        return np.asarray(self.vectors[document], np.float32)

    def nearest(self, queries: Vectors, depth: int, effort: Effort) -> Found:
        del depth  # the shortlist decides
        by_code, rows = self.shortlist(queries, effort.shortlist)
        scores = rescored(self.vectors, queries, rows)
        if effort.code_weight:
            scores += np.float32(effort.code_weight) * by_code
        return scores, rows

    def shortlist(self, queries: Vectors, size: int) -> Found:
        """Give scores of the codes and documents, each (queries, size), the best first."""
        import faiss

        faiss.omp_set_num_threads(threads())
        scores, rows = self.codes.search(queries, min(size, self.codes.ntotal))
        return scores, rows

    def decoded(self) -> Vectors:
        """Give the vectors that the codes stand for: (documents, dimension)."""
        vectors: Vectors = self.codes.reconstruct_n(0, self.codes.ntotal)
        return vectors


def code_length(dimension: int, code_bytes: int) -> int:
    """Give the bytes per document: the given ones; for 0, one for every 8 dimensions or so.

    Raises:
        InputError: vectors of that dimension cannot be cut into so many equal parts.
    """
    if not code_bytes:
        most = max(1, dimension // PER_BYTE)
        return max(n for n in range(1, most + 1) if dimension % n == 0)
    if code_bytes > dimension or dimension % code_bytes:
        fitting = ", ".join(str(n) for n in range(1, dimension + 1) if dimension % n == 0)
        raise InputError(
            f"code_bytes is {code_bytes}, but vectors of {dimension} dimensions must be cut into "
            f"equal parts. Choose one of {fitting}, or 0 for {code_length(dimension, 0)}."
        )
    return code_bytes


def build_product(
    vectors: Vectors, folder: Path, code_bytes: int, report: Callable[[int], None]
) -> None:
    """Fit rotation and centroids to vectors, by one thread with a seed, and write the codes.

    A corpus of at most 256 documents is kept exactly, without a rotation: each document is a
    centroid of its own in every part.
    """
    import faiss

    faiss.omp_set_num_threads(1)
    dimension, parts = vectors.shape[1], code_length(vectors.shape[1], code_bytes)
    codes = faiss.IndexPQ(dimension, parts, 8, faiss.METRIC_INNER_PRODUCT)
    report(0)
    if len(vectors) <= CENTROIDS:
        _keep_all(codes, np.asarray(vectors))
        index: Any = codes
    else:
        sample = _sample(vectors)
        index = faiss.IndexPreTransform(_rotation(sample, parts, report), codes)
        _quiet(codes.pq)
        index.train(sample)
    for start in range(0, len(vectors), CHUNK):
        index.add(np.ascontiguousarray(vectors[start : start + CHUNK]))
        report(min(start + CHUNK, len(vectors)))
    write_faiss(folder / PRODUCT, index)


def open_product(folder: Path) -> ProductIndex:
    """Read the codes in a folder into memory; the vectors stay on disk."""
    import faiss

    return ProductIndex(open_vectors(folder), faiss.read_index(str(folder / PRODUCT)))


def _rotation(sample: Vectors, parts: int, report: Callable[[int], None]) -> Any:
    """Learn the rotation, in turn with centroids; between the turns the work can be stopped."""
    import faiss

    rotation = faiss.OPQMatrix(sample.shape[1], parts)
    quantiser = faiss.ProductQuantizer(sample.shape[1], parts, 8)
    _quiet(quantiser)
    rotation.pq, rotation.niter = quantiser, ROTATIONS
    rotation.train(sample)
    report(0)
    return rotation


def _quiet(quantiser: Any) -> None:
    """Seed the clustering of a quantiser, and let it work on few documents without a warning."""
    quantiser.cp.seed = SEED
    quantiser.cp.min_points_per_centroid = 1


def _keep_all(codes: Any, vectors: Vectors) -> None:
    """Make every vector the centroid of its number in all parts."""
    import faiss

    dimension, parts = codes.d, codes.pq.M
    centroids = np.zeros((parts, CENTROIDS, dimension // parts), np.float32)
    cut = vectors.reshape(len(vectors), parts, dimension // parts)
    centroids[:, : len(vectors)] = cut.transpose(1, 0, 2)
    faiss.copy_array_to_vector(centroids.ravel(), codes.pq.centroids)
    codes.is_trained = True


def _sample(vectors: Vectors) -> Vectors:
    """Draw the vectors to fit to; all where there are not many."""
    if len(vectors) <= TRAINED_ON:
        return np.ascontiguousarray(vectors)
    drawn = np.random.default_rng(SEED).choice(len(vectors), TRAINED_ON, replace=False)
    return np.ascontiguousarray(vectors[np.unique(drawn)])
