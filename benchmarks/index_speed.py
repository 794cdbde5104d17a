"""How fast codes are searched, beside exact search, with what they find of it.

    python -m benchmarks.index_speed [documents] [queries]

Clustered vectors of 384 dimensions, drawn with a seed; one thread; queries one at a time, as a
visitor asks them. Binary codes and product quantisation choose a shortlist that the vectors score.
Rounds alternate between the indexes, so that a busy machine slows down all of them alike.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evaluation.vector_indexes.base import VECTORS, Effort, VectorIndex
from evaluation.vector_indexes.binary import build_codes
from evaluation.vector_indexes.opening import held_bytes, open_index
from evaluation.vector_indexes.product import build_product

DIMENSION, CLUSTERS, SPREAD = 384, 2000, 0.7
SHORTLISTS = (100, 1000)
ROUNDS, TOP = 3, 10
Floats = npt.NDArray[np.float32]


def main(documents: int, queries: int) -> None:
    """Make vectors, build the indexes, search, print."""
    vectors, asked = clustered(documents, queries)
    with tempfile.TemporaryDirectory() as place:
        folders = {kind: Path(place) / kind for kind in ("flat", "binary", "pq")}
        for kind, folder in folders.items():
            folder.mkdir()
            np.save(folder / VECTORS, vectors, allow_pickle=False)
            started = time.perf_counter()
            if kind == "binary":
                build_codes(vectors, folder, lambda done: None)
            elif kind == "pq":
                build_product(vectors, folder, 0, lambda done: None)
            print(f"{kind}: built in {time.perf_counter() - started:.1f} s")
        compare({kind: (open_index(f), held_bytes(f)) for kind, f in folders.items()}, asked)


def clustered(documents: int, queries: int) -> tuple[Floats, Floats]:
    """Draw unit vectors around the same centres for documents and queries."""
    random = np.random.default_rng(1)
    centres = random.standard_normal((CLUSTERS, DIMENSION)).astype(np.float32)
    found = []
    for count in (documents, queries):
        drawn = random.standard_normal((count, DIMENSION)).astype(np.float32) * np.float32(SPREAD)
        drawn += centres[random.integers(0, CLUSTERS, count)]
        found.append(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))
    return found[0], found[1]


def compare(indexes: dict[str, tuple[VectorIndex, int]], asked: Floats) -> None:
    """Search with every index in turn and print medians, ratios and recall."""
    variants = [("flat", 1)] + [(kind, n) for kind in ("binary", "pq") for n in SHORTLISTS]
    times: dict[tuple[str, int], list[float]] = {variant: [] for variant in variants}
    hits: dict[tuple[str, int], list[set[int]]] = {}
    for _ in range(ROUNDS):
        for kind, shortlist in variants:
            effort, found = Effort(shortlist=shortlist), []
            for query in asked:
                started = time.perf_counter()
                scores, rows = indexes[kind][0].nearest(query[None], TOP, effort)
                times[kind, shortlist].append(time.perf_counter() - started)
                best = np.argsort(-scores[0], kind="stable")[:TOP]
                found.append(set(rows[0, best].tolist()))
            hits[kind, shortlist] = found
    exact = statistics.median(times["flat", 1])
    for kind, shortlist in variants:
        middle = statistics.median(times[kind, shortlist])
        pairs = zip(hits[kind, shortlist], hits["flat", 1], strict=True)
        recall = statistics.mean(len(ours & theirs) / TOP for ours, theirs in pairs)
        name = kind if kind == "flat" else f"{kind}, shortlist {shortlist}"
        print(
            f"{name}: {middle * 1000:.2f} ms per query ({exact / middle:.1f} times as fast), "
            f"recall@{TOP} {recall:.3f}, {indexes[kind][1] / 1e6:.1f} MB in memory"
        )


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[1:3]]
    main(*[*given, *(200_000, 100)[len(given) :]])
