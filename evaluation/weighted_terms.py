"""Texts as weighted terms: the heaviest are kept, and an inverted index is made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Weights:
    """The terms of some texts, text by text.

    Attributes:
        starts: (texts + 1,) where the terms of each text start.
        terms: codes of terms, ascending within a text.
        weights: of those terms, never 0.
    """

    starts: npt.NDArray[np.int64]
    terms: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]

    def of(self, text: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """Give terms and weights of one text."""
        part = slice(int(self.starts[text]), int(self.starts[text + 1]))
        return self.terms[part], self.weights[part]

    def heaviest(self, most: int) -> "Weights":
        """Keep the heaviest terms of each text, of equal ones the first (0: all)."""
        counts = np.diff(self.starts)
        if not most or not len(counts) or counts.max() <= most:
            return self
        rows = np.repeat(np.arange(len(counts)), counts)
        order = np.lexsort((self.terms, -self.weights, rows))
        places = np.arange(len(rows)) - self.starts[rows]
        kept = np.sort(order[places < most])
        starts = np.concatenate([[0], np.cumsum(np.minimum(counts, most))])
        return Weights(starts, self.terms[kept], self.weights[kept])


def of_dense(values: Numbers, most: int) -> Weights:
    """Take the positive numbers of each row, a text, as weights of its columns, the terms.

    Args:
        values: (texts, terms).
        most: how many of each row are kept, the heaviest, of equal ones the first; 0 for all.
    """
    kept = values > 0
    if 0 < most < values.shape[1]:
        least = np.partition(values, values.shape[1] - most, axis=1)[:, -most]
        kept &= values >= least[:, None]
    counts = kept.sum(axis=1)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    terms = np.nonzero(kept)[1].astype(np.int32)
    return Weights(starts, terms, values[kept].astype(np.float32)).heaviest(most)


def postings(
    names: Sequence[str], parts: Sequence[Weights]
) -> tuple[list[str], tuple[npt.NDArray[Any], ...]]:
    """Turn the terms of documents into the documents of terms.

    Args:
        names: the term behind each code.
        parts: weights of the documents, some at a time, in order.

    Returns:
        the terms that a document holds, and the arrays of `inverted.PostingLists`.
    """
    from scipy.sparse import csr_matrix, vstack

    size = len(names)
    rows = [
        csr_matrix((part.weights, part.terms, part.starts), (len(part.starts) - 1, size))
        for part in parts
    ]
    lists = vstack([csr_matrix((0, size), dtype=np.float32), *rows]).tocsc()
    held = np.flatnonzero(np.diff(lists.indptr))
    starts = lists.indptr[np.append(held, size)].astype(np.int64)
    absent = np.zeros(len(held), np.float32)
    known = [names[term] for term in held.tolist()]
    return known, (lists.data, lists.indices.astype(np.int32), starts, absent)
