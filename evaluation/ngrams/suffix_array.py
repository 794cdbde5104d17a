"""The index of all n-grams of a corpus: its tokens, and their suffixes in order.

All suffixes that begin with an n-gram stand beside each other, so that an n-gram of any length is
an interval, found by halving. An FM-index tells the same from a compressed text; the suffix array
(Manber and Myers, SIAM Journal on Computing, 1993) takes 8 bytes per token and answers at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.files import write_array

Integers = npt.NDArray[np.int64]
SEPARATOR = 0  # stands after every document, so that no n-gram crosses to the next one
ARRAYS = ("tokens", "suffixes", "starts")


@dataclass(frozen=True, eq=False)
class SuffixArray:
    """The documents one after another, and where each of their suffixes stands in order.

    Attributes:
        tokens: of all documents, positive, each document ended by SEPARATOR; int32.
        suffixes: positions in `tokens`, ordered by what follows from there.
        starts: where each document starts, and the end of the last; (documents + 1,) int64.
    """

    tokens: npt.NDArray[np.int32]
    suffixes: npt.NDArray[Any]
    starts: Integers

    @classmethod
    def of(cls, documents: Iterable[npt.NDArray[np.integer]]) -> "SuffixArray":
        """Index documents given as token codes: positive ones, or SEPARATOR for a gap."""
        gap = np.zeros(1, np.int32)
        parts, lengths = [np.zeros(0, np.int32)], [0]
        for codes in documents:
            parts += [codes.astype(np.int32), gap]
            lengths.append(len(codes) + 1)
        tokens = np.concatenate(parts)
        return cls(tokens, _suffixes(tokens), np.cumsum(np.array(lengths, np.int64)))

    def save(self, folder: Path) -> None:
        """Write the arrays into an existing folder."""
        for name in ARRAYS:
            write_array(folder / f"{name}.npy", getattr(self, name))

    @cached_property
    def size(self) -> int:
        """Count the tokens of all documents (N)."""
        return int(np.count_nonzero(self.tokens))

    @cached_property
    def whole(self) -> tuple[int, int]:
        """The interval of the empty n-gram."""
        return 0, len(self.suffixes)

    def intervals(self, ngrams: Sequence[Sequence[int]]) -> tuple[Integers, Integers]:
        """Find n-grams: `low` and `high` of each, whose difference is how often it occurs (F).

        An n-gram that does not occur, or holds anything but codes of tokens, has an empty one.
        """
        lengths = np.array([len(ngram) for ngram in ngrams], np.int64)
        low, high = np.zeros(len(ngrams), np.int64), np.full(len(ngrams), len(self.suffixes))
        for place in range(int(lengths.max(initial=0))):
            longer = np.flatnonzero(lengths > place)
            tokens = np.array([ngrams[number][place] for number in longer.tolist()], np.int64)
            low[longer], high[longer] = self.extend(low[longer], high[longer], place, tokens)
        return low, high

    def extend(
        self, low: Integers, high: Integers, length: int, tokens: Integers
    ) -> tuple[Integers, Integers]:
        """Narrow intervals of n-grams of one length to those that a token follows, all at once."""
        start = self._bound(low, high, length, tokens, after=False)
        end = self._bound(start, high, length, tokens, after=True)
        return start, np.where(tokens > SEPARATOR, end, start)

    def _bound(
        self, low: Integers, high: Integers, length: int, tokens: Integers, *, after: bool
    ) -> Integers:
        """Halve until it is known where a token stands, or ends, as the next one in intervals."""
        low, high = low.copy(), high.copy()
        last = len(self.suffixes) - 1
        while (is_open := low < high).any():
            middle = (low + high) // 2
            place = self.suffixes[np.minimum(middle, last)].astype(np.int64) + length
            found = self.tokens[np.minimum(place, last)]
            before = (found <= tokens) if after else (found < tokens)
            low = np.where(is_open & before, middle + 1, low)
            high = np.where(is_open & ~before, middle, high)
        return low

    def counts(self, ngrams: Sequence[Sequence[int]]) -> Integers:
        """Count how often each n-gram occurs in the corpus (F)."""
        low, high = self.intervals(ngrams)
        return high - low

    def positions(self, low: int, high: int) -> Integers:
        """Give where the n-gram of an interval stands in `tokens`, in no special order."""
        return np.asarray(self.suffixes[low:high], np.int64)

    def documents(self, positions: Integers) -> Integers:
        """Give the document (its row) of each position."""
        return np.searchsorted(self.starts, positions, side="right") - 1

    def continuations(self, low: int, high: int, length: int) -> tuple[Integers, Integers]:
        """List the tokens that follow the n-gram of an interval, ascending, and how often each.

        What ends there is left out, so the counts may sum to less than the interval.
        """
        if (low, high) == self.whole and length == 0:
            return self._first
        return _runs(self.tokens[self.positions(low, high) + length])

    @cached_property
    def _first(self) -> tuple[Integers, Integers]:
        counts = np.bincount(self.tokens)
        tokens = np.flatnonzero(counts)
        tokens = tokens[tokens > SEPARATOR]
        return tokens, counts[tokens]


def _runs(ordered: npt.NDArray[np.int32]) -> tuple[Integers, Integers]:
    """Count equal neighbours: the tokens after an n-gram are in order, as its suffixes are."""
    begins = np.flatnonzero(np.diff(ordered, prepend=-1))
    tokens = ordered[begins].astype(np.int64)
    counts = np.diff(begins, append=len(ordered))
    return tokens[tokens > SEPARATOR], counts[tokens > SEPARATOR]


def _suffixes(tokens: npt.NDArray[np.int32]) -> npt.NDArray[Any]:
    """Order the suffixes by libdivsufsort, which sorts whole numbers by their bytes."""
    if not len(tokens):
        return np.zeros(0, np.int32)
    import pydivsufsort

    return np.asarray(pydivsufsort.divsufsort(tokens))


@lru_cache(maxsize=4)
def open_suffix_array(folder: Path) -> SuffixArray:
    """Open the index in a folder, memory-mapped; kept open in this process."""
    arrays = (np.load(folder / f"{n}.npy", mmap_mode="r", allow_pickle=False) for n in ARRAYS)
    return SuffixArray(*arrays)
