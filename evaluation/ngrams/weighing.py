"""Weights of n-grams, and the score of a document from those it holds.

After Bevilacqua et al., Autoregressive Search Engines (SEAL), NeurIPS 2022, with the constants of
the authors' code.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.ngrams.suffix_array import Integers, SuffixArray

SMOOTHING = 5.0
Ngram = tuple[int, ...]
Numbers = npt.NDArray[np.float64]


def background(occurrences: Integers, size: int) -> Numbers:
    """Give p(n) = (F(n) + 5) / (N + 5): how likely n-grams are whatever the query."""
    return np.asarray((occurrences + SMOOTHING) / (size + SMOOTHING), np.float64)


def weigh(given: Numbers, occurrences: Integers, size: int, exponent: float) -> Numbers:
    """Give the weight of n-grams: how much likelier the query makes them than the corpus does.

    w(n, q) = max(0, log(p(n|q) (1 - p(n)) / (p(n) (1 - p(n|q)))))^alpha: it falls as n occurs more
    often, and is 0 where the query does not make n likelier.

    Args:
        given: p(n|q) of each n-gram, 0 to 1.
        occurrences: F(n) of each.
        size: tokens in the corpus (N).
        exponent: alpha.
    """
    with np.errstate(divide="ignore"):
        gain = _log_odds(given) - _log_odds(background(occurrences, size))
    return np.asarray(np.maximum(gain, 0.0) ** exponent, np.float64)


def _log_odds(share: Numbers) -> Numbers:
    inside = np.minimum(share, 1 - 1e-10)  # as the authors: a certain n-gram has a finite weight
    return np.asarray(np.log(inside) - np.log1p(-inside), np.float64)


@dataclass(frozen=True, eq=False)
class WeighedNgrams:
    """The n-grams of one query that weigh anything, heaviest first, and where they stand.

    Attributes:
        ngrams: token codes of each.
        weights: w(n, q), positive.
        low: start of each interval in the suffix array.
        high: its end.
    """

    ngrams: list[Ngram]
    weights: Numbers
    low: Integers
    high: Integers

    @classmethod
    def of(cls, index: SuffixArray, given: dict[Ngram, float], exponent: float) -> "WeighedNgrams":
        """Weigh n-grams by p(n|q); those that do not occur, or weigh nothing, are left out."""
        ngrams = list(given)
        low, high = index.intervals(ngrams)
        shares = np.fromiter(given.values(), np.float64, len(ngrams))
        weights = np.where(high > low, weigh(shares, high - low, index.size, exponent), 0.0)
        kept = [n for n in range(len(ngrams)) if weights[n] > 0]
        kept.sort(key=lambda number: (-weights[number], ngrams[number]))
        return cls([ngrams[n] for n in kept], weights[kept], low[kept], high[kept])

    @property
    def occurrences(self) -> Integers:
        """How often each n-gram occurs in the corpus (F)."""
        return self.high - self.low


@dataclass(frozen=True)
class Match:
    """An n-gram that a document holds.

    Attributes:
        number: of the n-gram among the weighed ones.
        adds: to the score of the document.
        places: where it stands, in tokens from the start of the document.
    """

    number: int
    adds: float
    places: tuple[int, ...]


def match_in(
    weighed: WeighedNgrams, found: Sequence[tuple[int, int]], coverage: float
) -> list[Match]:
    """Choose the n-grams that score a document: the heaviest first, and none over another.

    An n-gram counts once, at all places that are still free, with its weight times
    1 - beta + beta * |its tokens not seen in heavier ones| / |its tokens|.

    Args:
        weighed: the n-grams of the query.
        found: `(number, place)` of each of their occurrences in the document, ascending.
        coverage: beta.

    Returns:
        The chosen ones, heaviest first; what they add sums to the score of the document.
    """
    taken: set[int] = set()
    seen: set[int] = set()
    matches: list[Match] = []
    places: dict[int, list[int]] = {}
    for number, place in found:
        places.setdefault(number, []).append(place)
    for number, starts in places.items():
        ngram = weighed.ngrams[number]
        free: list[int] = []
        for start in starts:
            covered = range(start, start + len(ngram))
            if taken.isdisjoint(covered):
                taken.update(covered)
                free.append(start)
        if not free:
            continue
        tokens = set(ngram)
        factor = 1 - coverage + coverage * len(tokens - seen) / len(tokens)
        seen |= tokens
        matches.append(Match(number, float(weighed.weights[number]) * factor, tuple(free)))
    return matches
