"""A graph of documents: links as a matrix, and what spreads along them.

Zhou et al., Learning with local and global consistency, NeurIPS 2003: with A the links (in both
directions) and D the sums of its rows, the graph is D^-1/2 A D^-1/2, and vectors E spread to
(1 - l) (E + l Â E + l² Â² E + ...), which is (1 - l) (I - l Â)^-1 E.
"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.files import write_array

Array = npt.NDArray[Any]
COLUMNS = 64  # of the vectors that are worked on together, which bounds the memory
CLOSE = 1e-9  # how far the sum may be from its limit, for vectors of length one
FILES = {"data": "weights", "indices": "neighbours", "indptr": "starts"}


def graph_of(first: Array, second: Array, weights: Array, size: int) -> Any:
    """Make the normalised graph of links; a scipy sparse matrix (size, size) in float64.

    A link counts in both directions, the greater weight if both are given; equal links add up; a
    document linked to itself is not. A document without any link is its own only neighbour, so
    that nothing spreads to it or from it and its vector stays what it is.

    Args:
        first: rows of documents at one end of each link.
        second: rows at the other end.
        weights: of the links; those of zero and below are no links.
        size: documents in all.
    """
    from scipy.sparse import csr_matrix, diags

    kept = (first != second) & (weights > 0)
    ends = first[kept].astype(np.int64), second[kept].astype(np.int64)
    links = csr_matrix((weights[kept].astype(np.float64), ends), (size, size))
    links = links.maximum(links.T)
    alone = np.asarray(links.sum(axis=1)).ravel() == 0
    links = (links + diags(alone.astype(np.float64))).tocsr()
    scale = diags(1 / np.sqrt(np.asarray(links.sum(axis=1)).ravel()))
    return (scale @ links @ scale).tocsr()


def spread(
    graph: Any, vectors: Array, damping: float, report: Callable[[float], None] = lambda share: None
) -> npt.NDArray[np.float32]:
    """Spread vectors along a graph, by power iteration until nothing more than CLOSE is missing.

    Args:
        graph: as `graph_of` gives it.
        vectors: (documents, dimension).
        damping: l, from 0 (nothing spreads) to below 1.
        report: hears the share that is done; may raise to stop.
    """
    found = np.empty(vectors.shape, np.float32)
    steps, width = steps_of(damping), max(1, vectors.shape[1])
    for start in range(0, vectors.shape[1], COLUMNS):
        own = np.asarray(vectors[:, start : start + COLUMNS], np.float64)
        reached = own
        for step in range(steps):
            reached = (1 - damping) * own + damping * (graph @ reached)
            report((start + own.shape[1] * (step + 1) / steps) / width)
        found[:, start : start + COLUMNS] = reached
    return found


def shares_of(graph: Any, document: int, damping: float) -> npt.NDArray[np.float64]:
    """Give how much of every document's vector reaches one document: the sum is its vector."""
    own = np.zeros(graph.shape[0])
    own[document] = 1.0
    reached = own
    for _ in range(steps_of(damping)):
        reached = (1 - damping) * own + damping * (graph @ reached)  # the graph is symmetric
    return reached


def steps_of(damping: float) -> int:
    """Count the steps after which at most CLOSE is missing, as no step makes anything longer."""
    return math.ceil(math.log(CLOSE / 2) / math.log(damping)) if damping else 0


def save_graph(graph: Any, folder: Path) -> None:
    """Write a graph as plain arrays."""
    for name, file in FILES.items():
        write_array(folder / f"{file}.npy", getattr(graph, name))


def open_graph(folder: Path) -> Any:
    """Open a graph that `save_graph` wrote; memory-mapped."""
    from scipy.sparse import csr_matrix

    paths = [folder / f"{file}.npy" for file in FILES.values()]
    data, indices, starts = (np.load(path, mmap_mode="r", allow_pickle=False) for path in paths)
    return csr_matrix((data, indices, starts), (len(starts) - 1, len(starts) - 1))
