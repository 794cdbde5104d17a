from pathlib import Path

import numpy as np
import pytest

from evaluation.models.encoding import unit
from evaluation.token_index.index import TokenIndex
from evaluation.token_index.matching import Wanted, best_matches, candidates, max_similarity
from tests.evaluation.token_index.planted import Vectors, drawn, fresh, planted


@pytest.fixture(params=[0, 8], ids=["16 bits", "8 bytes"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> TokenIndex:
    _, random = fresh()
    documents = drawn(random, 700, 16, 40)
    index = planted(tmp_path / "index", documents, code_bytes=request.param)
    assert index.stored.shape[1] == (request.param or 16)
    return index


def asked(index: TokenIndex, tokens: int = 5) -> Vectors:
    _, random = fresh()
    return unit(
        random.normal(size=(tokens, index.compression.centroids.shape[1])).astype(np.float32)
    )


def by_triple_loop(index: TokenIndex, wanted: Vectors, document: int) -> float:
    """For each token of the query, over each token of the document, over each dimension."""
    total, held = 0.0, index.vectors(index.rows(document)).tolist()
    for token in wanted.tolist():
        best = -np.inf
        for other in held:
            product = 0.0
            for one, two in zip(token, other, strict=True):
                product += one * two
            best = max(best, product)
        total += best
    return total


def test_max_similarity_is_what_a_triple_loop_gives(tmp_path: Path) -> None:
    _, random = fresh()
    index = planted(tmp_path / "index", drawn(random, 60, 16, 30))
    wanted = unit(random.normal(size=(5, 16)).astype(np.float32))
    documents = np.sort(random.permutation(60)[:25])
    found = max_similarity(index, Wanted.plain(wanted), documents)
    expected = [by_triple_loop(index, wanted, document) for document in documents.tolist()]
    assert found == pytest.approx(expected, abs=1e-5)
    exact = max_similarity(index, Wanted.plain(wanted.astype(np.float64)), documents)
    assert exact == pytest.approx(expected, abs=1e-12)


def test_all_probes_and_all_candidates_are_a_brute_force_search(tmp_path: Path) -> None:
    for code_bytes in (0, 8):
        _, random = fresh()
        index = planted(
            tmp_path / f"{code_bytes}", drawn(random, 700, 16, 40), code_bytes=code_bytes
        )
        wanted = Wanted.plain(unit(random.normal(size=(4, 16)).astype(np.float32)))
        found = candidates(index, wanted, len(index.compression.centroids), len(index))
        assert found.tolist() == list(range(700))
        for document in random.permutation(700)[:30].tolist():
            held = index.vectors(index.rows(document))
            expected = (wanted.vectors @ held.T).max(axis=1).sum()
            score = max_similarity(index, wanted, np.array([document]))[0]
            assert score == pytest.approx(expected, abs=1e-5)


def test_a_document_scores_the_same_alone_and_among_others(index: TokenIndex) -> None:
    wanted = asked(index)
    together = best_matches(index, wanted, np.arange(len(index)))
    for document in (0, 17, len(index) - 1):
        alone = best_matches(index, wanted, np.array([document]))
        assert alone[0] == pytest.approx(together[document], abs=1e-6)
    backwards = best_matches(index, wanted, np.arange(len(index))[::-1])
    assert backwards[::-1] == pytest.approx(together, abs=1e-6)


def test_candidates_hold_what_is_best(tmp_path: Path) -> None:
    """A tenth of the corpus, chosen by a few centroids, has nearly all of the true best ten."""
    _, random = fresh()
    index = planted(tmp_path / "index", drawn(random, 1000, 16, 12))
    kept = 0
    for _ in range(10):
        wanted = Wanted.plain(unit(random.normal(size=(4, 16)).astype(np.float32)))
        scores = max_similarity(index, wanted, np.arange(1000))
        best = set(np.argsort(-scores)[:10].tolist())
        kept += len(best & set(candidates(index, wanted, 16, 200).tolist()))
    assert kept >= 80


def test_fewer_candidates_are_the_best_of_more(index: TokenIndex) -> None:
    wanted = Wanted.plain(asked(index))
    many, few = (set(candidates(index, wanted, 4, most).tolist()) for most in (100, 10))
    assert len(few) == 10
    assert few < many


def test_vectors_of_no_weight_choose_no_candidates(index: TokenIndex) -> None:
    plain = Wanted.plain(asked(index))
    more = plain.and_also(asked(index, 3), np.zeros(3))
    assert more.without_nothing().vectors.shape == plain.vectors.shape
    documents = candidates(index, plain, 2, 20)
    assert candidates(index, more, 2, 20).tolist() == documents.tolist()
    assert max_similarity(index, more, documents) == pytest.approx(
        max_similarity(index, plain, documents), abs=1e-5
    )


def test_nothing_wanted_or_nothing_held_finds_nothing(tmp_path: Path) -> None:
    empty = planted(tmp_path / "empty", [])
    assert len(empty) == 0
    assert candidates(empty, Wanted.plain(np.ones((2, 3), np.float32)), 8, 10).tolist() == []
    _, random = fresh()
    index = planted(tmp_path / "index", drawn(random, 5, 3, 4))
    assert candidates(index, Wanted.plain(np.zeros((0, 3), np.float32)), 8, 10).tolist() == []
