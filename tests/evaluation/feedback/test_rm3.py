import math
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluation.collections.collection import Corpus, Queries
from evaluation.evidence import Asked, Placed
from evaluation.feedback.base import Searched
from evaluation.feedback.rm3 import RM3
from evaluation.progress import SILENT
from evaluation.retrievers.bm25 import BM25
from evaluation.retrievers.lexical import Lexical
from evaluation.retrievers.query_likelihood import QueryLikelihood
from evaluation.run import Run
from evaluation.system import Node, searched_by
from tests.bridge import bridge_collection, target_recall
from tests.evaluation.lexical.test_counts import random_texts
from tests.evaluation.retrievers.indexing import corpus_with, indexed

PLAIN: dict[str, Any] = {"stemmer": "none", "stop_words": "none"}
BASES = [BM25(**PLAIN), BM25(variant="bm25l", **PLAIN), QueryLikelihood(**PLAIN)]


class Case:
    """Random texts and queries, an index of them, and its first run."""

    def __init__(self, base: Lexical, seed: int, folder: Path) -> None:
        texts = random_texts(seed, 90)
        self.texts = {f"d{n}": text for n, text in enumerate(texts)}
        self.corpus = corpus_with(self.texts)
        random = np.random.default_rng(seed)
        words = [" ".join(f"w{n}" for n in random.integers(0, 23, 4)) for _ in range(8)]
        self.queries = Queries.of({f"q{n}": text for n, text in enumerate(words)})
        self.below = Searched(base, indexed(base, self.corpus, folder / "index"))
        self.first = base.search(self.corpus, self.queries, self.below.folder, 100, SILENT)

    def refine(self, stage: RM3, first: Run | None = None, queries: Queries | None = None) -> Run:
        given = self.first if first is None else first
        asked = queries or self.queries
        return stage.refine(self.corpus, asked, given, self.below, 100, SILENT)


@pytest.fixture(params=BASES, ids=["bm25", "bm25l", "likelihood"])
def case(request: pytest.FixtureRequest, seed: int, tmp_path: Path) -> Case:
    return Case(request.param, seed, tmp_path)


@pytest.mark.parametrize("base", [BM25(), QueryLikelihood()], ids=["bm25", "likelihood"])
@pytest.mark.parametrize("number", range(6))
def test_targets_that_share_no_word_with_the_query_are_found(
    base: Lexical, number: int, seed: int, tmp_path: Path
) -> None:
    bridges = bridge_collection(seed + number)
    assert isinstance(bridges.corpus, Corpus)
    below = Searched(base, indexed(base, bridges.corpus, tmp_path / "index"))
    first = base.search(bridges.corpus, bridges.queries, below.folder, 1000, SILENT)
    assert target_recall(first) == 0
    stage = RM3(documents=3, terms=10, weight=0.5)
    found = stage.refine(bridges.corpus, bridges.queries, first, below, 1000, SILENT)
    assert target_recall(found) >= 0.9
    pure = replace(stage, weight=1.0)
    same = pure.refine(bridges.corpus, bridges.queries, first, below, 1000, SILENT)
    assert target_recall(same) == 0


@pytest.mark.parametrize("stage", [RM3(weight=1.0), RM3(documents=0), RM3(common=0)])
def test_nothing_added_gives_the_base_run_exactly(stage: RM3, case: Case) -> None:
    assert list(case.refine(stage)) == list(case.first)


def test_the_query_is_the_mixture_of_its_terms_and_a_relevance_model(case: Case) -> None:
    stage = RM3(documents=4, terms=5, weight=0.3, common=1.0)
    changed = stage.queries(case.corpus, case.queries, case.first, case.below)
    for query_id, query in zip(case.queries.ids, changed, strict=True):
        terms = case.queries.text_of[query_id].split()
        assert query[: len(terms)] == [(term, 0.3) for term in terms]
        model: Counter[str] = Counter()
        for doc_id, score in case.first.hits(query_id, 4):
            words = case.texts[doc_id].split()
            for word in words:
                model[word] += max(score, 0) / len(words)  # type: ignore[assignment]
        best = dict(model.most_common(5))
        added = dict(query[len(terms) :])
        assert sum(added.values()) == pytest.approx(0.7 * len(terms))
        least = min(best.values())
        for term, weight in added.items():
            assert model[term] >= least - 1e-9
            share = model[term] / sum(model[other] for other in added)
            assert weight == pytest.approx(0.7 * len(terms) * share, rel=1e-6)


def test_scores_are_weighted_sums_of_term_weights_in_float64(case: Case) -> None:
    stage, base = RM3(documents=4, terms=5, weight=0.4, common=1), case.below.stage
    assert isinstance(base, Lexical)
    index = base.opened(case.below.folder)
    changed = stage.queries(case.corpus, case.queries, case.first, case.below)
    run = case.refine(stage)
    for query_id, query in zip(case.queries.ids, changed, strict=True):
        for doc_id, score in run.hits(query_id, 10):
            row = int(doc_id[1:])
            exact = math.fsum(weight * index.weight(term, row)[0] for term, weight in query)
            asked = Asked(
                Placed(query_id, case.queries.text_of[query_id], doc_id, case.texts[doc_id]),
                case.corpus,
                case.queries.only([query_id]),
                [case.first.only([query_id])],
                10,
            )
            told = stage.explain(asked, case.below)
            assert told is not None
            assert told.total == pytest.approx(exact, abs=1e-6)
            assert math.fsum(part["Adds"] for part in told.parts) == pytest.approx(exact, abs=1e-6)
            assert score == pytest.approx(exact, rel=1e-5, abs=1e-5)
            words = case.texts[doc_id].split()
            assert all(part["In document"] == words.count(part["Term"]) for part in told.parts)
            assert sum(part["Weight in query"] for part in told.parts) == pytest.approx(4)
            assert "Feedback was read from" in told.note


def test_feedback_may_come_from_another_ranking_and_from_unknown_documents(case: Case) -> None:
    first = Run.from_lists({"q0": [("elsewhere", 3.0), ("d1", -1.0), ("d2", -2.0)]})
    stage, queries = RM3(terms=100, weight=0.0, common=1.0), case.queries.only(["q0"])
    (query,) = stage.queries(case.corpus, queries, first, case.below)
    words = {*case.texts["d1"].split(), *case.texts["d2"].split()}
    assert {term for term, _ in query} == words  # none has a positive score, so all count alike


def test_a_query_without_hits_is_asked_as_it_is_and_a_failed_one_stays_failed(case: Case) -> None:
    first = Run.from_lists({"q0": [], "q1": case.first.hits("q1"), "q2": case.first.hits("q2")})
    first = replace(first, failed=frozenset({"q2"}))
    run = case.refine(RM3(), first, case.queries.only(["q0", "q1", "q2"]))
    assert run.hits("q0") == case.first.hits("q0")
    assert run.failed == {"q2"}
    assert run.hits("q2") == []


def test_it_searches_the_lexical_retriever_below_it() -> None:
    node = Node(RM3(), (Node(BM25()),))
    assert searched_by(node).stage == BM25()
