import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from evaluation.lexical.counts import TermCounts
from evaluation.lexical.lists import Lists
from evaluation.lexical.neighbours import ASKING, expansion, heaviest, neighbours
from evaluation.progress import SILENT
from evaluation.retrievers.bm25 import BM25
from tests.evaluation.lexical.test_counts import random_texts
from tests.evaluation.lexical.test_relevance_model import counted
from tests.evaluation.retrievers.indexing import search


def shares_of(lists: Lists) -> list[dict[int, float]]:
    return [lists.of(row) for row in range(len(lists))]


def test_the_heaviest_of_each_row_are_kept_and_the_lower_code_of_equal_ones() -> None:
    rows = [[3.0, 1.0, 3.0, 3.0], [], [1.0], [2.0, 5.0, 4.0]]
    codes = np.array([c for row in rows for c in range(len(row))], np.int32)
    starts = np.cumsum([0, *map(len, rows)])
    found = heaviest(Lists(starts, codes, np.concatenate([np.array(row) for row in rows])), 2)
    assert shares_of(found) == [{0: 3, 2: 3}, {}, {0: 1}, {1: 5, 2: 4}]


def test_neighbours_are_the_best_hits_of_a_document_as_a_query(seed: int, tmp_path: Path) -> None:
    """Where a document has few terms they all ask, so BM25 itself is the oracle."""
    texts = random_texts(seed, 50)
    counts = counted(texts, tmp_path)
    assert max(counts.by_document.lengths()) <= ASKING
    plain = BM25(stemmer="none", stop_words="none")
    documents = {f"d{n}": text for n, text in enumerate(texts)}
    queries = {f"q{n}": " ".join(dict.fromkeys(text.split())) for n, text in enumerate(texts)}
    run = search(plain, documents, queries, tmp_path, depth=100)
    for row, near in enumerate(shares_of(neighbours(counts, 4, SILENT))):
        hits = [(int(d[1:]), s) for d, s in run.hits(f"q{row}") if d != f"d{row}"]
        scores = dict(hits)
        assert len(near) == min(4, len(hits))
        assert row not in near
        if near:
            least = sorted(scores.values())[-len(near)]
            assert all(scores[other] >= least - 1e-5 for other in near)
            total = sum(scores[other] for other in near)
            expected = {other: scores[other] / total for other in near}
            assert near == pytest.approx(expected, rel=1e-4)
            assert math.fsum(near.values()) == pytest.approx(1)


def added(counts: TermCounts, near: Lists, number: int) -> list[dict[str, float]]:
    found = expansion(counts, near, number, SILENT)
    return [{counts.names[c]: v for c, v in row.items()} for row in shares_of(found)]


def test_the_words_of_neighbours_are_added_as_often_as_they_would_say_them(tmp_path: Path) -> None:
    counts = counted(["apple pie", "apple pear pear fig", "pie plum", "noise"], tmp_path)
    near = Lists(np.array([0, 2, 2, 2, 2]), np.array([1, 2], np.int32), np.array([0.75, 0.25]))
    (first, *others) = added(counts, near, 10)
    assert first == pytest.approx(
        {
            "pear": 2 * 0.75 * 2 / 4,  # the document holds two terms
            "fig": 2 * 0.75 * 1 / 4,
            "plum": 2 * 0.25 * 1 / 2,
        }
    )
    assert others == [{}, {}, {}]
    assert set(added(counts, near, 1)[0]) == {"pear"}


def test_expansion_agrees_with_a_loop_over_documents(seed: int, tmp_path: Path) -> None:
    texts = random_texts(seed, 60)
    counts = counted(texts, tmp_path)
    near = neighbours(counts, 5, SILENT)
    held = Counter(word for text in texts for word in set(text.split()))
    found, few = added(counts, near, 1000), added(counts, near, 3)
    for row, text in enumerate(texts):
        words = text.split()
        expected: dict[str, float] = {}
        for other, share in near.of(row).items():
            said = texts[other].split()
            for word in said:
                if word not in words:
                    add = len(words) * share / len(said)
                    expected[word] = expected.get(word, 0) + add
        assert found[row] == pytest.approx(expected, rel=1e-9)
        weights = {
            word: times * math.log(1 + (60 - held[word] + 0.5) / (held[word] + 0.5))
            for word, times in expected.items()
        }
        if len(weights) > 3:
            least = sorted(weights.values())[-3]
            assert len(few[row]) == 3
            assert all(weights[word] >= least - 1e-9 for word in few[row])
