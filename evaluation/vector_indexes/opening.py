"""Opening whatever vector index a folder holds, and what of it a search holds in memory."""

from functools import lru_cache
from pathlib import Path

import numpy as np

from evaluation.vector_indexes.base import VECTORS, VectorIndex, open_vectors
from evaluation.vector_indexes.binary import CODES, open_codes
from evaluation.vector_indexes.flat import FlatIndex
from evaluation.vector_indexes.hnsw import GRAPH, open_graph
from evaluation.vector_indexes.partial import of_some
from evaluation.vector_indexes.product import PRODUCT, open_product

OPENERS = {GRAPH: open_graph, CODES: open_codes, PRODUCT: open_product}


@lru_cache(maxsize=8)
def open_index(folder: Path) -> VectorIndex:
    """Open the index in a folder; kept open in this process."""
    openers = [opener for name, opener in OPENERS.items() if (folder / name).exists()]
    index = openers[0](folder) if openers else FlatIndex(open_vectors(folder))
    return of_some(index, folder)


def held_bytes(folder: Path) -> int:
    """Say how much of the index in a folder a search must hold in memory to be fast.

    The codes, the graph with its vectors, or for exact search the vectors, which are mapped but
    all read by every search. Vectors that only score a shortlist stay on disk.
    """
    name = next((name for name in OPENERS if (folder / name).exists()), VECTORS)
    path = folder / name
    if path.suffix == ".npy":
        return int(np.load(path, mmap_mode="r", allow_pickle=False).nbytes)
    return path.stat().st_size
