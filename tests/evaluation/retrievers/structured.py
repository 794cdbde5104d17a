"""A random corpus with attachments, and indexing of stages that start from another's index."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from evaluation.collections.collection import Corpus, Queries, corpus_of
from evaluation.evidence import Asked, Explained, Placed
from evaluation.progress import SILENT
from evaluation.retrievers.base import Retriever, link_base
from evaluation.run import Run
from tests.tiny_models import WORDS


def texts(random: np.random.Generator, count: int, longest: int) -> list[str]:
    """Draw texts of the words that the tiny models know."""
    return [" ".join(random.choice(WORDS, random.integers(1, longest))) for _ in range(count)]


def drawn(seed: int, documents: int = 45) -> tuple[Corpus, Queries]:
    """Draw a corpus and queries."""
    random = np.random.default_rng(seed)
    found = [(f"d{n:03}", f"T{n}", text) for n, text in enumerate(texts(random, documents, 12))]
    queries = {f"q{n}": text for n, text in enumerate(texts(random, 6, 6))}
    return corpus_of(found), Queries.of(queries)


def attached(corpus: Corpus, **tables: pa.Table) -> Corpus:
    """Attach tables to a corpus."""
    return replace(corpus, attached=tables)


def indexed(stage: Retriever, corpus: Corpus, folder: Path) -> Path:
    """Index a corpus, first for the stage that the index starts from."""
    folder.mkdir(parents=True)
    below = stage.built_from()
    if below is not None:
        link_base(indexed(below, corpus, folder.with_name(f"{folder.name} below")), folder)
    stage.index(corpus, folder, SILENT)
    return folder


def searched(stage: Retriever, corpus: Corpus, queries: Queries, folder: Path) -> Run:
    """Search for everything."""
    return stage.search(corpus, queries, folder, 1000, SILENT)


def explained(
    stage: Retriever, corpus: Corpus, queries: Queries, hit: tuple[str, str], folder: Path
) -> Explained:
    """Explain a document (second) of a query (first)."""
    query_id, doc_id = hit
    placed = Placed(query_id, queries.text_of[query_id], doc_id, "")
    found = stage.explain(Asked(placed, corpus, queries.only([query_id]), (), 1000, folder))
    assert found is not None
    assert found.method == "table"
    return found
