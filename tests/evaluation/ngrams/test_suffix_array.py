"""The suffix array finds what counting by hand finds, on fresh random corpora."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from evaluation.ngrams.suffix_array import SuffixArray, open_suffix_array
from tests.fresh import fresh

Documents = list[list[int]]


def random_documents(random: np.random.Generator) -> Documents:
    words = int(random.choice([2, 4, 30, 70_000]))
    lengths = random.integers(0, 15, size=int(random.integers(1, 12)))
    return [random.integers(1, words + 1, size=length).tolist() for length in lengths]


def indexed(documents: Documents) -> SuffixArray:
    return SuffixArray.of([np.array(codes, np.int32) for codes in documents])


def ngrams_of(codes: list[int]) -> list[tuple[int, ...]]:
    ends = range(1, len(codes) + 1)
    return [tuple(codes[start:end]) for end in ends for start in range(end)]


@pytest.mark.parametrize("_", range(20))
def test_every_ngram_is_counted_as_by_hand_and_found_in_its_documents(_: int) -> None:
    documents = random_documents(fresh())
    index = indexed(documents)
    expected = Counter(ngram for codes in documents for ngram in ngrams_of(codes))
    ngrams = list(expected)
    assert index.counts(ngrams).tolist() == list(expected.values())
    assert index.size == sum(map(len, documents))
    for ngram, low, high in zip(ngrams, *index.intervals(ngrams), strict=True):
        places = index.positions(int(low), int(high))
        rows = index.documents(places)
        found = Counter(zip(rows.tolist(), (places - index.starts[rows]).tolist(), strict=True))
        assert found == Counter(
            (row, start)
            for row, codes in enumerate(documents)
            for start in range(len(codes))
            if tuple(codes[start : start + len(ngram)]) == ngram
        )


@pytest.mark.parametrize("_", range(10))
def test_an_ngram_that_is_nowhere_is_not_found(_: int) -> None:
    random = fresh()
    documents = random_documents(random)
    index, known = indexed(documents), {n for codes in documents for n in ngrams_of(codes)}
    drawn = [tuple(random.integers(-1, 6, size=random.integers(1, 5)).tolist()) for _ in range(99)]
    counts = index.counts(drawn)
    assert [count > 0 for count in counts] == [ngram in known for ngram in drawn]


def test_no_ngram_crosses_from_one_document_to_the_next() -> None:
    index = indexed([[1, 2], [3, 4], [], [1, 2]])
    counted = index.counts([(1, 2), (2, 3), (2, 1), (2, 0), (0,), (3, 4), (1, 2, 3)])
    assert counted.tolist() == [2, 0, 0, 0, 0, 1, 0]


@pytest.mark.parametrize("_", range(10))
def test_continuations_are_those_of_the_corpus(_: int) -> None:
    documents = random_documents(fresh())
    index = indexed(documents)
    ngrams = [(), *{n for codes in documents for n in ngrams_of(codes)}]
    every = Counter(n for codes in documents for n in ngrams_of(codes))
    for ngram, low, high in zip(ngrams, *index.intervals(ngrams), strict=True):
        tokens, counts = index.continuations(int(low), int(high), len(ngram))
        longer = {n[-1]: c for n, c in every.items() if n[:-1] == ngram and n}
        assert dict(zip(tokens.tolist(), counts.tolist(), strict=True)) == longer
        assert tokens.tolist() == sorted(longer)


@pytest.mark.parametrize("_", range(10))
def test_a_span_that_stands_once_leads_to_its_passage_and_no_other(_: int) -> None:
    documents = random_documents(fresh())
    index = indexed(documents)
    every = Counter(ngram for codes in documents for ngram in ngrams_of(codes))
    for row, codes in enumerate(documents):
        once = [ngram for ngram in ngrams_of(codes) if every[ngram] == 1]
        for low, high in zip(*index.intervals(once), strict=True):
            assert index.documents(index.positions(int(low), int(high))).tolist() == [row]


def test_an_index_is_the_same_after_it_was_stored(tmp_path: Path) -> None:
    index = indexed(random_documents(fresh()))
    index.save(tmp_path)
    stored = open_suffix_array(tmp_path)
    assert stored.suffixes.tolist() == index.suffixes.tolist()
    assert stored.tokens.tolist() == index.tokens.tolist()
    assert stored.starts.tolist() == index.starts.tolist()


def test_an_empty_corpus_holds_nothing() -> None:
    index = indexed([])
    assert index.counts([(1,), (1, 2)]).tolist() == [0, 0]
    assert index.continuations(*index.whole, 0)[0].tolist() == []
    assert index.size == 0
