"""Sparse matrices as plain arrays: per row a list of codes with their values."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.files import write_array

Codes = npt.NDArray[np.int32]
Starts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Lists:
    """One list of (code, value) per row, all in two long arrays: a sparse matrix by its rows.

    Attributes:
        starts: (rows + 1,) where the list of each row starts.
        codes: (pairs,) the columns, ascending within a row.
        values: (pairs,) what stands there.
    """

    starts: Starts
    codes: Codes
    values: npt.NDArray[Any]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.starts) - 1

    def lengths(self) -> Starts:
        """Count the pairs of each row."""
        return np.diff(self.starts)

    def owners(self) -> Starts:
        """Give the row of each pair."""
        return np.repeat(np.arange(len(self)), self.lengths())

    def keys(self) -> Starts:
        """Give one ascending number per pair: its row in the high half, its code in the low."""
        return self.owners() << 32 | self.codes

    def row(self, number: int) -> tuple[Codes, npt.NDArray[Any]]:
        """Give codes and values of one row."""
        part = slice(self.starts[number], self.starts[number + 1])
        return self.codes[part], self.values[part]

    def of(self, number: int) -> dict[int, float]:
        """Give the value of each code of one row."""
        codes, values = self.row(number)
        return dict(zip(codes.tolist(), values.tolist(), strict=True))

    def rows(self, numbers: npt.NDArray[np.integer]) -> "Lists":
        """Give some rows, in the given order."""
        lengths = self.lengths()[numbers]
        ends = np.cumsum(lengths)
        steps = np.arange(lengths.sum()) - np.repeat(ends - lengths, lengths)
        places = np.repeat(self.starts[:-1][numbers], lengths) + steps
        return Lists(np.append(0, ends), self.codes[places], self.values[places])

    def part(self, start: int, end: int) -> "Lists":
        """Give the rows from `start` to `end` (exclusive), without a copy."""
        starts = self.starts[start : end + 1]
        pairs = slice(starts[0], starts[-1])
        return Lists(starts - starts[0], self.codes[pairs], self.values[pairs])

    def only(self, kept: npt.NDArray[np.bool_]) -> "Lists":
        """Keep some of the pairs: a flag for each."""
        ends = np.append(0, np.cumsum(kept))
        return Lists(ends[self.starts], self.codes[kept], self.values[kept])

    def matrix(self, columns: int) -> Any:
        """Give the same as a sparse array of scipy with so many columns."""
        from scipy.sparse import csr_array

        return csr_array((self.values, self.codes, self.starts), shape=(len(self), columns))

    def turned(self, columns: int) -> "Lists":
        """Give the same pairs by their columns, of which there are so many."""
        if not len(self) or not columns:
            return Lists(np.zeros(columns + 1, np.int64), self.codes, self.values)
        by_column = self.matrix(columns).tocsc()
        return Lists(
            by_column.indptr.astype(np.int64), by_column.indices.astype(np.int32), by_column.data
        )

    def save(self, folder: Path, name: str) -> None:
        """Write three arrays whose names begin with `name`."""
        save(folder, **{f"{name}_{part}": array for part, array in vars(self).items()})

    @classmethod
    def open(cls, folder: Path, name: str) -> "Lists":
        """Open what was saved, memory-mapped."""
        return cls(*(opened(folder, f"{name}_{part}") for part in ("starts", "codes", "values")))


def lists_of(matrix: Any) -> Lists:
    """Give a sparse array of scipy as lists."""
    by_row = matrix.tocsr()
    by_row.sort_indices()
    return Lists(by_row.indptr.astype(np.int64), by_row.indices.astype(np.int32), by_row.data)


def joined(parts: Sequence[Lists]) -> Lists:
    """Put rows of lists below one another."""
    lengths = np.concatenate([np.zeros(1, np.int64), *(part.lengths() for part in parts)])
    codes = np.concatenate([np.zeros(0, np.int32), *(part.codes for part in parts)])
    values = [part.values for part in parts] or [np.zeros(0, np.int32)]
    return Lists(np.cumsum(lengths), codes, np.concatenate(values))


def save(folder: Path, **arrays: npt.NDArray[Any]) -> None:
    """Write arrays as plain files."""
    for name, array in arrays.items():
        write_array(folder / f"{name}.npy", array)


def opened(folder: Path, name: str) -> npt.NDArray[Any]:
    """Open one array, memory-mapped."""
    array: npt.NDArray[Any] = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    return array
