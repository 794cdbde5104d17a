import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.collection import Corpus, Queries, corpus_of
from evaluation.evidence import Asked, Placed
from evaluation.progress import SILENT
from evaluation.retrievers.base import Retriever
from evaluation.retrievers.bm25 import BM25
from evaluation.retrievers.bm25_fields import FieldedBM25
from evaluation.run import Run
from tests.evaluation.retrievers.indexing import indexed

FLAT = BM25(stemmer="none", stop_words="none")
FIELDS = FieldedBM25(stemmer="none", stop_words="none")


def searched(stage: Retriever, corpus: Corpus, queries: Queries, folder: Path) -> Run:
    return stage.search(corpus, queries, indexed(stage, corpus, folder), 100, SILENT)


def random_corpus(seed: int) -> tuple[Corpus, Queries, np.random.Generator]:
    random = np.random.default_rng(seed)

    def words(most: int) -> str:
        return " ".join(f"w{n}" for n in random.integers(0, 25, random.integers(0, most)))

    corpus = corpus_of([(f"d{n}", words(5), words(20)) for n in range(60)])
    return corpus, Queries.of({f"q{n}": words(6) for n in range(10)}), random


def test_the_score_of_a_term_in_both_fields_is_the_one_in_the_formula(tmp_path: Path) -> None:
    corpus = corpus_of(
        [("d1", "apple", "apple pie pie"), ("d2", "pear", "fig"), ("d3", "", "apple")]
    )
    stage = replace(FIELDS, title_weight=3, text_weight=0.5, k1=1.2, b=0.75)
    run = searched(stage, corpus, Queries.of({"q": "apple"}), tmp_path / "index")
    lengths = {"d1": 3 * 1 + 0.5 * 3, "d2": 3 * 1 + 0.5 * 1, "d3": 0.5 * 1}
    average = sum(lengths.values()) / 3
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    expected = {}
    for doc_id, times in {"d1": 3 * 1 + 0.5 * 1, "d3": 0.5}.items():
        norm = 1.2 * (1 - 0.75 + 0.75 * lengths[doc_id] / average)
        expected[doc_id] = idf * times / (times + norm)
    assert dict(run.hits("q")) == pytest.approx(expected, rel=1e-6)


def test_equal_weights_are_bm25_of_title_and_text_as_one(seed: int, tmp_path: Path) -> None:
    corpus, queries, random = random_corpus(seed)
    k1, b = random.uniform(0.1, 2), random.uniform(0, 1)
    flat = searched(replace(FLAT, k1=k1, b=b), corpus, queries, tmp_path / "flat")
    stage = replace(FIELDS, title_weight=1, text_weight=1, k1=k1, b=b)
    assert list(searched(stage, corpus, queries, tmp_path / "fields")) == list(flat)


@pytest.mark.parametrize("left_out", ["title", "text"])
def test_a_field_of_weight_0_leaves_bm25_of_the_other(
    left_out: str, seed: int, tmp_path: Path
) -> None:
    corpus, queries, random = random_corpus(seed)
    k1, b = random.uniform(0.1, 2), random.uniform(0, 1)
    rows = corpus.table.to_pylist()
    other = corpus_of(
        [(r["doc_id"], *("" if f == left_out else r[f] for f in ("title", "text"))) for r in rows]
    )
    alone = searched(replace(FLAT, k1=k1, b=b), other, queries, tmp_path / "alone")
    title, text = (0, 1) if left_out == "title" else (1, 0)
    stage = replace(FIELDS, title_weight=title, text_weight=text, k1=k1, b=b)
    assert list(searched(stage, corpus, queries, tmp_path / "fields")) == list(alone)


def test_both_weights_0_find_nothing(seed: int, tmp_path: Path) -> None:
    corpus, queries, _ = random_corpus(seed)
    stage = replace(FIELDS, title_weight=0, text_weight=0)
    assert len(searched(stage, corpus, queries, tmp_path / "index")) == 0


def test_a_title_counts_in_scripts_without_spaces_and_next_to_empty_ones(tmp_path: Path) -> None:
    corpus = corpus_of([("d1", "北京大学", "在北京"), ("d2", "", "上海"), ("d3", "Ὀδυσσεύς", "ὁ")])
    stage = FieldedBM25(tokens="bigrams", stemmer="none", stop_words="none", title_weight=9)
    flat = BM25(tokens="bigrams", stemmer="none", stop_words="none")
    queries = Queries.of({"q": "北京", "r": "上海", "s": "Ὀδυσσεύς"})
    run = searched(stage, corpus, queries, tmp_path / "fields")
    plain = searched(flat, corpus, queries, tmp_path / "flat")
    assert [[d for d, _ in hits] for _, hits in run] == [[d for d, _ in hits] for _, hits in plain]
    assert run.hits("q")[0][1] > plain.hits("q")[0][1]


def test_the_evidence_counts_both_fields_and_adds_up_to_the_score(
    seed: int, tmp_path: Path
) -> None:
    corpus, queries, _ = random_corpus(seed)
    folder = indexed(FIELDS, corpus, tmp_path / "index")
    run = FIELDS.search(corpus, queries, folder, 100, SILENT)
    for query_id, hits in run:
        for doc_id, score in hits[:5]:
            document = corpus.documents([doc_id])[0] or {}
            text = f"{document['title']} {document['text']}"
            placed = Placed(query_id, queries.text_of[query_id], doc_id, text)
            told = FIELDS.explain(Asked(placed, corpus, queries, (), 10, folder))
            assert told is not None
            assert sum(part["Adds"] for part in told.parts) == pytest.approx(score, abs=1e-5)
            for part in told.parts:
                assert part["In title"] == document["title"].split().count(part["Term"])
                assert part["In text"] == document["text"].split().count(part["Term"])
                assert part["Counts as"] == 2 * part["In title"] + part["In text"]
