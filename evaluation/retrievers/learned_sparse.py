"""Learned sparse retrieval: a model weighs the terms of each text, an inverted index finds them."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from evaluation.collections.collection import Corpus, Queries
from evaluation.evidence import Asked, Explained, Part, row_in
from evaluation.lexical.lists import Lists
from evaluation.models.folders import model_revision
from evaluation.models.sparse_network import load_sparse
from evaluation.progress import Progress
from evaluation.retrievers.base import Retriever
from evaluation.retrievers.lexical import best, run_of
from evaluation.run import Run
from evaluation.stage import param
from evaluation.weighted_terms import heaviest, open_index, search, weight_in, write_index

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

            found = network.encode(texts, "document", report)
            parts.append(heaviest(found, self.prune))
            done += len(texts)
        write_index(folder, parts, len(network.names))

    def query_weights(self, queries: Queries, progress: Progress) -> tuple[Lists, list[str]]:
        """Give the weights of the terms of queries, as a search uses them, and all terms' names."""

        def tick(done: int = 0) -> None:
            progress.report(0, len(queries), "queries")

        network = load_sparse(self.model, self.max_length, tick)
        found = network.encode(queries.texts, "query", tick)
        return heaviest(found, self.prune_query), network.names

    def search(
        self, corpus: Corpus, queries: Queries, folder: Path, depth: int, progress: Progress
    ) -> Run:
        index, size = open_index(folder), len(corpus)
        wanted = self.query_weights(queries, progress)[0]
        answers = (best(*search(index, wanted.of(row), size), depth) for row in range(len(wanted)))
        return run_of(corpus, queries, answers, depth, progress)

    def explain(self, asked: Asked) -> Explained | None:
        """List the terms that query and document share: `Term`, both weights, what it `Adds`."""
        if asked.folder is None:
            return None
        row, index = row_in(asked.corpus, asked.placed), open_index(asked.folder)
        found, names = self.query_weights(asked.queries, asked.progress)
        wanted, parts = found.of(0), list[Part]()
        for term, weight in wanted.items():
            own = weight_in(index, term, row)
            if own:
                both = {"In query": weight, "In document": own}
                parts.append({"Term": names[term], **both, "Adds": weight * own})
        parts.sort(key=lambda part: -abs(part["Adds"]))
        absent = len(wanted) - len(parts)
        note = f"{absent:,} more terms of the query have no weight in the document."
        total = sum(part["Adds"] for part in parts)
        return Explained("table", parts, total, note=note if absent else "")
