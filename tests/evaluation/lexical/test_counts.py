from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from evaluation.lexical.counts import count, open_counts, write_counts
from evaluation.lexical.lists import Lists, joined, lists_of
from evaluation.progress import SILENT
from evaluation.text import Analyser
from tests.evaluation.retrievers.indexing import corpus_with

PLAIN = Analyser(stemmer="none", stop_words="none")


def random_texts(seed: int, number: int) -> list[str]:
    random = np.random.default_rng(seed)
    words = [f"w{n}" for n in range(20)]
    return [" ".join(random.choice(words, random.integers(0, 15))) for _ in range(number)]


def test_counts_are_those_of_the_texts_by_document_and_by_term(seed: int, tmp_path: Path) -> None:
    texts = random_texts(seed, 2100)  # three batches
    corpus = corpus_with({f"d{n}": text for n, text in enumerate(texts)})
    write_counts(corpus, PLAIN, tmp_path, SILENT)
    counts = open_counts(tmp_path)
    expected = [Counter(text.split()) for text in texts]
    for row, words in enumerate(expected):
        found = counts.by_document.of(row)
        assert {counts.names[code]: times for code, times in found.items()} == words
    for code, name in enumerate(counts.names):
        held = {row: words[name] for row, words in enumerate(expected) if words[name]}
        assert counts.by_term.of(code) == held
        assert counts.totals[code] == sum(held.values())
        assert counts.codes[name] == code
    assert counts.lengths.tolist() == [words.total() for words in expected]
    assert counts.size == sum(words.total() for words in expected)


@pytest.mark.parametrize("documents", [{}, {"d1": "", "d2": "the ..."}])
def test_a_corpus_without_terms_has_none(documents: dict[str, str], tmp_path: Path) -> None:
    write_counts(corpus_with(documents), Analyser(), tmp_path, SILENT)
    counts = open_counts(tmp_path)
    assert (counts.names, counts.size) == ([], 0)
    assert counts.lengths.tolist() == [0] * len(documents)


def test_terms_keep_the_codes_they_are_given_and_new_ones_come_after_them() -> None:
    terms, lists = count([["pear apple apple"], ["fig"]], PLAIN, SILENT, 2, ["apple", "plum"])
    assert terms == {"apple": 0, "plum": 1, "pear": 2, "fig": 3}
    assert [lists.of(row) for row in range(2)] == [{0: 2, 2: 1}, {3: 1}]


def test_lists_agree_with_a_dense_matrix(seed: int) -> None:
    random = np.random.default_rng(seed)
    dense = random.integers(0, 3, (9, 7))
    from scipy.sparse import csr_array

    lists = lists_of(csr_array(dense))
    assert (lists.matrix(7).toarray() == dense).all()
    assert (lists.turned(7).matrix(9).toarray() == dense.T).all()
    rows = random.integers(0, 9, 5)
    assert (lists.rows(rows).matrix(7).toarray() == dense[rows]).all()
    assert (lists.part(2, 6).matrix(7).toarray() == dense[2:6]).all()
    both = joined([lists.part(0, 4), lists.part(4, 9)])
    assert (both.matrix(7).toarray() == dense).all()
    kept = lists.only(lists.values > 1)
    assert (kept.matrix(7).toarray() == np.where(dense > 1, dense, 0)).all()
    assert sorted(set(lists.keys().tolist())) == lists.keys().tolist()


def test_lists_without_rows_or_columns_can_be_turned() -> None:
    nothing = Lists(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int32))
    assert len(nothing.turned(3)) == 3
    assert len(joined([])) == 0
