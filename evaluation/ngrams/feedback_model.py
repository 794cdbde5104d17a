"""A language model of n-grams over feedback text: the stand-in that needs no training.

SEAL generates the n-grams of a passage with a sequence-to-sequence model trained for it. Here
they come from the texts that a first search found, weighed as in relevance models (RM3,
Abdul-Jaleel et al., TREC 2004), so the n-grams are as good as those texts are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from evaluation.ngrams.suffix_array import Integers, SuffixArray
from evaluation.ngrams.weighing import Ngram, Numbers

KEEP = 0.9  # of what follows a longer history; the rest goes to the shorter one
Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class FeedbackModel:
    """A trigram model, interpolated with bigrams and single tokens (Jelinek and Mercer, 1980).

    An n-gram begins with a token that is no stop word, with its share among such tokens.

    Attributes:
        texts: the query and the feedback texts, as token codes.
        weights: how much of the model each text is; they sum to one.
        stops: whether each token code is a stop word.
    """

    texts: Sequence[Codes]
    weights: Sequence[float]
    stops: npt.NDArray[np.bool_]
    _after: dict[Ngram, dict[int, float]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Count what follows every history of up to two tokens, in shares of the texts."""
        for codes, weight in zip(self.texts, self.weights, strict=True):
            tokens = codes.tolist()
            for place, token in enumerate(tokens):
                for length in range(min(2, place) + 1):
                    history = self._after.setdefault(tuple(tokens[place - length : place]), {})
                    history[token] = history.get(token, 0.0) + weight / len(tokens)

    def beginnings(self) -> dict[int, float]:
        """Give the probability of every token that an n-gram may begin with."""
        shares: dict[int, float] = {}
        for codes, weight in zip(self.texts, self.weights, strict=True):
            content = codes[~self.stops[codes]]
            for token in content.tolist():
                shares[token] = shares.get(token, 0.0) + weight / len(content)
        return shares

    def following(self, ngram: Ngram, tokens: Integers) -> Numbers:
        """Give the probability of each of some tokens after an n-gram."""
        found = self._shares((), tokens)
        for length in range(1, min(2, len(ngram)) + 1):
            history = ngram[-length:]
            if history in self._after:
                found = KEEP * self._shares(history, tokens) + (1 - KEEP) * found
        return found

    def _shares(self, history: Ngram, tokens: Integers) -> Numbers:
        counts = self._after.get(history, {})
        total = sum(counts.values())
        found = np.fromiter((counts.get(token, 0.0) for token in tokens.tolist()), np.float64)
        return found / total if total else found


def generate(
    index: SuffixArray, model: FeedbackModel, beam: int, longest: int
) -> dict[Ngram, float]:
    """Write n-grams by beam search; only such as the corpus holds can come out.

    Args:
        index: what may be written: an n-gram goes on with tokens that follow it in the corpus.
        model: how likely that is.
        beam: how many n-grams of a length are kept and go on to the next.
        longest: tokens of the longest.

    Returns:
        p(n|q) of every n-gram that was in the beam at its length.
    """
    starts = model.beginnings()
    known = set(index.continuations(*index.whole, 0)[0].tolist())
    ahead = _best({(t,): p for t, p in starts.items() if t in known}, beam)
    found = dict(ahead)
    for _ in range(longest - 1):
        bounds = index.intervals(list(ahead))
        longer: dict[Ngram, float] = {}
        for (ngram, share), low, high in zip(ahead.items(), *bounds, strict=True):
            tokens, _ = index.continuations(int(low), int(high), len(ngram))
            shares = share * model.following(ngram, tokens)
            longer |= {
                (*ngram, token): p
                for token, p in zip(tokens.tolist(), shares.tolist(), strict=True)
                if p > 0
            }
        ahead = _best(longer, beam)
        found |= ahead
    return found


def _best(shares: dict[Ngram, float], beam: int) -> dict[Ngram, float]:
    kept = sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))[:beam]
    return dict(kept)
