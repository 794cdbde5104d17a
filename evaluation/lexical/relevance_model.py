"""Relevance models: which words the documents at the head of a ranking have in common."""

import numpy as np
import numpy.typing as npt

from evaluation.lexical.counts import TermCounts
from evaluation.lexical.lists import Codes


def relevance_model(
    counts: TermCounts,
    documents: npt.NDArray[np.integer],
    weights: npt.NDArray[np.float64],
    terms: int,
    common: float = 1.0,
) -> tuple[Codes, npt.NDArray[np.float64]]:
    """Estimate RM1 (Lavrenko & Croft, SIGIR 2001) from some documents; keep its likeliest terms.

    A term's probability is the mean of its share of each document, weighted.

    Args:
        counts: of the corpus.
        documents: rows of the feedback documents.
        weights: how much each counts; only their ratios matter.
        terms: how many terms are kept.
        common: terms that more than this share of all documents hold are left out.

    Returns:
        codes of the terms, likeliest first (of equal ones the lower code), and their
        probabilities, which sum to 1; none where the documents hold no such term.
    """
    read = counts.by_document.rows(documents)
    owners = read.owners()
    shares = read.values / counts.lengths[documents][owners] * weights[owners]
    found, places = np.unique(read.codes, return_inverse=True)
    sums = np.bincount(places, shares, minlength=len(found))
    held = counts.by_term.lengths()[found]
    kept = (held <= common * len(counts.lengths)) & (sums > 0)
    found, sums = found[kept], sums[kept]
    order = np.argsort(-sums, kind="stable")[:terms]
    return found[order], sums[order] / max(sums[order].sum(), np.finfo(float).tiny)
