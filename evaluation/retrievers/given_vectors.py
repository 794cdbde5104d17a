"""Given vectors: documents and queries were encoded elsewhere, and only searched here."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from evaluation.collections.collection import Corpus, Queries
from evaluation.collections.vector_sets import PREFIX, VectorSet, VectorWriter
from evaluation.errors import EvaluationError
from evaluation.evidence import Asked, Explained, Part, row_in
from evaluation.metering import WITHOUT_VECTOR, count
from evaluation.models.encoding import Vectors, unit
from evaluation.progress import Progress
from evaluation.retrievers.base import link
from evaluation.retrievers.dense import Dense
from evaluation.retrievers.vector_search import VectorRetriever, VectorSearch, as_in
from evaluation.run import Run
from evaluation.stage import param
from evaluation.vector_indexes.base import VECTORS
from evaluation.vector_indexes.opening import open_index
from evaluation.vector_indexes.partial import write_rows

CHUNK = 5_000  # vectors brought to length one at a time
SHOWN = 10  # dimensions that are listed one by one
COSINE, DOT = "cosine", "dot product"


@dataclass(frozen=True)
class GivenVectors(VectorRetriever):
    """Nearest neighbours by vectors that were uploaded with the collection, in place of encoding.

    A set of them holds vectors of documents and of queries, made by one model anywhere. A document
    without a vector is never found; a query without one has failed, which is neither zero nor left
    out. Vectors that all have length one are compared as they are; for cosine others are brought
    to it first. The indexes are those of Dense.
    """

    name: ClassVar[str] = "given-vectors"
    label: ClassVar[str] = "Given vectors"
    facets: ClassVar[tuple[str, ...]] = ("single-vector",)

    vectors: str = param("", "The id of a vector set attached to the collection.")
    similarity: str = param(COSINE, "How vectors are compared.", choices=(COSINE, DOT))
    index_type: str = as_in(Dense, "index_type")
    m: int = as_in(Dense, "m")
    ef_construction: int = as_in(Dense, "ef_construction")
    ef_search: int = as_in(Dense, "ef_search")
    shortlist: int = as_in(Dense, "shortlist")
    code_bytes: int = as_in(Dense, "code_bytes")
    code_weight: float = as_in(Dense, "code_weight")

    def reads(self) -> tuple[str, ...]:
        return (f"{PREFIX}{self.vectors}",)

    def given(self, corpus: Corpus) -> VectorSet:
        """Give the vector set. Raises EvaluationError if the collection has none of that name."""
        found = corpus.vectors.get(f"{PREFIX}{self.vectors}")
        if found is None:
            raise EvaluationError(
                f"The collection has no vectors called {self.vectors[:60]!r}. Add them on the "
                "Collections page (Attachments), or choose others."
            )
        return found

    def index(self, corpus: Corpus, folder: Path, progress: Progress) -> None:
        given, total = self.given(corpus), len(corpus)
        progress.report(0, total)
        rows = np.flatnonzero(given.given)
        if len(rows) < total:
            write_rows(folder, rows)
        if self._scales(given) or len(rows) < total:
            self._write(given, rows, folder / VECTORS, lambda: progress.report(0, total))
        else:
            link(str(given.folder / "documents.npy"), str(folder / VECTORS))
        VectorSearch.of(self).build(folder, lambda done: progress.report(done, total))
        progress.report(total, total)

    def _scales(self, given: VectorSet) -> bool:
        return self.similarity == COSINE and not given.of_length_one

    def _write(
        self, given: VectorSet, rows: np.ndarray[Any, Any], path: Path, tick: Callable[[], None]
    ) -> None:
        """Write the vectors of some documents as they are compared."""
        scales = self._scales(given)
        with VectorWriter(path, len(rows), given.dimension) as writer:
            for start in range(0, len(rows), CHUNK):
                part = given.documents[rows[start : start + CHUNK]]
                places = np.arange(start, start + len(part))
                writer.put(places, unit(part) if scales else part)
                tick()

    def query_vectors(self, corpus: Corpus, queries: Queries) -> Vectors:
        """Give the vectors of queries as a search uses them; NaN for a query without one."""
        given = self.given(corpus)
        found = given.of_queries(queries.ids)
        return unit(found) if self._scales(given) else found

    def search(
        self, corpus: Corpus, queries: Queries, folder: Path, depth: int, progress: Progress
    ) -> Run:
        progress.report(0, len(queries), "queries")
        vectors = self.query_vectors(corpus, queries)
        if without := int((~self.given(corpus).given).sum()):
            count(**{WITHOUT_VECTOR: without})
        return self.search_vectors(corpus, queries, vectors, folder, depth, progress)

    def explain(self, asked: Asked) -> Explained | None:
        """List the dimensions that add most to the score; all of them sum to it."""
        if asked.folder is None:
            return None
        row, index = row_in(asked.corpus, asked.placed), open_index(asked.folder)
        query = self.query_vectors(asked.corpus, asked.queries)[0].astype(np.float64)
        if not np.isfinite(query).all():
            return Explained(note="The query has no vector in this set, so nothing was searched.")
        if not index.holds(np.array([row]))[0]:
            return Explained(note="The document has no vector in this set, so it is never found.")
        document = index.vector(row).astype(np.float64)
        adds = query * document
        sizes = np.abs(adds)
        least = np.partition(sizes, -min(SHOWN, len(sizes)))[-min(SHOWN, len(sizes))]
        most = np.flatnonzero(sizes >= least)[:SHOWN]
        parts: list[Part] = [
            {
                "Dimension": str(place + 1),
                "In query": float(query[place]),
                "In document": float(document[place]),
                "Adds": float(adds[place]),
            }
            for place in most.tolist()
        ]
        parts.sort(key=lambda part: -abs(part["Adds"]))
        rest = float(np.delete(adds, most).sum())
        parts.append({"Dimension": f"{len(adds) - len(most):,} others", "Adds": rest})
        note = "What a dimension means is known to the model at best, which is not at hand."
        return Explained("table", parts, float(adds.sum()), note=note)
