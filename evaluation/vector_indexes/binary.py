"""Binary codes: one bit per dimension chooses a shortlist, which the vectors on disk score.

The bit is the sign, so nothing is trained. The Hamming distance of two codes orders like the dot
product of their signs: distance = (bits - dot product) / 2. After the binary paragraph vectors of
Grzegorczyk and Kurdziel (Rep4NLP 2017), whose codes are learnt, in place of which signs stand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.files import write_array
from evaluation.models.encoding import Vectors
from evaluation.models.network import threads
from evaluation.vector_indexes.base import Effort, Found, VectorIndex, open_vectors, rescored

CODES = "codes.npy"
CHUNK = 10_000
Codes = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class BinaryIndex(VectorIndex):
    """Codes in memory, vectors on disk.

    Of documents that are equally far from the query, the shortlist takes those first in the
    corpus.
    """

    vectors: Vectors
    codes: Any

    @property
    def dimension(self) -> int:
        return int(self.vectors.shape[1])

    def vector(self, document: int) -> Vectors:
        return np.asarray(self.vectors[document], np.float32)

    def nearest(self, queries: Vectors, depth: int, effort: Effort) -> Found:
        del depth  # the shortlist decides
        _, rows = self.shortlist(queries, effort.shortlist)
        return rescored(self.vectors, queries, rows), rows

    def shortlist(
        self, queries: Vectors, size: int
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """Give Hamming distances and documents, each (queries, size), the nearest first."""
        import faiss

        faiss.omp_set_num_threads(threads())
        distances, rows = self.codes.search(sign_codes(queries), min(size, self.codes.ntotal))
        return distances, rows


def sign_codes(vectors: Vectors) -> Codes:
    """Give a code of one bit per dimension: 1 where the number is above zero.

    Gives (vectors, bytes); a last byte that is not full ends in zeros, which no distance sees.
    """
    return np.packbits(np.asarray(vectors) > 0, axis=1)


def build_codes(vectors: Vectors, folder: Path, report: Callable[[int], None]) -> None:
    """Write the codes of vectors beside them."""
    codes = np.empty((len(vectors), (vectors.shape[1] + 7) // 8), np.uint8)
    for start in range(0, len(vectors), CHUNK):
        codes[start : start + CHUNK] = sign_codes(vectors[start : start + CHUNK])
        report(min(start + CHUNK, len(vectors)))
    write_array(folder / CODES, codes)


def open_codes(folder: Path) -> BinaryIndex:
    """Read the codes in a folder into memory; the vectors stay on disk."""
    import faiss

    codes = np.load(folder / CODES, allow_pickle=False)
    index = faiss.IndexBinaryFlat(codes.shape[1] * 8)
    index.add(codes)
    return BinaryIndex(open_vectors(folder), index)
