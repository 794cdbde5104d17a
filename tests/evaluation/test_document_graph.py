import secrets
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from evaluation.document_graph import graph_of, shares_of, spread

Array = npt.NDArray[Any]


@pytest.fixture
def seed() -> int:
    """A fresh seed; pytest shows it with a test that fails."""
    return secrets.randbits(32)


def drawn(random: np.random.Generator, size: int, links: int) -> tuple[Array, Array, Array]:
    """Draw links, some of them twice, to oneself, both ways or of weight zero."""
    first, second = random.integers(0, size, (2, links))
    return first, second, np.maximum(random.random(links) - 0.1, 0)


def dense(links: tuple[Array, Array, Array], size: int) -> Array:
    """Make the normalised graph in the plainest way."""
    given = np.zeros((size, size))
    for a, b, weight in zip(*links, strict=True):
        given[a, b] += weight if a != b else 0
    both = np.maximum(given, given.T)
    for node in range(size):
        if not both[node].any():
            both[node, node] = 1
    sums = both.sum(axis=1)
    return both / np.sqrt(np.outer(sums, sums))


def vectors_of(random: np.random.Generator, size: int, dimension: int = 70) -> Array:
    found = random.standard_normal((size, dimension))
    unit: Array = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.mark.parametrize("damping", [0.0, 0.2, 0.5, 0.95])
@pytest.mark.parametrize("links", [0, 20, 200])
def test_spreading_reaches_the_closed_form(links: int, damping: float, seed: int) -> None:
    random, size = np.random.default_rng(seed), 40
    given, vectors = drawn(random, size, links), vectors_of(random, size)
    plain = dense(given, size)
    graph = graph_of(*given, size)
    assert graph.toarray() == pytest.approx(plain, abs=1e-12)
    closed = (1 - damping) * np.linalg.inv(np.eye(size) - damping * plain)
    assert spread(graph, vectors, damping) == pytest.approx(closed @ vectors, abs=1e-5)
    for document in range(0, size, 7):
        assert shares_of(graph, document, damping) == pytest.approx(closed[document], abs=1e-8)


def test_the_result_does_not_depend_on_the_order_of_the_documents(seed: int) -> None:
    random, size = np.random.default_rng(seed), 60
    (first, second, weights), vectors = drawn(random, size, 150), vectors_of(random, size)
    order = random.permutation(size)  # the new place of each document
    moved = np.empty_like(vectors)
    moved[order] = vectors
    before = spread(graph_of(first, second, weights, size), vectors, 0.6)
    after = spread(graph_of(order[first], order[second], weights, size), moved, 0.6)
    assert after[order] == pytest.approx(before, abs=1e-6)


def test_without_links_every_vector_stays_what_it_is(seed: int) -> None:
    vectors, none = vectors_of(np.random.default_rng(seed), 12), np.zeros(0, np.int64)
    assert (spread(graph_of(none, none, none, 12), vectors, 0.5) == vectors).all()


def test_spreading_tells_how_far_it_is() -> None:
    heard: list[float] = []
    pair = np.array([0]), np.array([1]), np.array([1.0])
    spread(graph_of(*pair, 2), np.eye(2, 130, dtype=np.float32), 0.5, heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == pytest.approx(1)
