"""ColBERT-PRF: what the best documents have in common, as vectors to look for, too.

Wang, Macdonald, Tonellotto and Ounis, "Pseudo-relevance feedback for multiple representation
dense retrieval", ICTIR 2021.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.token_index.compression import SEED, Vectors
from evaluation.token_index.index import Rows, TokenIndex

NEIGHBOURS = 10  # corpus tokens that vote on what a centroid is called
LISTS = 4  # into which of the index's own centroids these are looked for
ROUNDS = 25


@dataclass(frozen=True, eq=False)
class Expansion:
    """Vectors that a query is expanded by, the rarest first.

    Attributes:
        vectors: (vectors, dimension) float32.
        tokens: what each is called.
        weights: (vectors,) float64: log((N + 1) / (df + 1)) of that token.
    """

    vectors: Vectors
    tokens: list[str]
    weights: npt.NDArray[np.float64]


def expand(index: TokenIndex, documents: Rows, clusters: int, most: int) -> Expansion:
    """Cluster the tokens of some documents and keep the centres that stand for the rarest tokens.

    Args:
        index: where the documents are.
        documents: rows, at least one; those that a first search found best.
        clusters: how many; fewer where there are not as many different vectors.
        most: how many centres to keep.
    """
    parts = [index.vectors(index.rows(document)) for document in documents.tolist()]
    centres = cluster(np.concatenate(parts), clusters)
    codes = [called(index, centre) for centre in centres]
    weights = rarity(index, codes)
    order = np.argsort(-weights, kind="stable")[:most]
    names = [index.names[0][codes[place]] for place in order.tolist()]
    return Expansion(centres[order], names, weights[order])


def cluster(vectors: Vectors, count: int) -> Vectors:
    """Give the centres of k-means (seeded): (clusters, dimension)."""
    import faiss

    different = np.unique(vectors, axis=0)
    if len(different) <= count:
        return different
    faiss.omp_set_num_threads(1)  # so that sums are formed in one order
    found = faiss.Kmeans(
        vectors.shape[1],
        count,
        niter=ROUNDS,
        seed=SEED,
        min_points_per_centroid=1,
        max_points_per_centroid=1 << 30,
    )
    found.train(np.ascontiguousarray(vectors))
    return np.asarray(found.centroids, np.float32)


def called(index: TokenIndex, centre: Vectors) -> int:
    """Give the code of the token that most of the nearest corpus tokens are.

    They are looked for among the tokens of the centroids nearest to it.
    """
    centroids = index.compression.centroids
    lists = np.argsort(-(centroids @ centre), kind="stable")[:LISTS]
    rows = index.in_lists(lists)
    products = index.vectors(rows) @ centre
    nearest = rows[np.argsort(-products, kind="stable")[:NEIGHBOURS]]
    names: list[int] = index.tokens[nearest].tolist()
    return Counter(names).most_common(1)[0][0]  # of equally many, the nearest


def rarity(index: TokenIndex, codes: list[int]) -> npt.NDArray[np.float64]:
    """Give log((N + 1) / (df + 1)) of tokens: 0 for one that is in every document."""
    holding = index.names[1][np.array(codes, np.int64)]
    return np.log((len(index) + 1) / (holding + 1))
