"""Learned sparse retrieval: a model weighs the terms of each text, an inverted index finds them."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from evaluation.collections.collection import Corpus, Queries
from evaluation.evidence import Asked, Explained, Part, row_in
from evaluation.inverted import load, write_postings
from evaluation.models.folders import model_revision
from evaluation.models.sparse_network import load_sparse
from evaluation.progress import Progress
from evaluation.retrievers.base import Retriever
from evaluation.run import Run
from evaluation.stage import param
from evaluation.weighted_terms import postings

INDEXED_AT_ONCE = 2048


@dataclass(frozen=True)
class LearnedSparse(Retriever):
    """Dot product of term weights that a model gave (Formal et al., SIGIR 2021).

    The model may add terms that the text does not hold. In inference-free models (Geng et al.,
    arXiv 2411.04403) only documents are read by a network; a query term has a fixed weight. A
    document is a hit if its score is above zero.
    """

    name: ClassVar[str] = "learned-sparse"
    label: ClassVar[str] = "Learned sparse"
    source: ClassVar[str] = "Formal et al., SIGIR 2021; Geng et al., arXiv 2411.04403, 2024"
    facets: ClassVar[tuple[str, ...]] = ("learned sparse",)
    needs: ClassVar[str] = "a model"

    model: str = param(
        "opensearch-project/opensearch-neural-sparse-encoding-doc-v3-distill",
        "A sparse encoder of sentence-transformers: hub id or model folder.",
    )
    prune: int = param(0, "Heaviest terms kept per document (0: all).", bounds=(0, 100_000))
    prune_query: int = param(
        0, "Heaviest terms kept per query (0: all).", bounds=(0, 100_000), search_only=True
    )
    max_length: int = param(0, "Longest input in tokens (0: the model's).", bounds=(0, 100_000))

    def revision(self) -> str:
        return model_revision(self.model)

    def index_structure(self) -> str:
        return "inverted"

    def index(self, corpus: Corpus, folder: Path, progress: Progress) -> None:
        count, done, parts = len(corpus), 0, []
        network = load_sparse(self.model, self.max_length, lambda: progress.report(0, count))
        progress.report(0, count)
        for texts in corpus.batches(INDEXED_AT_ONCE):

            def report(more: int, before: int = done) -> None:
                progress.report(before + more, count)

            parts.append(network.encode(texts, "document", report).heaviest(self.prune))
            done += len(texts)
        names, arrays = postings(network.names, parts)
        write_postings(folder, names, arrays)

    def query_weights(self, queries: Queries, progress: Progress) -> list[dict[str, float]]:
        """Give the weights of each query's terms, as a search uses them."""
        count = max(1, len(queries))

        def report(done: int) -> None:
            progress.report(done // 2, count, "queries")  # encoding is half of the work

        network = load_sparse(self.model, self.max_length, lambda: report(0))
        found = network.encode(queries.texts, "query", report).heaviest(self.prune_query)
        rows = [found.of(row) for row in range(len(queries))]
        return [
            {network.names[term]: float(weight) for term, weight in zip(*row, strict=True)}
            for row in rows
        ]

    def search(
        self, corpus: Corpus, queries: Queries, folder: Path, depth: int, progress: Progress
    ) -> Run:
        lists, half = load(folder), len(queries)
        lengths = []
        documents, scores = [np.zeros(0, np.int32)], [np.zeros(0, np.float32)]
        for done, weights in enumerate(self.query_weights(queries, progress), 1):
            found, values = lists.search_weighted(weights, depth, len(corpus))
            lengths.append(len(found))
            documents.append(found)
            scores.append(values)
            progress.report((half + done) // 2, half, "queries")
        codes = np.repeat(np.arange(len(queries), dtype=np.int32), lengths)
        hits = codes, np.concatenate(documents), np.concatenate(scores)
        return Run.from_hits(queries.ids, corpus.doc_ids, hits, depth)

    def explain(self, asked: Asked) -> Explained | None:
        """List the terms that query and document share: `Term`, both weights, what it `Adds`."""
        if asked.folder is None:
            return None
        row, lists = row_in(asked.corpus, asked.placed), load(asked.folder)
        wanted = self.query_weights(asked.queries, asked.progress)[0]
        parts: list[Part] = []
        for term, weight in wanted.items():
            own = lists.weight(term, row)[0]
            if own:
                adds = weight * own
                parts.append({"Term": term, "In query": weight, "In document": own, "Adds": adds})
        parts.sort(key=lambda part: -abs(part["Adds"]))
        absent = len(wanted) - len(parts)
        note = f"{absent:,} more terms of the query have no weight in the document."
        total = sum(part["Adds"] for part in parts)
        return Explained("table", parts, total, note=note if absent else "")
