"""How fast sparse vectors are searched and links spread, beside the plain matrix calculations.

    python -m benchmarks.structured_speed [documents] [terms] [nodes]

The inverted index is compared with one dense matrix product over the same weights (SPLADE-like: 120
terms in a document, 30 in a query; concepts: 300 of 1,000 and of 10,000 in both), the spreading of
vectors with the dense inverse; both sides give the same numbers. Times are of processor time, so
that a busy machine counts for little.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.document_graph import graph_of, spread
from evaluation.retrievers.lexical import best
from evaluation.weighted_terms import of_dense, open_index, write_index
from evaluation.weighted_terms import search as look_up

QUERIES, DEPTH, DIMENSION = 20, 1000, 384
HELD = (120, 30)  # terms of a document and of a query
CONCEPTS, KEPT = (1000, 10_000), (300, 300)  # how many, and those kept of a document and a query
DAMPING, LINKS = 0.5, 10


def main(documents: int, terms: int, nodes: int) -> None:
    """Make weights and links, compare, print."""
    search("learned sparse", documents, terms, HELD)
    for concepts in CONCEPTS:
        search("concepts", documents, concepts, KEPT)
    spreading(nodes)


def search(name: str, documents: int, terms: int, held: tuple[int, int]) -> None:
    """Compare the inverted index with a matrix product; per query, results included."""
    random = np.random.default_rng(1)
    share = 1 / np.arange(1, terms + 1) ** 0.7  # few terms are in many texts
    share /= share.sum()
    stored = weights(random, documents, share, held[0])
    asked = weights(random, QUERIES, share, held[1])
    wanted = [of_dense(row[None], 0).of(0) for row in asked]
    with tempfile.TemporaryDirectory() as folder:
        write_index(Path(folder), [of_dense(stored, 0)], terms)
        index = open_index(Path(folder))
        ours, found = timed(
            lambda: [best(*look_up(index, each, documents), DEPTH) for each in wanted]
        )
    plain, totals = timed(lambda: multiplied(stored, asked))
    for (_, values), expected in zip(found, totals, strict=True):
        assert np.allclose(np.sort(values)[::-1][:10], expected[:10], rtol=1e-4)
    size = sum(array.nbytes for array in vars(index).values())
    print(f"{name}: {documents:,} documents, {held[0]} of {terms:,} terms, queries one by one")
    print(f"  inverted index {1000 * ours / QUERIES:.2f} ms a query, {size / 1e6:.0f} MB")
    print(f"  dense product {1000 * plain / QUERIES:.2f} ms, {stored.nbytes / 1e6:.0f} MB")
    print(f"  {plain / ours:.1f} times as fast, {stored.nbytes / size:.0f} times smaller")


def spreading(nodes: int) -> None:
    """Compare power iteration with the dense inverse."""
    random = np.random.default_rng(2)
    first = np.repeat(np.arange(nodes), LINKS)
    graph = graph_of(first, random.integers(0, nodes, len(first)), np.ones(len(first)), nodes)
    vectors = random.standard_normal((nodes, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ours, reached = timed(lambda: spread(graph, vectors, DAMPING))
    plain, closed = timed(lambda: inverse(graph) @ vectors)
    print(f"spreading: {nodes:,} documents, {LINKS} links each, {DIMENSION} dimensions")
    print(f"  power iteration {ours:.2f} s, dense inverse {plain:.2f} s: {plain / ours:.0f} times")
    print(f"  largest difference {np.abs(reached - closed).max():.1e}")


def weights(
    random: np.random.Generator, texts: int, share: npt.NDArray[np.float64], held: int
) -> npt.NDArray[np.float32]:
    """Draw the weights of texts; (texts, terms)."""
    found = np.zeros((texts, len(share)), np.float32)
    for row in found:
        row[random.choice(len(share), held, p=share)] = random.random(held) + 0.1
    return found


def multiplied(stored: npt.NDArray[np.float32], asked: npt.NDArray[np.float32]) -> list[Any]:
    """Multiply query by query and sort the best, as a search must."""
    found = []
    for row in asked:
        totals = stored @ row
        found.append(np.sort(np.partition(totals, len(totals) - DEPTH)[-DEPTH:])[::-1])
    return found


def inverse(graph: Any) -> npt.NDArray[np.float64]:
    """Give (1 - l) (I - l A)^-1."""
    closed: npt.NDArray[np.float64] = np.linalg.inv(
        np.eye(graph.shape[0]) - DAMPING * graph.toarray()
    )
    return (1 - DAMPING) * closed


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Give the seconds of processor time that some work took, the best of three, and its result."""
    seconds = []
    for _ in range(3):
        started = time.process_time()
        result = work()
        seconds.append(time.process_time() - started)
    return min(seconds), result


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[1:4]]
    main(*[*given, *(20_000, 8000, 3000)[len(given) :]])
