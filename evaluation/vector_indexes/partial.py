"""An index of some of the documents: the others have no vector, and are never found."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evaluation.files import write_array
from evaluation.models.encoding import Vectors
from evaluation.vector_indexes.base import Effort, Found, Rows, VectorIndex

ROWS = "rows.npy"  # of the documents that have a vector, in their order


@dataclass(frozen=True, eq=False)
class PartialIndex(VectorIndex):
    """Another index, whose vectors are those of some documents (their rows, ascending)."""

    inner: VectorIndex
    rows: Rows

    @property
    def dimension(self) -> int:
        return self.inner.dimension

    def vector(self, document: int) -> Vectors:
        return self.inner.vector(int(np.searchsorted(self.rows, document)))

    def holds(self, documents: Rows) -> npt.NDArray[np.bool_]:
        return np.isin(documents, self.rows)

    def nearest(self, queries: Vectors, depth: int, effort: Effort) -> Found:
        scores, places = self.inner.nearest(queries, min(depth, len(self.rows)), effort)
        return scores, np.where(places >= 0, self.rows[places], -1)


def write_rows(folder: Path, rows: Rows) -> None:
    """Say in the folder of an index which documents its vectors are of."""
    write_array(folder / ROWS, rows)


def of_some(index: VectorIndex, folder: Path) -> VectorIndex:
    """Give an index over all documents, whichever of them the one in a folder holds."""
    path = folder / ROWS
    return PartialIndex(index, np.load(path, allow_pickle=False)) if path.exists() else index
