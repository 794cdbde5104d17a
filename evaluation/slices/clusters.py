"""Groups of queries about the same things: k-means over the vectors of an encoder."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from evaluation.slices.feature import Feature
from evaluation.text import Analyser

Vectors = npt.NDArray[np.float32]

PER_CLUSTER = 25  # queries, at least, as a mean
MOST = 8
WORDS_SHOWN = 3
ANALYSER = Analyser("bigrams", "none", "english (long)")  # only cuts scripts without spaces


def cluster_count(queries: int) -> int:
    """Give how many groups to make: one per 25 queries, at most eight."""
    return min(MOST, queries // PER_CLUSTER)


def cluster_names(vectors: Vectors, texts: Sequence[str], seed: int) -> tuple[str, ...]:
    """Group queries by their vectors; gives the name of each query's group.

    Spherical k-means, the best of several seeded starts (MacQueen, 1967; as faiss has it). A
    group is named by the words that are more frequent in it than elsewhere. With too few queries
    for two groups all are in one.

    Args:
        vectors: (queries, dimension), one per query.
        texts: of the same queries.
        seed: the same seed gives the same groups.
    """
    count = cluster_count(len(vectors))
    if count < 2:
        return ("all",) * len(vectors)
    return _named(_assigned(vectors, count, seed), texts, count)


def cluster_feature(names: Sequence[str], model: str) -> Feature:
    """Make a feature of the groups that `cluster_names` gave."""
    return Feature(
        "cluster",
        "Topic",
        f"Queries whose vectors ({model}) lie close together, grouped by k-means; each group is "
        "named by words that are frequent in it and rare elsewhere.",
        names=tuple(names),
    )


def _assigned(vectors: Vectors, count: int, seed: int) -> list[int]:
    import faiss

    faiss.omp_set_num_threads(1)  # the same groups every time
    unit = np.ascontiguousarray(vectors, np.float32).copy()
    faiss.normalize_L2(unit)
    means = faiss.Kmeans(
        unit.shape[1],
        count,
        niter=30,
        nredo=5,
        seed=seed,
        spherical=True,
        min_points_per_centroid=1,
        max_points_per_centroid=10**9,
    )
    means.train(unit)
    _, nearest = means.assign(unit)
    return [int(group) for group in nearest]


def _named(groups: list[int], texts: Sequence[str], count: int) -> tuple[str, ...]:
    """Name each group by its most telling words: queries in it, times the share it has of all."""
    everywhere: Counter[str] = Counter()
    inside: list[Counter[str]] = [Counter() for _ in range(count)]
    for group, text in zip(groups, texts, strict=True):
        words = set(ANALYSER.terms(text))
        everywhere.update(words)
        inside[group].update(words)
    names: list[str] = []
    for number, counts in enumerate(inside):
        told = sorted(counts, key=lambda w: (-(counts[w] ** 2) / everywhere[w], w))
        name = ", ".join(told[:WORDS_SHOWN]) or "no words"
        names.append(name if name not in names else f"{name} ({number + 1})")
    return tuple(names[group] for group in groups)
