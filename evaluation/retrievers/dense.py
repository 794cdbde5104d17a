"""Dense retrieval: one vector per text, the nearest documents first."""

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from evaluation.collections.collection import Corpus, Queries
from evaluation.files import new_array, write_array
from evaluation.metering import ENCODING_MS, count
from evaluation.models.encoding import CHUNK, Vectors, cut_width, encode, width
from evaluation.models.folders import DEFAULT, model_revision
from evaluation.models.layers import layer_count
from evaluation.models.loading import BACKENDS, load, resolve_backend
from evaluation.models.network import About, Network
from evaluation.progress import Progress
from evaluation.retrievers.base import BASE
from evaluation.retrievers.vector_search import INDEX_TYPES, VectorRetriever, VectorSearch
from evaluation.run import Run
from evaluation.stage import param
from evaluation.vector_indexes.base import VECTORS, open_vectors
from evaluation.vector_indexes.flat import write_cut

PROMPTS = {"query": ("query",), "document": ("document", "passage", "corpus")}


@dataclass(frozen=True)
class Dense(VectorRetriever):
    """Nearest neighbours of the query's vector (Karpukhin et al., EMNLP 2020).

    Vectors are compared by cosine, or by dot product where the model says so. `flat` compares
    with every document; `hnsw` walks a graph (Malkov and Yashunin, TPAMI 2020) that may miss some.
    `binary` (one bit per dimension) and `pq` (product quantisation) hold codes in memory that
    choose a shortlist, which the vectors on disk score: hits beyond the shortlist are left out.
    Every document has a vector, so every document can be a hit. All start from the same vectors,
    so a corpus is encoded once for each number of layers.
    """

    name: ClassVar[str] = "dense"
    label: ClassVar[str] = "Dense"
    source: ClassVar[str] = "Karpukhin et al., EMNLP 2020; Reimers and Gurevych, EMNLP 2019"
    facets: ClassVar[tuple[str, ...]] = ("single-vector",)
    needs: ClassVar[str] = "a model"
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {},
        {"index_type": "hnsw"},
        {"index_type": "binary", "shortlist": 100},
        {"index_type": "pq", "shortlist": 100},
    )

    model: str = param(DEFAULT, "A sentence-transformers model: hub id or model folder.")
    query_prompt: str = param(
        "", "Put before each query; empty for the model's own.", search_only=True
    )
    document_prompt: str = param("", "Put before each document; empty for the model's own.")
    max_length: int = param(0, "Longest input in tokens (0: the model's).", bounds=(0, 100_000))
    layers: int = param(0, "Run the first layers of the model (0: all).", bounds=(0, 1000))
    truncate_dimension: int = param(0, "Keep the first dimensions (0: all).", bounds=(0, 100_000))
    index_type: str = param("flat", "Exact search, a graph, or codes.", choices=INDEX_TYPES)
    m: int = param(32, "Neighbours per document in the graph.", bounds=(2, 256))
    ef_construction: int = param(200, "Effort of building the graph.", bounds=(4, 5000))
    ef_search: int = param(200, "Effort of a graph search.", bounds=(1, 100_000), search_only=True)
    shortlist: int = param(
        1000,
        "Documents that binary or pq codes choose, and vectors then score.",
        bounds=(1, 1_000_000),
        search_only=True,
    )
    code_bytes: int = param(0, "Bytes of a pq code (0: one for 8 dimensions).", bounds=(0, 100_000))
    code_weight: float = param(
        0.0, "Share of the pq code's score in the final one.", bounds=(0.0, 10.0), search_only=True
    )
    backend: str = param("auto", "How the model is run.", choices=BACKENDS)

    def resolved(self) -> "Dense":
        all_of_them = self.layers and self.layers == layer_count(self.model)
        layers = 0 if all_of_them else self.layers
        return replace(self, layers=layers, backend=resolve_backend(self.model, self.backend))

    def revision(self) -> str:
        return model_revision(self.model)

    def without_effect(self) -> set[str]:
        return super().without_effect() | (set() if self.layers else {"layers"})

    def built_from(self) -> "Dense | None":
        """Name the exact index of whole vectors, unless this is it."""
        if self.index_type == "flat" and not self.truncate_dimension:
            return None
        return Dense(
            model=self.model,
            document_prompt=self.document_prompt,
            max_length=self.max_length,
            layers=self.layers,
            backend=self.backend,
        )

    def network(self, tick: Callable[[], None]) -> Network:
        """Load the model; `tick` is called meanwhile and may raise to stop waiting."""
        backend = resolve_backend(self.model, self.backend)
        return load(self.model, "encoder", backend, self.max_length, tick, self.layers)

    def index(self, corpus: Corpus, folder: Path, progress: Progress) -> None:
        if self.built_from() is None:
            self._encode(corpus, folder, progress)
            return
        total = len(corpus)
        progress.report(0, total)
        self._cut(folder, progress)
        VectorSearch.of(self).build(folder, lambda done: progress.report(done, total))

    def _encode(self, corpus: Corpus, folder: Path, progress: Progress) -> None:
        """Write the vectors of a corpus as the model gives them."""
        total = len(corpus)
        network = self.network(lambda: progress.report(0, total))
        shape = (total, width(network, 0))
        if not total:
            write_array(folder / VECTORS, np.zeros(shape, np.float32))
            return
        vectors = new_array(folder / VECTORS, np.float32, shape)
        progress.report(0, total)
        prompt = self.document_prompt or own_prompt(network.about, "document")
        started = time.perf_counter()
        chunks = corpus.batches(CHUNK)
        encode(network, chunks, vectors, lambda done: progress.report(done, total), prompt)
        count(**{ENCODING_MS: max(1, round((time.perf_counter() - started) * 1000))})
        vectors.flush()

    def _cut(self, folder: Path, progress: Progress) -> None:
        """Put the vectors of the index this one starts from into the folder, cut where asked.

        Cut ones are brought to length one again, unless the model compares by dot product.
        """
        whole = open_vectors(folder / BASE)
        wide, total = cut_width(whole.shape[1], self.truncate_dimension), len(whole)
        if wide == whole.shape[1] or not total:
            (folder / BASE / VECTORS).rename(folder / VECTORS)
        else:
            about = self.network(lambda: progress.report(0, total)).about
            scaled = about.similarity == "cosine"
            write_cut(whole, folder, wide, scaled, lambda _: progress.report(0, total))
        shutil.rmtree(folder / BASE)

    def query_vectors(self, queries: Queries, report: Callable[[int], None]) -> Vectors:
        """Encode queries as a search does: (queries, dimension); `report` hears how many so far."""
        network = self.network(lambda: report(0))
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


def own_prompt(about: About, role: str) -> str:
    """Give the prompt that a model itself wants before a query or document; "" for none."""
    return next((about.prompts[name] for name in PROMPTS[role] if name in about.prompts), "")
