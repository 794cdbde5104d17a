"""Compressing token vectors: the nearest of some centroids, and a short code for what is left.

Santhanam et al. (ColBERTv2, NAACL 2022) round what is left to one or two bits per dimension; we
code it by product quantisation (Jégou et al., TPAMI 2011), one byte for some dimensions together.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from evaluation.files import write_array
from evaluation.models.network import threads

Vectors = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.int64]

SEED = 42
LEAST = 9_984  # vectors to train 256 values per byte on, 39 for each; fewer are not compressed
PER_CENTROID, PER_BYTE = 40, 128  # vectors that centroids, and values of a byte, are trained on
MOST_CENTROIDS = 4096
ROUNDS = 6


@dataclass(frozen=True, eq=False)
class Compression:
    """Centroids, and the values that a byte of a code stands for.

    Attributes:
        centroids: (centroids, dimension).
        codebook: (bytes, 256, dimension / bytes); None where vectors are kept in 16 bits.
    """

    centroids: Vectors
    codebook: Vectors | None

    def nearest(self, vectors: Vectors) -> Rows:
        """Give the centroid nearest to each vector, by Euclidean distance."""
        if not len(vectors):
            return np.zeros(0, np.int64)
        import faiss

        faiss.omp_set_num_threads(threads())
        return np.asarray(self._flat.search(vectors, 1)[1][:, 0], np.int64)

    def encode(self, vectors: Vectors, nearest: Rows) -> npt.NDArray[Any]:
        """Give what is stored of vectors: (vectors, bytes) codes, or the vectors in 16 bits."""
        if self.codebook is None:
            return vectors.astype(np.float16)
        return np.asarray(self._quantiser.compute_codes(vectors - self.centroids[nearest]))

    def decode(self, stored: npt.NDArray[Any], nearest: npt.NDArray[np.integer]) -> Vectors:
        """Give the vectors that stored ones stand for."""
        if self.codebook is None:
            return stored.astype(np.float32)
        return np.asarray(self.left(stored) + self.centroids[nearest])

    def left(self, codes: Codes) -> Vectors:
        """Give what codes stand for: what is left of vectors beside their centroids."""
        if not len(codes):
            return np.zeros((0, self.centroids.shape[1]), np.float32)
        import faiss

        # one thread: those of two libraries that wait for each other took fourteen times as long
        faiss.omp_set_num_threads(1)
        return np.asarray(self._quantiser.decode(np.ascontiguousarray(codes)))

    def save(self, folder: Path) -> None:
        """Write `centroids.npy` and, where there are codes, `codebook.npy`."""
        write_array(folder / "centroids.npy", self.centroids)
        if self.codebook is not None:
            write_array(folder / "codebook.npy", self.codebook)

    @classmethod
    def open(cls, folder: Path) -> "Compression":
        """Read what `save` wrote."""
        centroids = np.load(folder / "centroids.npy", allow_pickle=False)
        path = folder / "codebook.npy"
        return cls(centroids, np.load(path, allow_pickle=False) if path.exists() else None)

    @cached_property
    def _flat(self) -> Any:
        import faiss

        index = faiss.IndexFlatL2(self.centroids.shape[1])
        index.add(self.centroids)
        return index

    @cached_property
    def _quantiser(self) -> Any:
        import faiss

        codebook = cast("Vectors", self.codebook)  # both callers have looked
        quantiser = faiss.ProductQuantizer(self.centroids.shape[1], len(codebook), 8)
        faiss.copy_array_to_vector(codebook.ravel(), quantiser.centroids)
        return quantiser


def train(sample: Vectors, tokens: int, centroids: int, code_bytes: int) -> Compression:
    """Learn centroids and codes from some vectors; the same for the same ones.

    Args:
        sample: vectors drawn from all.
        tokens: how many there are in all, roughly.
        centroids: how many centroids; 0 for as many as suit the number of tokens.
        code_bytes: most bytes per code; 0 for none.
    """
    import faiss

    faiss.omp_set_num_threads(1)  # so that sums are formed in one order
    dimension = sample.shape[1]
    count = min(centroids or suitable_centroids(tokens), len(sample))
    if not count:
        return Compression(np.zeros((0, dimension), np.float32), None)
    options = {"niter": ROUNDS, "seed": SEED, "min_points_per_centroid": 1}
    found = faiss.Kmeans(dimension, count, max_points_per_centroid=PER_CENTROID, **options)
    found.train(sample)
    coarse = Compression(np.asarray(found.centroids, np.float32), None)
    if not code_bytes or len(sample) < LEAST:
        return coarse
    part = np.random.default_rng(SEED).permutation(len(sample))[: PER_BYTE * 256]
    left = sample[part] - coarse.centroids[coarse.nearest(sample[part])]
    faiss.omp_set_num_threads(1)
    bytes_used = largest_divisor(dimension, code_bytes)
    quantiser = faiss.ProductQuantizer(dimension, bytes_used, 8)
    quantiser.cp.niter = ROUNDS
    quantiser.train(left)
    shape = bytes_used, 256, dimension // bytes_used
    return Compression(coarse.centroids, faiss.vector_to_array(quantiser.centroids).reshape(shape))


def suitable_centroids(tokens: int) -> int:
    """Give the greatest power of two up to twice the root of the number of tokens."""
    wanted = min(MOST_CENTROIDS, int(2 * tokens**0.5))
    return 1 << (max(1, wanted).bit_length() - 1)


def sample_size(centroids: int) -> int:
    """Say how many vectors are worth training on."""
    return max((centroids or MOST_CENTROIDS) * PER_CENTROID, PER_BYTE * 256)


def largest_divisor(dimension: int, most: int) -> int:
    """Give the largest number of equal parts into which vectors can be cut, up to `most`."""
    return next(parts for parts in range(min(most, dimension), 0, -1) if dimension % parts == 0)
