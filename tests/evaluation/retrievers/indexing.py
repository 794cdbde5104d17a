"""Indexes for tests, with those that they start from, as `Execution` builds them."""

from pathlib import Path

from evaluation.collections.collection import Corpus, Queries, corpus_of
from evaluation.progress import SILENT
from evaluation.retrievers.base import Retriever, link_base
from evaluation.run import Run


def indexed(stage: Retriever, corpus: Corpus, folder: Path) -> Path:
    """Build the index of a retriever, and below it those that it starts from."""
    folder.mkdir(parents=True, exist_ok=True)
    below = stage.built_from()
    if below is not None:
        link_base(indexed(below, corpus, folder.with_name(f"{folder.name} below")), folder)
    stage.index(corpus, folder, SILENT)
    return folder


def corpus_with(documents: dict[str, str]) -> Corpus:
    """Make a corpus of texts without titles."""
    return corpus_of([(doc_id, "", text) for doc_id, text in documents.items()])


def search(
    stage: Retriever,
    documents: dict[str, str],
    queries: dict[str, str],
    folder: Path,
    depth: int = 10,
) -> Run:
    """Index documents and search them."""
    corpus = corpus_with(documents)
    place = indexed(stage, corpus, folder / "index")
    return stage.search(corpus, Queries.of(queries), place, depth, SILENT)
