"""A graph of neighbours: a search walks towards the query and may miss some (HNSW)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.files import write_faiss
from evaluation.models.encoding import Vectors
from evaluation.models.network import threads
from evaluation.vector_indexes.base import Effort, Found, VectorIndex

GRAPH = "graph.faiss"
CHUNK = 1000


@dataclass(frozen=True, eq=False)
class GraphIndex(VectorIndex):
    """A hierarchical navigable small-world graph (Malkov and Yashunin, TPAMI 2020).

    It holds the vectors, too, so all of it is in memory.
    """

    graph: Any

    @property
    def dimension(self) -> int:
        return int(self.graph.d)

    def vector(self, document: int) -> Vectors:
        return np.asarray(self.graph.reconstruct(document), np.float32)

    def nearest(self, queries: Vectors, depth: int, effort: Effort) -> Found:
        import faiss

        faiss.omp_set_num_threads(threads())
        wanted = faiss.SearchParametersHNSW(  # type: ignore[attr-defined]
            efSearch=max(effort.walked, depth)
        )
        scores, rows = self.graph.search(queries, depth, params=wanted)
        return scores, rows


def build_graph(
    vectors: Vectors, folder: Path, m: int, ef_construction: int, report: Callable[[int], None]
) -> None:
    """Add vectors to a graph, by one thread, so that it is the same every time."""
    import faiss

    faiss.omp_set_num_threads(1)
    graph = faiss.IndexHNSWFlat(vectors.shape[1], m, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = ef_construction
    for start in range(0, len(vectors), CHUNK):
        graph.add(np.ascontiguousarray(vectors[start : start + CHUNK]))
        report(min(start + CHUNK, len(vectors)))
    write_faiss(folder / GRAPH, graph)


def open_graph(folder: Path) -> GraphIndex:
    """Open the graph in a folder, memory-mapped."""
    import faiss

    return GraphIndex(faiss.read_index(str(folder / GRAPH), faiss.IO_FLAG_MMAP_IFC))
