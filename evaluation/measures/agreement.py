"""How much two rankings of one query agree, without any judgements."""

from collections.abc import Sequence

import numpy as np

from evaluation.errors import InputError


def rank_biased_overlap(
    one: Sequence[str], other: Sequence[str], persistence: float = 0.9
) -> float:
    """Give extrapolated rank-biased overlap, 0 (nothing shared) to 1 (the same list).

    Webber, Moffat and Zobel, ACM TOIS 2010, equation 32: lists of unequal length are allowed; what
    lies beyond their ends is taken to agree as much as what was seen. Two empty lists give 1, an
    empty and a filled one 0.

    Args:
        one: document ids, best first, each once.
        other: the same of the other system.
        persistence: weight of depth, between 0 and 1; 0.9 puts 86 % of the weight on ten ranks.
    """
    if not 0 < persistence < 1:
        raise InputError(f"Persistence is {persistence}. Give a number between 0 and 1.")
    short, long = sorted((list(one), list(other)), key=len)
    if not short:
        return 1.0 if not long else 0.0
    overlap = _overlaps(short, long)
    s, length = len(short), len(long)
    depth = np.arange(1, length + 1)
    weight = persistence ** depth.astype(float)
    seen = np.sum(overlap / depth * weight)
    beyond = depth[s:]
    missing = np.sum(overlap[s - 1] * (beyond - s) / (s * beyond) * weight[s:])
    rest = (overlap[-1] - overlap[s - 1]) / length + overlap[s - 1] / s
    value = (1 - persistence) / persistence * (seen + missing) + rest * weight[-1]
    return float(min(1.0, value))


def average_precision_correlation(one: Sequence[str], other: Sequence[str]) -> float:
    """Give the AP rank correlation of two rankings, symmetrised, -1 (reversed) to 1 (the same).

    Yilmaz, Aslam and Robertson, SIGIR 2008: like Kendall's tau, but a swap near the top weighs
    more. Both lists are first completed to the union of their documents: what one lacks stands
    behind its end, in the order of the other. Fewer than two documents give 1.
    """
    first = list(dict.fromkeys([*one, *other]))
    second = list(dict.fromkeys([*other, *one]))
    if len(first) < 2:
        return 1.0
    return (_one_way(first, second) + _one_way(second, first)) / 2


def _overlaps(short: list[str], long: list[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Count the documents that the two lists share at each depth of the longer one."""
    place = {doc_id: rank for rank, doc_id in enumerate(short)}
    meet = [max(rank, place[doc_id]) for rank, doc_id in enumerate(long) if doc_id in place]
    return np.cumsum(np.bincount(meet, minlength=len(long))).astype(np.float64)


def _one_way(ranking: list[str], truth: list[str]) -> float:
    """Average over ranks 2 and on: the share of documents above that the truth has above, too."""
    place = {doc_id: rank for rank, doc_id in enumerate(truth)}
    ranks = np.array([place[doc_id] for doc_id in ranking])
    above = ranks[:, None] > ranks[None, :]
    right = np.tril(above, -1).sum(1)[1:] / np.arange(1, len(ranks))
    return float(2 * right.mean() - 1)
