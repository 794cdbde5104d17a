"""An inverted index of weights: for each term, the documents that hold it and how much it adds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.files import open_table, write_table

ARRAYS = ("scores", "documents", "starts", "absent")


@dataclass(frozen=True, eq=False)
class PostingLists:
    """An opened index; the arrays are memory-mapped.

    Attributes:
        terms: code of each term.
        scores: weight of each (term, document) pair above that of an absent term, by term.
        documents: the documents of those pairs.
        starts: where each term's pairs start; (terms + 1,).
        absent: weight of each term in a document without it (not zero in bm25l and bm25+ only).
    """

    terms: dict[str, int]
    scores: npt.NDArray[np.float32]
    documents: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64]
    absent: npt.NDArray[np.float32]

    def search(
        self, terms: list[str], depth: int, size: int
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """Give documents and scores of the best hits, in no order, with all that tie at the end.

        Args:
            terms: of the query, repeated ones included.
            depth: how many hits are wanted.
            size: documents in the corpus.
        """
        codes = [self.terms[term] for term in terms if term in self.terms]
        totals = np.zeros(size, np.float32)
        for code in codes:
            part = slice(self.starts[code], self.starts[code + 1])
            totals[self.documents[part]] += self.scores[part]  # a document stands once per term
        found, values = _best(totals, depth)
        return found, values + self.absent[codes].sum(dtype=np.float32)

    def search_weighted(
        self, weights: Mapping[str, float], depth: int, size: int
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """Do as `search` for terms with weights: the sum of weight times score, over all terms."""
        totals, constant = np.zeros(size, np.float64), 0.0
        for term, weight in weights.items():
            if term in self.terms:
                code = self.terms[term]
                part = slice(self.starts[code], self.starts[code + 1])
                totals[self.documents[part]] += weight * self.scores[part].astype(np.float64)
                constant += weight * float(self.absent[code])
        found, values = _best(totals.astype(np.float32), depth)
        return found, values + np.float32(constant)

    def weight(self, term: str, document: int) -> tuple[float, int]:
        """Give what a term adds to the score of a document (its row), and how many hold the term.

        Not zero for a document without the term in bm25l and bm25+ only.
        """
        if term not in self.terms:
            return 0.0, 0
        code = self.terms[term]
        part = slice(self.starts[code], self.starts[code + 1])
        held = np.flatnonzero(self.documents[part] == document)
        own = float(self.scores[part][held[0]]) if len(held) else 0.0
        return own + float(self.absent[code]), int(self.starts[code + 1] - self.starts[code])


def _best(
    totals: npt.NDArray[np.float32], depth: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """Give the documents with a positive total and those totals, the best with all that tie."""
    found = np.flatnonzero(totals > 0).astype(np.int32)
    values = totals[found]
    if len(found) > depth:
        least = np.partition(values, len(values) - depth)[-depth]
        found, values = found[values >= least], values[values >= least]
    return found, values


def write_postings(
    folder: Path, terms: Sequence[str], arrays: tuple[npt.NDArray[Any], ...]
) -> None:
    """Write an index that `load` opens: the terms in order of their codes, and the ARRAYS."""
    write_table(folder / "terms.arrow", pa.table({"term": pa.array(terms, pa.string())}))
    for name, array in zip(ARRAYS, arrays, strict=True):
        np.save(folder / f"{name}.npy", array, allow_pickle=False)


@lru_cache(maxsize=8)
def load(folder: Path) -> PostingLists:
    """Open the index in a folder; kept open in this process."""
    terms = open_table(folder / "terms.arrow")["term"].to_pylist()
    scores, documents, starts, absent = (
        np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in ARRAYS
    )
    codes = {term: code for code, term in enumerate(terms)}
    return PostingLists(codes, scores, documents, starts, absent)
