"""Weights and scores as published, against the formula, by hand and by brute force."""

import math

import numpy as np
import pytest

from evaluation.ngrams.feedback_model import FeedbackModel, generate
from evaluation.ngrams.scoring import score_documents
from evaluation.ngrams.suffix_array import SuffixArray
from evaluation.ngrams.weighing import Match, WeighedNgrams, background, match_in, weigh
from tests.fresh import fresh


def test_a_weight_is_the_power_of_the_log_of_the_ratio_of_odds() -> None:
    found = weigh(np.array([0.2]), np.array([15]), 995, 2.0)
    share = (15 + 5) / (995 + 5)
    expected = math.log(0.2 * (1 - share) / (share * (1 - 0.2))) ** 2
    assert found[0] == pytest.approx(expected, rel=1e-12)


def test_a_weight_falls_as_occurrences_rise_and_is_nothing_below_the_background() -> None:
    random = fresh()
    size, given = int(random.integers(1_000, 10**7)), float(random.uniform(1e-6, 0.9))
    occurrences = np.sort(random.choice(size, 500, replace=False)) + 1
    weights = weigh(np.full(500, given), occurrences, size, float(random.uniform(0.5, 3)))
    assert (np.diff(weights) <= 0).all()
    assert (np.diff(weights[weights > 0]) < 0).all()
    likelier = given > background(occurrences, size)
    assert ((weights > 0) == likelier).all()
    assert weigh(np.array([0.0, 1.0]), np.array([1, 1]), 9, 2.0)[0] == 0
    assert np.isfinite(weigh(np.array([1.0]), np.array([1]), 9, 2.0)).all()


def weighed_of(ngrams: list[tuple[int, ...]], weights: list[float]) -> WeighedNgrams:
    nothing = np.zeros(len(ngrams), np.int64)
    return WeighedNgrams(ngrams, np.array(weights), nothing, nothing)


def test_ngrams_do_not_overlap_and_lose_by_tokens_that_were_seen() -> None:
    weighed = weighed_of([(1, 2, 3), (3, 4), (2,), (4, 1)], [8.0, 5.0, 3.0, 2.0])
    # the document is 1 2 3 4 1 2 3 4: (1 2 3) stands twice, so (3 4) and (2) have no free place,
    # and (4 1) lies over the second (1 2 3)
    found = [(0, 0), (0, 4), (1, 2), (1, 6), (2, 1), (2, 5), (3, 3)]
    assert match_in(weighed, found, 0.8) == [Match(0, 8.0, (0, 4))]
    # 1 2 3 2 4 1: (2) has a free place, but its token was seen; of (4 1) one of two was
    matches = match_in(weighed, [(0, 0), (2, 1), (2, 3), (3, 4)], 0.8)
    assert [match.places for match in matches] == [(0,), (3,), (4,)]
    expected = [8.0, 3.0 * (1 - 0.8), 2.0 * (1 - 0.8 + 0.8 * 1 / 2)]
    assert [match.adds for match in matches] == pytest.approx(expected)


def random_index(random: np.random.Generator) -> tuple[list[list[int]], SuffixArray]:
    documents = [random.integers(1, 9, size=random.integers(3, 20)).tolist() for _ in range(12)]
    return documents, SuffixArray.of([np.array(codes, np.int32) for codes in documents])


def plain_score(codes: list[int], weights: dict[tuple[int, ...], float], beta: float) -> float:
    """Score one document as the words of the paper say, without an index."""
    total, seen, free = 0.0, set[int](), [True] * len(codes)
    for ngram, weight in sorted(weights.items(), key=lambda pair: (-pair[1], pair[0])):
        used = False
        for start in range(len(codes) - len(ngram) + 1):
            span = slice(start, start + len(ngram))
            if tuple(codes[span]) == ngram and all(free[span]):
                free[span] = [False] * len(ngram)
                used = True
        if used:
            new = len(set(ngram) - seen) / len(set(ngram))
            total += weight * (1 - beta + beta * new)
            seen |= set(ngram)
    return total


@pytest.mark.parametrize("_", range(10))
def test_documents_score_as_by_brute_force(_: int) -> None:
    random = fresh()
    documents, index = random_index(random)
    drawn = [tuple(random.integers(1, 9, size=random.integers(1, 4)).tolist()) for _ in range(40)]
    given = dict(zip(drawn, random.uniform(0, 1, 40).tolist(), strict=True))
    beta = float(random.uniform())
    weighed = WeighedNgrams.of(index, given, 2.0)
    weights = dict(zip(weighed.ngrams, weighed.weights.tolist(), strict=True))
    rows, scores = score_documents(index, weighed, 500, beta)
    expected = {r: plain_score(codes, weights, beta) for r, codes in enumerate(documents)}
    found = dict(zip(rows.tolist(), scores.tolist(), strict=True))
    assert found == pytest.approx({r: s for r, s in expected.items() if s > 0}, abs=1e-9)


def test_only_the_best_selected_documents_are_scored() -> None:
    _, index = random_index(fresh())
    weighed = WeighedNgrams.of(index, {(code,): 0.9 for code in range(1, 9)}, 2.0)
    assert len(score_documents(index, weighed, 500, 0.8)[0]) == 12
    assert len(score_documents(index, weighed, 4, 0.8)[0]) == 4


def test_an_ngram_that_is_everywhere_selects_nothing() -> None:
    index = SuffixArray.of(
        [np.array([1] * 40, np.int32)] * 40 + [np.arange(2, 9000, dtype=np.int32)]
    )
    weighed = WeighedNgrams.of(index, {(1,): 0.9}, 2.0)
    assert weighed.occurrences.tolist() == [1600]
    assert len(score_documents(index, weighed, 500, 0.8)[0]) == 0


@pytest.mark.parametrize("_", range(10))
def test_nothing_is_written_that_the_corpus_does_not_hold(_: int) -> None:
    random = fresh()
    documents, index = random_index(random)
    texts = [np.array(codes, np.int32) for codes in documents[:3]]
    texts[0] = np.array(random.permutation(texts[0]), np.int32)  # a query in words of its own
    stops = np.isin(np.arange(10), [1, 2])
    model = FeedbackModel(texts, [0.5, 0.3, 0.2], stops)
    written = generate(index, model, 7, 5)
    assert written
    assert (index.counts(list(written)) > 0).all()
    assert all(ngram[0] not in (1, 2) for ngram in written)
    assert all(0 < share <= 1 for share in written.values())
    lengths = [len(ngram) for ngram in written]
    assert max(lengths.count(length) for length in range(1, 6)) <= 7


def test_the_probability_of_an_ngram_is_that_of_its_steps() -> None:
    documents = [[1, 2, 3], [2, 3, 1]]
    index = SuffixArray.of([np.array(codes, np.int32) for codes in documents])
    texts = [np.array(codes, np.int32) for codes in documents]
    model = FeedbackModel(texts, [0.75, 0.25], np.zeros(4, bool))
    written = generate(index, model, 50, 3)
    # every token has a third of both texts; after 2 there is always 3; after 1 there is 2 in the
    # first text and nothing in the second, so it is always 2
    after = 0.9 * 1 + 0.1 * (1 / 3)
    assert written[(2,)] == pytest.approx(1 / 3)
    assert written[(2, 3)] == pytest.approx(1 / 3 * after)
    assert written[(1, 2, 3)] == pytest.approx(1 / 3 * after * (0.9 * 1 + 0.1 * after))
    assert set(written) == {(1,), (2,), (3,), (1, 2), (2, 3), (3, 1), (1, 2, 3), (2, 3, 1)}
