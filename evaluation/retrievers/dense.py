"""Dense retrieval: one vector per text, the nearest documents first."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from evaluation.collections.collection import Corpus, Queries
from evaluation.models.encoding import CHUNK, Vectors, encode, width
from evaluation.models.folders import DEFAULT, model_revision
from evaluation.models.loading import BACKENDS, load, resolve_backend
from evaluation.models.network import About, Network, threads
from evaluation.progress import Progress
from evaluation.retrievers.base import Retriever
from evaluation.run import Run
from evaluation.stage import param

COMPARED_AT_ONCE = 50_000_000  # vectors, which takes half a second; then the work can be stopped
GRAPH_CHUNK = 1000
PROMPTS = {"query": ("query",), "document": ("document", "passage", "corpus")}


@dataclass(frozen=True)
class Dense(Retriever):
    """Nearest neighbours of the query's vector (Karpukhin et al., EMNLP 2020).

    Vectors are compared by cosine, or by dot product where the model says so. `flat` compares
    with every document; `hnsw` walks a graph (Malkov and Yashunin, TPAMI 2020) that may miss some.
    Every document has a vector, so every document can be a hit.
    """

    name: ClassVar[str] = "dense"
    label: ClassVar[str] = "Dense"
    source: ClassVar[str] = "Karpukhin et al., EMNLP 2020; Reimers and Gurevych, EMNLP 2019"
    facets: ClassVar[tuple[str, ...]] = ("single-vector",)
    needs: ClassVar[str] = "a model"

    model: str = param(DEFAULT, "A sentence-transformers model: hub id or model folder.")
    query_prompt: str = param(
        "", "Put before each query; empty for the model's own.", search_only=True
    )
    document_prompt: str = param("", "Put before each document; empty for the model's own.")
    max_length: int = param(0, "Longest input in tokens (0: the model's).", bounds=(0, 100_000))
    truncate_dimension: int = param(0, "Keep the first dimensions (0: all).", bounds=(0, 100_000))
    index_type: str = param("flat", "Exact search, or a graph.", choices=("flat", "hnsw"))
    m: int = param(32, "Neighbours per document in the graph.", bounds=(2, 256))
    ef_construction: int = param(200, "Effort of building the graph.", bounds=(4, 5000))
    ef_search: int = param(200, "Effort of a graph search.", bounds=(1, 100_000), search_only=True)
    backend: str = param("auto", "How the model is run.", choices=BACKENDS)

    def resolved(self) -> "Dense":
        return replace(self, backend=resolve_backend(self.model, self.backend))

    def revision(self) -> str:
        return model_revision(self.model)

    def index_structure(self) -> str:
        return self.index_type

    def _network(self, tick: Callable[[], None]) -> Network:
        backend = resolve_backend(self.model, self.backend)
        return load(self.model, "encoder", backend, self.max_length, tick)

    def index(self, corpus: Corpus, folder: Path, progress: Progress) -> None:
        count = len(corpus)
        network = self._network(lambda: progress.report(0, count))
        shape = (count, width(network, self.truncate_dimension))
        if not count:
            np.save(folder / "vectors.npy", np.zeros(shape, np.float32), allow_pickle=False)
            return
        path = str(folder / "vectors.npy")
        vectors = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)
        progress.report(0, count)
        prompt = self.document_prompt or own_prompt(network.about, "document")
        chunks = corpus.batches(CHUNK)
        encode(network, chunks, vectors, lambda done: progress.report(done, count), prompt)
        vectors.flush()
        if self.index_type == "hnsw":
            self._build_graph(vectors, folder, progress)
            (folder / "vectors.npy").unlink()  # the graph holds them, too

    def _build_graph(self, vectors: Vectors, folder: Path, progress: Progress) -> None:
        """Add the vectors to a graph, by one thread, so that it is the same every time."""
        import faiss

        faiss.omp_set_num_threads(1)
        graph = faiss.IndexHNSWFlat(vectors.shape[1], self.m, faiss.METRIC_INNER_PRODUCT)
        graph.hnsw.efConstruction = self.ef_construction
        for start in range(0, len(vectors), GRAPH_CHUNK):
            graph.add(np.ascontiguousarray(vectors[start : start + GRAPH_CHUNK]))
            progress.report(min(start + GRAPH_CHUNK, len(vectors)), len(vectors), "graph nodes")
        faiss.write_index(graph, str(folder / "graph.faiss"))

    def query_vectors(self, queries: Queries, report: Callable[[int], None]) -> Vectors:
        """Encode queries as a search does: (queries, dimension); `report` hears how many so far."""
        network = self._network(lambda: report(0))
        shape = (len(queries), width(network, self.truncate_dimension))
        found = np.empty(shape, np.float32)
        prompt = self.query_prompt or own_prompt(network.about, "query")
        encode(network, [queries.texts], found, report, prompt)
        return found

    def search(
        self, corpus: Corpus, queries: Queries, folder: Path, depth: int, progress: Progress
    ) -> Run:
        half = len(queries)  # encoding is the first half of the work, searching the second
        vectors = self.query_vectors(
            queries, lambda done: progress.report(done // 2, half, "queries")
        )
        return self.search_vectors(corpus, queries, vectors, folder, depth, progress)

    def search_vectors(
        self,
        corpus: Corpus,
        queries: Queries,
        vectors: Vectors,
        folder: Path,
        depth: int,
        progress: Progress,
    ) -> Run:
        """Search with a given vector for each query, (queries, dimension), in float32.

        The second half of a search: reports from half of the queries on.
        """
        half = len(queries)
        index = open_index(folder)
        hits, size = [], max(1, COMPARED_AT_ONCE // max(1, len(corpus)))
        for start in range(0, len(queries), size):
            part = vectors[start : start + size]
            hits.append(index.nearest(part, min(depth, len(corpus)), self.ef_search))
            done = (half + min(start + size, half) + 1) // 2
            progress.report(done, half, "queries")
        return _run(queries, corpus, hits, depth)


def own_prompt(about: About, role: str) -> str:
    """Give the prompt that a model itself wants before a query or document; "" for none."""
    return next((about.prompts[name] for name in PROMPTS[role] if name in about.prompts), "")


@dataclass(frozen=True, eq=False)
class VectorIndex:
    """The vectors of a corpus, memory-mapped: an array of them, or a graph that holds them.

    Attributes:
        dimension: of the vectors.
        vectors: (documents, dimension), or None.
        graph: of faiss, or None.
    """

    dimension: int
    vectors: Vectors | None
    graph: Any

    def vector(self, document: int) -> Vectors:
        """Give the vector of a document (its row)."""
        if self.vectors is not None:
            return np.asarray(self.vectors[document], np.float32)
        return np.asarray(self.graph.reconstruct(document), np.float32)

    def nearest(
        self, queries: Vectors, depth: int, effort: int
    ) -> tuple[Vectors, npt.NDArray[np.int64]]:
        """Give scores and documents, each (queries, depth); -1 where a graph found no more."""
        import faiss

        if not depth:
            return np.zeros((len(queries), 0), np.float32), np.zeros((len(queries), 0), np.int64)
        faiss.omp_set_num_threads(threads())
        if self.vectors is not None:
            scores, documents = faiss.knn(queries, self.vectors, depth, faiss.METRIC_INNER_PRODUCT)
        else:
            wanted = faiss.SearchParametersHNSW(  # type: ignore[attr-defined]
                efSearch=max(effort, depth)
            )
            scores, documents = self.graph.search(queries, depth, params=wanted)
        return scores, documents


@lru_cache(maxsize=8)
def open_index(folder: Path) -> VectorIndex:
    """Open the index in a folder; kept open in this process."""
    path = folder / "graph.faiss"
    if path.exists():
        import faiss

        graph = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        return VectorIndex(graph.d, None, graph)
    vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    return VectorIndex(vectors.shape[1], vectors, None)


def _run(
    queries: Queries,
    corpus: Corpus,
    hits: list[tuple[Vectors, npt.NDArray[np.int64]]],
    depth: int,
) -> Run:
    empty = np.zeros((0, min(depth, len(corpus))))
    scores = np.concatenate([empty, *(scores for scores, _ in hits)])
    documents = np.concatenate([empty, *(documents for _, documents in hits)]).astype(np.int64)
    codes = np.repeat(np.arange(len(queries)), scores.shape[1])
    kept = documents.ravel() >= 0
    flat = codes[kept], documents.ravel()[kept], scores.ravel()[kept]
    return Run.from_hits(queries.ids, corpus.doc_ids, flat, depth)
