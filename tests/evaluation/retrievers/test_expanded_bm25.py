import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.collection import Queries
from evaluation.evidence import Asked, Placed
from evaluation.progress import SILENT
from evaluation.retrievers.bm25 import BM25
from evaluation.retrievers.expanded_bm25 import ExpandedBM25
from tests.evaluation.lexical.test_counts import random_texts
from tests.evaluation.retrievers.indexing import corpus_with, indexed, search

PLAIN = ExpandedBM25(stemmer="none", stop_words="none")


def random_case(seed: int) -> tuple[dict[str, str], dict[str, str], np.random.Generator]:
    random = np.random.default_rng(seed)
    documents = {f"d{n}": text for n, text in enumerate(random_texts(seed, 80))}
    return documents, {f"q{n}": t for n, t in enumerate(random_texts(seed + 1, 12))}, random


def test_weight_0_is_bm25(seed: int, tmp_path: Path) -> None:
    documents, queries, random = random_case(seed)
    k1, b = random.uniform(0.1, 2), random.uniform(0, 1)
    flat = BM25(k1=k1, b=b, stemmer="none", stop_words="none")
    stage = replace(PLAIN, weight=0, k1=k1, b=b)
    expanded = search(stage, documents, queries, tmp_path / "expanded", depth=100)
    assert list(expanded) == list(search(flat, documents, queries, tmp_path / "flat", depth=100))


def test_a_document_is_found_by_a_word_of_its_neighbour(tmp_path: Path) -> None:
    documents = {
        "near": "apple pie cinnamon",
        "far": "apple pie",
        "other": "pear",
        "noise": "fig fig",
    }
    stage = replace(PLAIN, neighbours=1, weight=0.5, k1=1.2, b=0.75)
    run = search(stage, documents, {"q": "cinnamon"}, tmp_path)
    added = 0.5 * 2 / 3  # half the times that `far` would say it, had its neighbour written it
    lengths = {"near": 3.0, "far": 2 + added, "other": 1.0, "noise": 2.0}
    average = sum(lengths.values()) / 4
    idf = math.log(1 + (4 - 1 + 0.5) / (1 + 0.5))  # one text holds it; that it was added is no text
    expected = {
        doc_id: idf * times / (times + 1.2 * (1 - 0.75 + 0.75 * lengths[doc_id] / average))
        for doc_id, times in {"near": 1.0, "far": added}.items()
    }
    assert dict(run.hits("q")) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("documents", [{}, {"d1": ""}, {"d1": "apple"}, {"d1": "a b", "d2": ""}])
def test_documents_without_neighbours_stay_as_they_are(
    documents: dict[str, str], tmp_path: Path
) -> None:
    run = search(PLAIN, documents, {"q": "apple a"}, tmp_path)
    assert len(run) == sum("a" in text for text in documents.values())


def test_the_evidence_shows_what_was_added_and_adds_up_to_the_score(
    seed: int, tmp_path: Path
) -> None:
    documents, queries, _ = random_case(seed)
    corpus, asked = corpus_with(documents), Queries.of(queries)
    stage = replace(PLAIN, neighbours=3, terms=4)
    folder = indexed(stage, corpus, tmp_path / "index")
    run = stage.search(corpus, asked, folder, 100, SILENT)
    by_addition = 0
    for query_id, hits in run:
        for doc_id, score in hits[::5]:
            placed = Placed(query_id, queries[query_id], doc_id, documents[doc_id])
            told = stage.explain(Asked(placed, corpus, asked, (), 10, folder))
            assert told is not None
            assert sum(part["Adds"] for part in told.parts) == pytest.approx(score, abs=1e-5)
            for part in told.parts:
                held = documents[doc_id].split().count(part["Term"])
                assert part["In document"] == held
                assert not (held and part["Added from neighbours"])
                assert (part["Adds"] > 0) == bool(held or part["Added from neighbours"])
                if part["Added from neighbours"]:
                    by_addition += 1
                    assert part["Term"] in told.note
    assert by_addition
