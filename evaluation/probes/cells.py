"""Values of needle queries by depth and length."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.collections.collection import Queries
from evaluation.probes.needles import DEPTH, LENGTH

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Cells:
    """Which query is in which cell of the map.

    Attributes:
        depths: of the rows, rising.
        lengths: of the columns, rising.
        cell: of each query, counted row by row.
    """

    depths: list[int]
    lengths: list[int]
    cell: npt.NDArray[np.int64]

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """How many queries each cell has: (depths, lengths)."""
        return np.bincount(self.cell, minlength=self._size).reshape(len(self.depths), -1)

    @property
    def _size(self) -> int:
        return len(self.depths) * len(self.lengths)

    def means(self, values: Values) -> Values:
        """Give the mean of each cell: NaN where it has no query, or one that failed."""
        sums = np.bincount(self.cell, values, minlength=self._size).reshape(self.counts.shape)
        means = np.full(sums.shape, np.nan)
        np.divide(sums, self.counts, means, where=self.counts > 0)
        return means


def needle_cells(queries: Queries) -> Cells | None:
    """Sort queries into cells; None where their columns do not tell depth and length."""
    if not {DEPTH, LENGTH} <= set(queries.extra) or not len(queries):
        return None
    columns = [_whole(queries.table[name].to_pylist()) for name in (DEPTH, LENGTH)]
    if columns[0] is None or columns[1] is None:
        return None
    (depths, rows), (lengths, places) = (
        np.unique(column, return_inverse=True) for column in columns if column is not None
    )
    return Cells(depths.tolist(), lengths.tolist(), rows * len(lengths) + places)


def _whole(values: list[object]) -> npt.NDArray[np.int64] | None:
    """Read a column as whole numbers; an import makes text of them. None if one is not."""
    texts = [str(value) for value in values]
    if not all(text.isascii() and text.isdigit() and len(text) < 10 for text in texts):
        return None
    return np.array([int(text) for text in texts], np.int64)
