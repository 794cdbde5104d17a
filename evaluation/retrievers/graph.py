"""Document graph: a document is found by its own text and by the texts it is linked to."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from evaluation.collections.attachments import LINKS, link_ends
from evaluation.collections.collection import Corpus, Queries
from evaluation.document_graph import Array, graph_of, open_graph, save_graph, shares_of, spread
from evaluation.errors import EvaluationError
from evaluation.evidence import Asked, Explained, Part, row_in
from evaluation.files import write_array
from evaluation.models.encoding import Vectors, unit
from evaluation.models.network import threads
from evaluation.progress import Progress
from evaluation.retrievers.on_vectors import OnVectors, base_vectors
from evaluation.run import Run
from evaluation.stage import param

COMPARED_AT_ONCE = 50_000_000  # vectors, which takes half a second; then the work can be stopped
SHOWN = 8  # linked documents that are listed by name
SOURCES = ("nearest", "uploaded")


@dataclass(frozen=True)
class DocumentGraph(OnVectors):
    """Vectors spread along links between documents, added to the documents' own.

    The training-free form of ATLANTIC (Munikoti et al., arXiv 2311.12289): with E the vectors and
    S what spreads to each document, E_s = (1 - l) (I - l Â)^-1 E, the score of a document is
    (q·e + g q·s) / (1 + g). It is a sum, so every linked document has its share in it.
    """

    name: ClassVar[str] = "graph"
    label: ClassVar[str] = "Document graph"
    source: ClassVar[str] = "Munikoti et al., arXiv 2311.12289, 2023; Zhou et al., NeurIPS 2003"
    facets: ClassVar[tuple[str, ...]] = ("single-vector", "graph")

    links: str = param(
        "nearest",
        "The collection's uploaded links, or each document's nearest ones by their vectors.",
        choices=SOURCES,
    )
    neighbours: int = param(10, "Nearest documents that each is linked to.", bounds=(1, 1000))
    damping: float = param(0.5, "How far vectors spread (l; 0: not at all).", bounds=(0, 0.95))
    weight: float = param(0.5, "Weight of what spreads to a document (g).", bounds=(0, 100))

    def reads(self) -> tuple[str, ...]:
        return (LINKS,) if self.links == "uploaded" else ()

    def index_structure(self) -> str:
        return "flat"

    def index(self, corpus: Corpus, folder: Path, progress: Progress) -> None:
        count, vectors = len(corpus), base_vectors(folder)

        def report(share: float) -> None:
            progress.report(min(count, int(share * count)), count)

        report(0)
        graph = graph_of(*self._links(corpus, vectors, lambda share: report(share / 2)), count)
        save_graph(graph, folder)
        reached = spread(graph, vectors, self.damping, lambda share: report(0.5 + share / 2))
        write_array(folder / "vectors.npy", mixed(vectors, reached, self.weight))
        report(1)

    def _links(
        self, corpus: Corpus, vectors: Vectors, report: Callable[[float], None]
    ) -> tuple[Array, Array, Array]:
        """Give both ends (rows) and the weight of every link."""
        if self.links == "nearest":
            return nearest_links(vectors, self.neighbours, report)
        if LINKS not in corpus.attached:
            raise EvaluationError(
                "The collection has no links between documents. Add them on the Collections page, "
                "or link each document to its nearest ones."
            )
        table = corpus.attached[LINKS]
        ends = [end.fill_null(-1).to_numpy() for end in link_ends(table, corpus.doc_ids)]
        known = (ends[0] >= 0) & (ends[1] >= 0)
        return ends[0][known], ends[1][known], table["weight"].to_numpy()[known]

    def search(
        self, corpus: Corpus, queries: Queries, folder: Path, depth: int, progress: Progress
    ) -> Run:
        return self.built_from().search(corpus, queries, folder, depth, progress)

    def explain(self, asked: Asked) -> Explained | None:
        """Give the share of the own text, of the linked ones that add most, and of all others."""
        if asked.folder is None:
            return None
        row = row_in(asked.corpus, asked.placed)
        query = self.query_vectors(asked.queries, asked.progress)[0].astype(np.float64)
        adds = self.shares(asked.folder, row, query)
        linked = np.delete(np.arange(len(adds)), row)
        most = linked[np.abs(adds[linked]) >= _least(np.abs(adds[linked]))]
        ranked = sorted(most.tolist(), key=lambda other: -abs(adds[other]))
        found = asked.corpus.take(np.array(ranked, np.int64)).to_pylist()
        own = {"Part": "Own text", "Document": asked.placed.doc_id, "Adds": float(adds[row])}
        parts: list[Part] = [own]
        for other, about in zip(ranked, found, strict=True):
            name = f"{about['doc_id']} {about['title'] or ''}".strip()
            parts.append({"Part": "Linked text", "Document": name, "Adds": float(adds[other])})
        rest = float(adds.sum()) - sum(part["Adds"] for part in parts)
        parts.append({"Part": "All other texts", "Document": "", "Adds": rest})
        share = (adds.sum() - adds[row]) / adds.sum() if adds.sum() else 0.0
        note = f"{share:.0%} of the score comes from the texts that the document is linked to."
        return Explained("table", parts, float(adds.sum()), note=note)

    def shares(
        self, folder: Path, document: int, query: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """Give what the text of every document adds to the score of one; the sum is the score."""
        own = shares_of(open_graph(folder), document, self.damping) * self.weight
        own[document] += 1
        reaching = np.flatnonzero(own)
        adds = np.zeros(len(own))
        vectors = np.asarray(base_vectors(folder)[reaching], np.float64)
        adds[reaching] = own[reaching] * (vectors @ query) / (1 + self.weight)
        return adds


def mixed(own: Vectors, reached: Vectors, weight: float) -> Vectors:
    """Add what spread to the own vectors: weight 0, or nothing spread, gives these exactly."""
    total = own.astype(np.float64)
    total += weight * reached.astype(np.float64)
    total /= 1 + weight
    return total.astype(np.float32)


def nearest_links(
    vectors: Vectors, neighbours: int, report: Callable[[float], None] = lambda share: None
) -> tuple[Array, Array, Array]:
    """Link each vector to its nearest others by cosine, which is the weight of the link.

    Returns:
        rows at both ends, and weights.
    """
    import faiss

    faiss.omp_set_num_threads(threads())
    count, scaled = len(vectors), unit(np.asarray(vectors, np.float32))
    depth, size = min(neighbours + 1, count), max(1, COMPARED_AT_ONCE // max(1, count))
    found = [np.zeros((0, depth), np.int64)]
    weights = [np.zeros((0, depth), np.float32)]
    for start in range(0, count, size):
        scores, rows = faiss.knn(
            scaled[start : start + size], scaled, depth, faiss.METRIC_INNER_PRODUCT
        )
        found.append(rows)
        weights.append(scores)
        report(min(start + size, count) / count)
    ends, cosines = np.concatenate(found), np.concatenate(weights)
    first = np.repeat(np.arange(count), depth)
    other = (ends != np.arange(count)[:, None]) & (ends >= 0)
    other &= np.cumsum(other, axis=1) <= neighbours  # the document itself need not be among them
    kept = other.ravel()
    return first[kept], ends.ravel()[kept], cosines.ravel()[kept]


def _least(sizes: npt.NDArray[np.float64]) -> float:
    """Give the size from which on a document is listed: that of the SHOWN-th, and above zero."""
    if len(sizes) <= SHOWN:
        return float(np.nextafter(0, 1))
    return max(float(np.partition(sizes, len(sizes) - SHOWN)[-SHOWN]), float(np.nextafter(0, 1)))
