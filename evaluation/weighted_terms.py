"""Texts as weighted terms: the heaviest are kept, and an inverted index finds what shares them."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.lexical.lists import Lists, joined

NAME = "terms"  # of the index in its folder


def heaviest(texts: Lists, most: int) -> Lists:
    """Keep the heaviest terms of each text, of equal ones the first (0: all)."""
    lengths = texts.lengths()
    if not most or not len(lengths) or lengths.max() <= most:
        return texts
    rows = texts.owners()
    order = np.lexsort((texts.codes, -texts.values, rows))
    kept = np.zeros(len(rows), np.bool_)
    kept[order[np.arange(len(rows)) - texts.starts[rows] < most]] = True
    return texts.only(kept)


def of_dense(values: npt.NDArray[np.float32], most: int) -> Lists:
    """Take the positive numbers of each row, a text, as weights of its columns, the terms.

    Args:
        values: (texts, terms).
        most: how many of each row are kept, the heaviest, of equal ones the first; 0 for all.
    """
    kept = values > 0
    if 0 < most < values.shape[1]:
        least = np.partition(values, values.shape[1] - most, axis=1)[:, -most]
        kept &= values >= least[:, None]
    starts = np.append(0, np.cumsum(kept.sum(axis=1))).astype(np.int64)
    codes = np.nonzero(kept)[1].astype(np.int32)
    return heaviest(Lists(starts, codes, values[kept].astype(np.float32)), most)


def write_index(folder: Path, parts: Sequence[Lists], terms: int) -> None:
    """Write the documents of each term; `parts` hold the documents' terms, some at a time."""
    joined(parts).turned(terms).save(folder, NAME)


@lru_cache(maxsize=8)
def open_index(folder: Path) -> Lists:
    """Open what `write_index` wrote: per term its documents and weights; kept open."""
    return Lists.open(folder, NAME)


def search(
    index: Lists, weights: Mapping[int, float], size: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[Any]]:
    """Give the documents whose weights times those of a query sum to more than 0, and the sums.

    Args:
        index: the documents of each term.
        weights: of the query's terms.
        size: documents in the corpus.
    """
    totals = np.zeros(size, np.float64)
    for term, weight in weights.items():
        documents, values = index.row(term)
        totals[documents] += weight * values.astype(np.float64)  # a document stands once per term
    found = np.flatnonzero(totals > 0).astype(np.int32)
    return found, totals[found]


def weight_in(index: Lists, term: int, document: int) -> float:
    """Give the weight of a term in a document (its row); 0 where it has none."""
    documents, values = index.row(term)
    return float(values[documents == document].sum())
