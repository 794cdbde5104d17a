from pathlib import Path

import numpy as np
import pytest

from evaluation.lexical.counts import TermCounts, open_counts, write_counts
from evaluation.lexical.relevance_model import relevance_model
from evaluation.progress import SILENT
from evaluation.text import Analyser
from tests.evaluation.lexical.test_counts import random_texts
from tests.evaluation.retrievers.indexing import corpus_with

PLAIN = Analyser(stemmer="none", stop_words="none")


def counted(texts: list[str], folder: Path) -> TermCounts:
    write_counts(corpus_with({f"d{n}": t for n, t in enumerate(texts)}), PLAIN, folder, SILENT)
    return open_counts(folder)


def model(
    counts: TermCounts, rows: list[int], weights: list[float], terms: int, common: float = 1.0
) -> dict[str, float]:
    codes, chances = relevance_model(
        counts, np.array(rows, np.int64), np.array(weights), terms, common
    )
    return {counts.names[c]: p for c, p in zip(codes.tolist(), chances.tolist(), strict=True)}


def test_a_term_is_as_likely_as_its_weighted_share_of_the_documents(tmp_path: Path) -> None:
    counts = counted(["a a b c", "b d", "e"], tmp_path)
    found = model(counts, [0, 1], [3, 1], terms=10)
    total = 3 + 1
    assert found == pytest.approx(
        {
            "a": 3 * 2 / 4 / total,
            "b": (3 * 1 / 4 + 1 * 1 / 2) / total,
            "c": 3 * 1 / 4 / total,
            "d": 1 * 1 / 2 / total,
        }
    )
    assert list(found) == ["a", "b", "c", "d"]
    best = model(counts, [0, 1], [3, 1], terms=2)
    assert best == pytest.approx({"a": 1.5 / 2.75, "b": 1.25 / 2.75})


def test_common_terms_are_left_out(tmp_path: Path) -> None:
    counts = counted(["a b", "a c", "a d", "e"], tmp_path)
    assert set(model(counts, [0], [1], terms=5)) == {"a", "b"}
    assert model(counts, [0], [1], terms=5, common=0.5) == {"b": 1}
    assert model(counts, [0], [1], terms=5, common=0) == {}
    assert model(counts, [], [], terms=5) == {}


def test_it_agrees_with_sums_over_words_on_random_texts(seed: int, tmp_path: Path) -> None:
    random, texts = np.random.default_rng(seed), random_texts(seed, 40)
    counts = counted(texts, tmp_path)
    rows = random.choice(40, 8, replace=False).tolist()
    weights = random.uniform(0.1, 5, 8).tolist()
    expected: dict[str, float] = {}
    for row, weight in zip(rows, weights, strict=True):
        words = texts[row].split()
        for word in words:
            expected[word] = expected.get(word, 0) + weight / len(words)
    whole = model(counts, rows, weights, terms=100)
    sums = {word: value / sum(expected.values()) for word, value in expected.items()}
    assert whole == pytest.approx(sums, rel=1e-12)
    few = model(counts, rows, weights, terms=3)
    assert min(expected[word] for word in few) >= sorted(expected.values())[-3] - 1e-12
    assert sum(few.values()) == pytest.approx(1)
