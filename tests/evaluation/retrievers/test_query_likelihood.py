import math
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.collection import Queries
from evaluation.evidence import Asked, Placed
from evaluation.retrievers.query_likelihood import QueryLikelihood
from evaluation.system import index_key
from tests.evaluation.retrievers.indexing import corpus_with, indexed, search

PLAIN = QueryLikelihood(stemmer="none", stop_words="none")
FRUIT = {"d1": "apple apple pie", "d2": "pear", "d3": "pie plum"}


def test_the_scores_of_three_documents_are_those_of_the_formula(tmp_path: Path) -> None:
    stage = replace(PLAIN, mu=10)
    run = search(stage, FRUIT, {"q": "apple pie"}, tmp_path)
    apple, pie = 2 / 6, 2 / 6  # shares of the corpus
    first = math.log((2 + 10 * apple) / (3 + 10)) + math.log((1 + 10 * pie) / (3 + 10))
    third = math.log((0 + 10 * apple) / (2 + 10)) + math.log((1 + 10 * pie) / (2 + 10))
    chance = math.log(apple) + math.log(pie)
    found = dict(run.hits("q"))
    assert found == pytest.approx({"d1": first - chance, "d3": third - chance}, rel=1e-6)


def brute_force(
    texts: dict[str, str], terms: list[str], mu: float, weights: list[float] | None = None
) -> dict[str, float]:
    """The sum over the query's terms, as it stands in the textbook, less that of the corpus."""
    corpus = Counter(word for text in texts.values() for word in text.split())
    known = [(t, w) for t, w in zip(terms, weights or [1.0] * len(terms), strict=True) if corpus[t]]
    found = {}
    for doc_id, text in texts.items():
        words = Counter(text.split())
        if not any(words[term] for term, _ in known):
            continue
        found[doc_id] = sum(
            weight
            * (
                math.log((words[term] + mu * corpus[term] / corpus.total()) / (words.total() + mu))
                - math.log(corpus[term] / corpus.total())
            )
            for term, weight in known
        )
    return found


def random_documents(seed: int) -> tuple[np.random.Generator, dict[str, str]]:
    random = np.random.default_rng(seed)
    words = [f"w{n}" for n in range(30)]
    texts = {f"d{n}": " ".join(random.choice(words, random.integers(0, 25))) for n in range(40)}
    return random, texts


def test_scores_equal_a_brute_force_sum_on_random_texts(seed: int, tmp_path: Path) -> None:
    random, texts = random_documents(seed)
    stage = replace(PLAIN, mu=random.uniform(1, 3000))
    queries = {
        f"q{n}": " ".join(f"w{word}" for word in random.integers(0, 40, 4)) for n in range(9)
    }
    run = search(stage, texts, queries, tmp_path, depth=100)
    for query_id, query in queries.items():
        expected = brute_force(texts, query.split(), stage.mu)
        assert dict(run.hits(query_id)) == pytest.approx(expected, rel=1e-5, abs=1e-6)
        ranked = [expected[doc_id] for doc_id, _ in run.hits(query_id)]
        assert all(a >= b - 1e-6 for a, b in pairwise(ranked))


def test_weighted_terms_sum_to_within_1e_9_of_brute_force(seed: int, tmp_path: Path) -> None:
    random, texts = random_documents(seed)
    folder = indexed(PLAIN, corpus_with(texts), tmp_path / "index")
    terms = [f"w{word}" for word in random.integers(0, 30, 5)]
    weights = random.uniform(0.01, 2, 5).tolist()
    rows, scores = PLAIN.opened(folder).search(terms, 100, len(texts), weights)
    found = {f"d{row}": score for row, score in zip(rows.tolist(), scores.tolist(), strict=True)}
    assert found == pytest.approx(brute_force(texts, terms, PLAIN.mu, weights), rel=1e-9, abs=1e-9)


def test_with_growing_mu_all_hits_tie_at_zero(seed: int, tmp_path: Path) -> None:
    """A score is at most sum(tf / p) / mu and at least -|q| |d| / mu, so 1/mu bounds the spread."""
    _, texts = random_documents(seed)
    folder = indexed(PLAIN, corpus_with(texts), tmp_path / "index")
    terms = ["w1", "w2", "w2", "w3"]
    counts = PLAIN.counts(folder)
    for mu in (1e3, 1e5, 1e6):
        rows, scores = replace(PLAIN, mu=mu).opened(folder).search(terms, 100, len(texts))
        for row, score in zip(rows.tolist(), scores.tolist(), strict=True):
            words = Counter(texts[f"d{row}"].split())
            most = sum(words[t] * counts.size / counts.totals[counts.codes[t]] for t in terms)
            assert -len(terms) * words.total() / mu <= score <= most / mu
        assert len(rows) == sum(bool(set(terms) & set(text.split())) for text in texts.values())


def test_another_mu_needs_no_other_index() -> None:
    assert index_key(PLAIN, "c") == index_key(replace(PLAIN, mu=7), "c")
    assert index_key(PLAIN, "c") != index_key(QueryLikelihood(), "c")


def test_the_terms_of_the_evidence_add_up_to_the_score(seed: int, tmp_path: Path) -> None:
    random, texts = random_documents(seed)
    corpus, query = corpus_with(texts), " ".join(f"w{word}" for word in random.integers(0, 33, 6))
    folder = indexed(PLAIN, corpus, tmp_path / "index")
    queries = Queries.of({"q": query})
    exact = brute_force(texts, query.split(), PLAIN.mu)
    for doc_id, score in exact.items():
        placed = Placed("q", query, doc_id, texts[doc_id])
        told = PLAIN.explain(Asked(placed, corpus, queries, (), 10, folder))
        assert told is not None
        assert sum(part["weight"] for part in told.parts) == pytest.approx(score, abs=1e-9)
        assert told.total == pytest.approx(score, abs=1e-9)
        held = Counter(texts[doc_id].split())
        assert all(part["frequency"] == held[part["term"]] for part in told.parts)
