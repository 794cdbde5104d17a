"""Where the documents of a stored run stand: found by id, without a pass over all hits."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation import lookup
from evaluation.lookup import HALF, LOW, THREADS, Codes, Index, Rows

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

    def rows_of(self, few: pa.Array, doc_ids: pa.Array) -> tuple[Rows, Rows]:
        """Do as `rows_of`; a document that has many hits costs no more than they are."""
        cuts = np.linspace(0, len(few), THREADS + 1, dtype=int).tolist()
        with ThreadPoolExecutor(THREADS) as pool:
            parts = pool.map(lambda a, b: self._keys(few, doc_ids, a, b), cuts[:-1], cuts[1:])
            keys = np.sort(np.concatenate(list(parts)))
        return (keys >> HALF).astype(np.int64), (keys & LOW).astype(np.int64)

    def _keys(self, few: pa.Array, doc_ids: pa.Array, start: int, end: int) -> Index:
        """Give `row << 32 | place in few` for each hit on few[start:end]."""
        part = few.slice(start, end - start)
        positions = lookup.positions_of(part, self.index)
        codes = (self.index[positions] & LOW).astype(np.int64)
        known, numbers = lookup.members(doc_ids.take(pa.array(codes)), part)
        positions = positions[known]
        after = self.ends[positions].astype(np.int64)
        before = np.where(positions > 0, self.ends[positions - 1], 0).astype(np.int64)
        counts = after - before
        steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        keys: Index = self.rows[np.repeat(before, counts) + steps].astype(np.uint64) << HALF
        keys |= np.repeat(numbers + start, counts).astype(np.uint64)
        return keys


def rows_of(few: pa.Array, doc_ids: pa.Array, documents: Codes) -> tuple[Rows, Rows]:
    """Find the hits on a few documents.

    Args:
        few: ids of the documents, each once.
        doc_ids: the ids behind the codes of the run.
        documents: the document code of each hit.

    Returns:
        rows of the run, ascending, and for each the place of its document in `few`.
    """
    known, numbers = lookup.members(doc_ids, few)
    rows, places = lookup.rows_with(known.astype(np.int32), documents, len(doc_ids))
    return rows, numbers[places]
