"""How vectors are kept and searched, wherever they come from."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.collections.collection import Corpus, Queries
from evaluation.metering import SEARCHING_US, count
from evaluation.models.encoding import Vectors
from evaluation.progress import Progress
from evaluation.retrievers.base import Retriever
from evaluation.run import Run
from evaluation.run_parts import RunParts
from evaluation.stage import Stage
from evaluation.vector_indexes.base import VECTORS, Effort, open_vectors
from evaluation.vector_indexes.binary import build_codes
from evaluation.vector_indexes.hnsw import build_graph
from evaluation.vector_indexes.opening import held_bytes, open_index
from evaluation.vector_indexes.product import build_product

COMPARED_AT_ONCE = 200_000_000  # vectors, which takes a second; then the work can be stopped
SCORED_AT_ONCE = 500_000  # documents of shortlists
INDEX_TYPES = ("flat", "hnsw", "binary", "pq")
STRUCTURES = {"pq": "product quantisation"}
# Without effect but in an index of that type, so that they change no other's cache keys.
ONLY_IN = {"code_bytes": ("pq",), "code_weight": ("pq",), "shortlist": ("binary", "pq")}


@dataclass(frozen=True)
class VectorSearch:
    """The parameters of an index of vectors; each means what it does in `Dense`."""

    index_type: str
    m: int
    ef_construction: int
    ef_search: int
    shortlist: int
    code_bytes: int
    code_weight: float

    @classmethod
    def of(cls, stage: Stage) -> "VectorSearch":
        """Take them from a stage that has them."""
        given = stage.parameters()
        return cls(**{parameter.name: given[parameter.name] for parameter in fields(cls)})

    @property
    def structure(self) -> str:
        """The name of the structure that is searched."""
        return STRUCTURES.get(self.index_type, self.index_type)

    def without_effect(self) -> set[str]:
        """Name the parameters that mean nothing in an index of this type."""
        return {name for name, types in ONLY_IN.items() if self.index_type not in types}

    def build(self, folder: Path, report: Callable[[int], None]) -> None:
        """Make the structure of the vectors that are in a folder; `report` hears how many so far.

        The vectors themselves stay beside it, but not where the structure holds them, too.
        """
        vectors = open_vectors(folder)
        if not len(vectors) or self.index_type == "flat":
            report(len(vectors))
        elif self.index_type == "binary":
            build_codes(vectors, folder, report)
        elif self.index_type == "pq":
            build_product(vectors, folder, self.code_bytes, report)
        else:
            build_graph(vectors, folder, self.m, self.ef_construction, report)
            (folder / VECTORS).unlink()  # the graph holds them, too

    def search(
        self,
        corpus: Corpus,
        queries: Queries,
        vectors: Vectors,
        folder: Path,
        depth: int,
        progress: Progress,
    ) -> Run:
        """Search with a given vector for each query, (queries, dimension), in float32.

        A query whose vector is not a number has failed. This is the second half of a search:
        reports from half of the queries on.
        """
        half, index = len(queries), open_index(folder)
        effort = Effort(self.ef_search, self.shortlist, self.code_weight)
        size = max(1, COMPARED_AT_ONCE // max(1, len(corpus)))
        if "shortlist" not in self.without_effect():
            size = min(size, max(1, SCORED_AT_ONCE // self.shortlist))
        parts = RunParts(queries.ids, corpus.doc_ids, depth)
        asked = np.asarray(np.isfinite(vectors).all(axis=1))
        for start in range(0, len(queries), size):
            here, started = asked[start : start + size], time.perf_counter()
            part = vectors[start : start + size][here]
            scores, documents = index.nearest(part, min(depth, len(corpus)), effort)
            count(**{SEARCHING_US: round((time.perf_counter() - started) * 1e6)})
            found, lengths = documents >= 0, np.zeros(len(here), np.int64)
            lengths[here] = found.sum(axis=1)
            parts.add_all(lengths.tolist(), documents[found], scores[found])
            done = (half + min(start + size, half) + 1) // 2
            progress.report(done, half, "queries")
        return parts.run([queries.ids[row] for row in np.flatnonzero(~asked)])


class VectorRetriever(Retriever):
    """A retriever whose parameters include those of `VectorSearch`."""

    def index_structure(self) -> str:
        return VectorSearch.of(self).structure

    def index_parameters(self) -> dict[str, Any]:
        return self._with_effect(super().index_parameters())

    def run_parameters(self) -> dict[str, Any]:
        return self._with_effect(super().run_parameters())

    def without_effect(self) -> set[str]:
        """Name the parameters that mean nothing as the others are set."""
        return VectorSearch.of(self).without_effect()

    def memory_bytes(self, folder: Path) -> int:
        return held_bytes(folder)

    def search_vectors(
        self,
        corpus: Corpus,
        queries: Queries,
        vectors: Vectors,
        folder: Path,
        depth: int,
        progress: Progress,
    ) -> Run:
        """Search with a given vector for each query (see `VectorSearch.search`)."""
        found = VectorSearch.of(self)
        return found.search(corpus, queries, vectors, folder, depth, progress)

    def _with_effect(self, parameters: dict[str, Any]) -> dict[str, Any]:
        without = self.without_effect()
        return {name: value for name, value in parameters.items() if name not in without}


def as_in(stage: type[Stage], name: str) -> Any:
    """Declare a parameter as another stage has it."""
    declared = next(parameter for parameter in fields(stage) if parameter.name == name)
    return field(default=declared.default, metadata=declared.metadata)
