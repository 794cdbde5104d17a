"""Where the documents of a stored run stand: found by id, without a pass over all hits."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation import lookup
from evaluation.lookup import HALF, LOW, THREADS, Codes, Index, Rows

Asked = tuple[Rows, Rows, Rows]
TOGETHER = 1 << 20  # hits at a time, so that what is made on the way stays small


@dataclass(frozen=True, eq=False)
class Postings:
    """The hits of a run by document, as they are stored beside it.

    Attributes:
        index: `index_of` the run's document ids.
        ends: (documents,) aligned with `index`: where the hits of a document end in `rows`; those
            of the next one start there.
        rows: (hits,) the rows of the run, by document in the order of `index`, ascending within.
    """

    index: Index
    ends: npt.NDArray[np.uint32]
    rows: npt.NDArray[np.uint32]

    @classmethod
    def of(cls, doc_ids: pa.Array, documents: Codes) -> "Postings":
        """Sort the hits of a run (document codes, in its order) by document."""
        index = lookup.index_of(doc_ids)
        places = np.empty(len(index), np.uint64)
        places[(index & LOW).astype(np.int64)] = np.arange(len(index), dtype=np.uint64)
        keys = np.empty(len(documents), np.uint64)
        for start in range(0, len(keys), TOGETHER):
            part = slice(start, start + TOGETHER)
            keys[part] = places[documents[part]] << HALF
            keys[part] |= np.arange(start, min(start + TOGETHER, len(keys)), dtype=np.uint64)
        keys.sort()
        ends = np.searchsorted(keys, np.arange(1, len(index) + 1, dtype=np.uint64) << HALF)
        return cls(index, ends.astype(np.uint32), keys.astype(np.uint32))  # the low halves

    def rows_of(self, few: pa.Array, doc_ids: pa.Array, asked: Asked) -> Rows:
        """Do as `rows_of`; neither the length of the run nor of a document's list counts."""
        cuts = np.linspace(0, len(few), THREADS + 1, dtype=int).tolist()
        with ThreadPoolExecutor(THREADS) as pool:
            parts = pool.map(lambda a, b: self._lists(few, doc_ids, a, b), cuts[:-1], cuts[1:])
            starts, ends = np.concatenate(list(parts), axis=1)
        return _first_within(self.rows, (starts[asked[0]], ends[asked[0]]), asked[1:])

    def _lists(self, few: pa.Array, doc_ids: pa.Array, start: int, end: int) -> Rows:
        """Give where the rows of each of few[start:end] start and end; twice 0 without any."""
        part = few.slice(start, end - start)
        positions = lookup.positions_of(part, self.index)
        codes = (self.index[positions] & LOW).astype(np.int64)
        known, numbers = lookup.members(doc_ids.take(pa.array(codes)), part)
        positions = positions[known]
        found = np.zeros((2, len(part)), np.int64)
        found[0, numbers] = np.where(positions > 0, self.ends[positions - 1], 0)
        found[1, numbers] = self.ends[positions]
        return found


def rows_of(few: pa.Array, doc_ids: pa.Array, documents: Codes, asked: Asked) -> Rows:
    """Find hits on a few documents, each within a stretch of the run.

    Args:
        few: ids of the documents, each once.
        doc_ids: the ids behind the codes of the run.
        documents: the document code of each hit.
        asked: for each hit that is looked for the place of its document in `few`, and where the
            stretch (the hits of a query) starts and ends.

    Returns:
        the row of each hit; -1 where the stretch does not hold the document.
    """
    known, numbers = lookup.members(doc_ids, few)
    rows, places = lookup.rows_with(known.astype(np.int32), documents, len(doc_ids))
    keys = np.sort(numbers[places].astype(np.uint64) << HALF | rows.astype(np.uint64))
    ends = np.searchsorted(keys, np.arange(len(few) + 1, dtype=np.uint64) << HALF)
    lists = ends[asked[0]], ends[asked[0] + 1]
    return _first_within((keys & LOW).astype(np.uint32), lists, asked[1:])


def _first_within(
    rows: npt.NDArray[np.uint32], lists: tuple[Rows, Rows], spans: tuple[Rows, ...]
) -> Rows:
    """Give the first row of each list that lies in a span, -1 without one: a binary search."""
    low, high = (end.astype(np.int64) for end in lists)
    last = high.copy()
    while len(open_ones := np.flatnonzero(low < high)):
        middle = (low[open_ones] + high[open_ones]) // 2
        below = rows[middle] < spans[0][open_ones]
        low[open_ones[below]] = middle[below] + 1
        high[open_ones[~below]] = middle[~below]
    found = np.full(len(low), -1, np.int64)
    inside = np.flatnonzero(low < last)
    held = rows[low[inside]].astype(np.int64)
    fits = held < spans[1][inside]
    found[inside[fits]] = held[fits]
    return found
