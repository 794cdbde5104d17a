"""MaxSim over an index of token vectors: candidates by centroids, then every stored vector.

Candidates are found as in PLAID (Santhanam et al., CIKM 2022): a document's tokens stand for
their centroids. What a token of the query could find outside the centroids that were looked into
is taken to be as good as the last of these, as in WARP (Scheerer et al., SIGIR 2025).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.token_index.index import Rows, TokenIndex

Values = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Wanted:
    """What is looked for: some vectors, and how much each counts.

    Attributes:
        vectors: (tokens, dimension).
        weights: (tokens,).
    """

    vectors: Values
    weights: Values

    @classmethod
    def plain(cls, vectors: Values) -> "Wanted":
        """Let every token count once, as in MaxSim."""
        return cls(vectors, np.ones(len(vectors)))

    def and_also(self, vectors: Values, weights: Values) -> "Wanted":
        """Look for some vectors more."""
        return Wanted(
            np.concatenate([self.vectors, vectors.astype(self.vectors.dtype)]),
            np.concatenate([self.weights, weights]),
        )

    def without_nothing(self) -> "Wanted":
        """Leave out the tokens that do not count, so that they choose no candidates."""
        kept = self.weights != 0
        return self if kept.all() else Wanted(self.vectors[kept], self.weights[kept])


def best_matches(index: TokenIndex, wanted: Values, documents: Rows) -> Values:
    """Give the greatest product of each wanted vector with a token of each document.

    Documents are taken packed, some thousand tokens in one product.

    Args:
        index: where the documents are; vectors are those stored in it, decompressed.
        wanted: (tokens, dimension); the type decides the precision.
        documents: rows; each has at least one token.

    Returns:
        (documents, tokens), in the type of `wanted`.
    """
    best: Values = np.empty((len(documents), len(wanted)), wanted.dtype)
    coded, across = index.compression.codebook is not None, np.ascontiguousarray(wanted.T)
    to_centroids = index.compression.centroids.astype(wanted.dtype, copy=False) @ across
    for part, rows, starts in index.blocks(documents):
        stored = index.stored[rows]
        vectors = index.compression.left(stored) if coded else stored
        products = vectors.astype(wanted.dtype, copy=False) @ across
        if coded:  # a product with a sum is the sum of products, and these are fewer numbers
            products += to_centroids[index.nearest[rows]]
        np.maximum.reduceat(products, starts, axis=0, out=best[part])
    return best


def max_similarity(index: TokenIndex, wanted: Wanted, documents: Rows) -> Values:
    """Give the score of documents: the sum over wanted vectors of weight times best match.

    Khattab and Zaharia (ColBERT, SIGIR 2020); (documents,) float64. Summed, not averaged.
    """
    best = best_matches(index, wanted.vectors, documents)
    return np.asarray(best.astype(np.float64) @ wanted.weights)


def candidates(index: TokenIndex, wanted: Wanted, probes: int, most: int) -> Rows:
    """Give the documents that may be best, in order of their rows; each has a token.

    With as many probes as centroids and as many candidates as documents, it is all of them.

    Args:
        index: where they are.
        wanted: what is looked for.
        probes: how many centroids to look into per wanted vector.
        most: how many documents to give.
    """
    centroids, wanted = index.compression.centroids, wanted.without_nothing()
    if not len(wanted.vectors) or not len(centroids):
        return np.zeros(0, np.int64)
    near = np.asarray(wanted.vectors, np.float32) @ centroids.T
    probes = min(probes, near.shape[1])
    totals, seen = np.zeros(len(index)), np.zeros(len(index), bool)
    for row, weight in zip(near, wanted.weights.tolist(), strict=True):
        chosen = np.argpartition(row, -probes)[-probes:]
        chosen = chosen[np.argsort(row[chosen], kind="stable")]
        holders = index.holders[index.in_lists(chosen)]
        reached = np.full(len(index), row[chosen[0]], np.float32)
        # the best comes last, and of several values for one document the last one stays
        reached[holders] = np.repeat(row[chosen], index.list_lengths(chosen))
        totals += weight * reached
        seen[holders] = True
    found = np.flatnonzero(seen)
    if len(found) <= most:
        return found
    best = np.argsort(-totals[found], kind="stable")[:most]
    return np.sort(found[best])
