from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.collection import Queries, corpus_of
from evaluation.progress import SILENT
from evaluation.retrievers import random_order
from evaluation.retrievers.random_order import RandomOrder

DOCUMENTS = 60


def drawn(depth: int, queries: int = 3) -> dict[str, list[str]]:
    corpus = corpus_of([(f"d{number}", "", "") for number in range(DOCUMENTS)])
    asked = Queries.of({f"q{number}": "" for number in range(queries)})
    run = RandomOrder().search(corpus, asked, Path(), depth, SILENT)
    return {query_id: [doc_id for doc_id, _ in hits] for query_id, hits in run}


@pytest.mark.parametrize("shuffled", [DOCUMENTS, 0])
def test_a_large_corpus_is_drawn_from_as_a_small_one_is(
    monkeypatch: pytest.MonkeyPatch, shuffled: int
) -> None:
    monkeypatch.setattr(random_order, "SHUFFLED", shuffled)
    monkeypatch.setattr(random_order, "AT_ONCE", 7)
    whole = drawn(DOCUMENTS)
    for ids in whole.values():
        assert sorted(ids) == sorted(f"d{number}" for number in range(DOCUMENTS))
    assert whole["q0"] != whole["q1"]
    for depth in (1, 6, 7, 8, 40):
        assert drawn(depth) == {query_id: ids[:depth] for query_id, ids in whole.items()}


def test_every_document_is_drawn_equally_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random_order, "SHUFFLED", 0)
    found = [doc_id for ids in drawn(6, queries=5000).values() for doc_id in ids]
    counts = np.unique(found, return_counts=True)[1]
    expected = 5000 * 6 / DOCUMENTS  # 500, with a deviation of about 21
    assert len(counts) == DOCUMENTS
    assert np.abs(counts - expected).max() < 6 * 21
