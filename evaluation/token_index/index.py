"""An opened index of token vectors: what is stored of each token, and where to find it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.files import open_table
from evaluation.token_index.compression import Compression, Vectors

Rows = npt.NDArray[np.int64]
AT_ONCE = 2048  # tokens taken together, so that their vectors stay in the cache


@dataclass(frozen=True, eq=False)
class TokenIndex:
    """Token vectors of all documents in corpus order; the arrays are memory-mapped.

    Attributes:
        compression: turns what is stored into vectors.
        stored: (tokens, bytes) codes, or (tokens, dimension) vectors in 16 bits.
        ends: (documents,) where each document ends in `stored`.
        nearest: (tokens,) centroid of each token.
        tokens: (tokens,) code of each token's name.
        members: (tokens,) rows of `stored`, by centroid.
        member_ends: (centroids,) where each centroid ends in `members`.
        names: name of each token code, and in how many documents it is: (codes,) each.
        holders: (tokens,) document of each row of `stored`; in memory only.
    """

    compression: Compression
    stored: npt.NDArray[Any]
    ends: Rows
    nearest: npt.NDArray[np.unsignedinteger]
    tokens: npt.NDArray[np.unsignedinteger]
    members: npt.NDArray[np.int32]
    member_ends: Rows
    names: tuple[list[str], Rows]
    holders: npt.NDArray[np.int32]

    def __len__(self) -> int:
        """Count the documents."""
        return len(self.ends)

    def rows(self, document: int) -> slice:
        """Give the place of a document's tokens in `stored`."""
        return slice(int(self.ends[document - 1]) if document else 0, int(self.ends[document]))

    def starts(self, documents: Rows) -> Rows:
        """Give where the tokens of some documents start in `stored`."""
        return np.where(documents > 0, self.ends[documents - 1], 0)

    def lengths(self, documents: Rows) -> Rows:
        """Count the tokens of some documents."""
        return np.asarray(self.ends[documents] - self.starts(documents))

    def token_names(self, document: int) -> list[str]:
        """Name the tokens of a document, in order."""
        return [self.names[0][code] for code in self.tokens[self.rows(document)].tolist()]

    def vectors(self, rows: Rows | slice) -> Vectors:
        """Give the vectors in some rows of `stored`."""
        return self.compression.decode(self.stored[rows], self.nearest[rows])

    def in_lists(self, centroids: Rows) -> Rows:
        """Give the rows of `stored` whose centroid is one of some, centroid by centroid."""
        parts = [self.members[self._list(centroid)] for centroid in centroids.tolist()]
        return np.concatenate([np.zeros(0, np.int64), *parts])

    def list_lengths(self, centroids: Rows) -> Rows:
        """Count the tokens of each of some centroids."""
        before = np.where(centroids > 0, self.member_ends[centroids - 1], 0)
        lengths: Rows = self.member_ends[centroids] - before
        return lengths

    def blocks(self, documents: Rows) -> Iterator[tuple[slice, Rows, Rows]]:
        """Go through some documents, some at a time.

        Gives which of `documents` these are, the rows of all their tokens, and where each starts.
        """
        starts, lengths = self.starts(documents), self.lengths(documents)
        before = np.cumsum(lengths) - lengths
        cuts = np.flatnonzero(np.diff(before // AT_ONCE, prepend=-1))
        for first, last in zip(cuts, [*cuts[1:], len(documents)], strict=True):
            part = slice(int(first), int(last))
            inside = before[part] - before[first]
            rows = np.repeat(starts[part] - inside, lengths[part])
            rows += np.arange(len(rows))
            yield part, rows, inside

    def _list(self, centroid: int) -> slice:
        start = int(self.member_ends[centroid - 1]) if centroid else 0
        return slice(start, int(self.member_ends[centroid]))


@lru_cache(maxsize=4)
def open_index(folder: Path) -> TokenIndex:
    """Open the index in a folder; kept open in this process."""
    arrays = ("stored", "ends", "nearest", "tokens", "members", "member_ends")
    opened = {
        name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in arrays
    }
    names = open_table(folder / "names.arrow")
    ends = opened["ends"]
    holders = np.repeat(np.arange(len(ends), dtype=np.int32), np.diff(ends, prepend=0))
    known = names["token"].to_pylist(), names["documents"].to_numpy()
    compression = Compression.open(folder)
    return TokenIndex(compression=compression, names=known, holders=holders, **opened)
