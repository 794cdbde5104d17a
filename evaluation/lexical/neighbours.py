"""Documents near a document, and the words that those would add to it: document expansion."""

from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.lexical.counts import TermCounts
from evaluation.lexical.formula import Formula
from evaluation.lexical.lists import Lists, joined, lists_of
from evaluation.progress import Progress

CELLS = 1 << 23  # of (document, document), looked at together
STEP = 1000  # documents expanded together
ASKING = 20  # terms of a document that look for its neighbours


def neighbours(counts: TermCounts, number: int, progress: Progress) -> Lists:
    """Find the nearest other documents of every document.

    A document asks with its heaviest terms (by BM25's weight of them), as if these were a query;
    its neighbours are the best hits of BM25. Equal ones are taken in the order of the corpus.

    Args:
        counts: of the corpus.
        number: how many neighbours a document gets at most.
        progress: hears of the documents done.

    Returns:
        per document its neighbours, in order of the corpus, with shares that sum to 1: the scores,
        divided by their sum.
    """
    documents = len(counts.lengths)
    weights, _ = Formula().weigh(counts.by_term, counts.lengths)
    by_term = Lists(counts.by_term.starts, counts.by_term.codes, weights)
    asking = heaviest(by_term.turned(documents), ASKING)
    asking = Lists(asking.starts, asking.codes, np.ones(len(asking.codes), np.float32))
    index, found = by_term.matrix(documents), []
    step = max(1, CELLS // max(documents, 1))
    for start in range(0, documents, step):
        progress.report(start, documents)
        queries = asking.part(start, min(start + step, documents))
        scores = (queries.matrix(len(counts.names)) @ index).toarray()
        rows = np.arange(len(queries))
        scores[rows, start + rows] = 0  # no document is its own neighbour
        found.append(heaviest(_above_zero(scores), number))
    near = joined(found)
    sums = np.bincount(near.owners(), near.values, minlength=len(near))
    return Lists(near.starts, near.codes, near.values / sums[near.owners()])


def expansion(counts: TermCounts, near: Lists, number: int, progress: Progress) -> Lists:
    """Find the words that a document does not hold and its neighbours would say in its place.

    The neighbours' mean share of a term is how likely they say it; times the length of the
    document, it is how often it would stand there had they written it (Tao et al., NAACL 2006).
    The terms kept are those where that, times the term's rarity, is greatest.

    Args:
        counts: of the corpus.
        near: neighbours of each document, and their shares.
        number: how many terms a document gets at most.
        progress: hears of the documents done.

    Returns:
        per document the terms, and how often each would stand there.
    """
    documents, terms = len(counts.lengths), len(counts.names)
    whole, held = counts.by_document, counts.by_term.lengths()
    rarity = np.log1p((documents - held + 0.5) / (held + 0.5))
    shares = Lists(whole.starts, whole.codes, whole.values / counts.lengths[whole.owners()])
    said, found = shares.matrix(terms), []
    for start in range(0, documents, STEP):
        progress.report(start, documents)
        end = min(start + STEP, documents)
        likely = lists_of(near.part(start, end).matrix(documents) @ said)
        new = ~np.isin(likely.keys(), whole.part(start, end).keys(), assume_unique=True)
        likely = likely.only(new)
        times = likely.values * counts.lengths[start:end][likely.owners()]
        weighed = Lists(likely.starts, likely.codes, times * rarity[likely.codes])
        kept = heaviest(weighed, number)
        found.append(Lists(kept.starts, kept.codes, kept.values / rarity[kept.codes]))
    return joined(found)


def heaviest(lists: Lists, number: int) -> Lists:
    """Keep the greatest values of each row, at most so many; of equal ones the lower codes."""
    kept = np.ones(len(lists.codes), bool)
    for row in np.flatnonzero(lists.lengths() > number).tolist():
        part = slice(lists.starts[row], lists.starts[row + 1])
        values = lists.values[part]
        least = np.partition(values, -number)[-number]
        above, equal = values > least, np.flatnonzero(values == least)
        above[equal[: number - int(above.sum())]] = True
        kept[part] = above
    return lists.only(kept)


def _above_zero(scores: npt.NDArray[Any]) -> Lists:
    rows, columns = np.nonzero(scores > 0)
    starts = np.searchsorted(rows, np.arange(len(scores) + 1))
    return Lists(starts, columns.astype(np.int32), scores[rows, columns])
