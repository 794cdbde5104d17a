from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from evaluation.feedback.colbert_prf import ColBERTPRF
from evaluation.models.encoding import unit
from evaluation.models.token_encoding import Encoded
from evaluation.token_index.expansion import cluster, expand
from evaluation.token_index.index import TokenIndex
from evaluation.token_index.matching import Wanted, max_similarity
from tests.evaluation.token_index.planted import Document, Vectors, drawn, fresh, planted


def in_double(index: TokenIndex, document: int) -> npt.NDArray[np.float64]:
    """Give the stored vectors of a document without rounding the sum of centroid and code."""
    rows, compression = index.rows(document), index.compression
    if compression.codebook is None:
        return np.asarray(index.stored[rows], np.float64)
    left = compression.left(index.stored[rows]).astype(np.float64)
    return np.asarray(left + compression.centroids[index.nearest[rows]].astype(np.float64))


def inertia(vectors: Vectors, centres: Vectors) -> float:
    return float(((vectors[:, None] - centres) ** 2).sum(axis=2).min(axis=1).sum())


def test_the_score_is_that_of_the_query_plus_that_of_what_was_added(tmp_path: Path) -> None:
    for code_bytes in (0, 8):
        _, random = fresh()
        index = planted(
            tmp_path / f"{code_bytes}", drawn(random, 700, 16, 40), code_bytes=code_bytes
        )
        drawn_query = random.normal(size=(6, 16))  # in double precision
        asked = Encoded(drawn_query, ["x"] * 6)  # type: ignore[arg-type]
        before, beta = random.permutation(700)[:10], float(random.uniform(0.1, 3))
        wanted, added = ColBERTPRF(beta=beta).expanded(index, asked, before)
        assert added is not None
        assert len(added.vectors) == 10
        every = np.arange(700)
        base = max_similarity(index, Wanted.plain(asked.vectors), every)
        whole = max_similarity(index, wanted, every)
        for document in every[::50].tolist():
            held = in_double(index, document)
            best = [max(float(c @ token) for token in held) for c in added.vectors.astype(float)]
            expansion = sum(w * b for w, b in zip(added.weights, best, strict=True))
            assert whole[document] == pytest.approx(base[document] + beta * expansion, abs=1e-9)


def test_without_feedback_nothing_is_added(tmp_path: Path) -> None:
    _, random = fresh()
    index = planted(tmp_path / "index", drawn(random, 50, 8, 5))
    asked = Encoded(unit(random.normal(size=(4, 8)).astype(np.float32)), ["x"] * 4)
    for stage in (ColBERTPRF(beta=0), ColBERTPRF(fb_embs=0), ColBERTPRF(fb_docs=0)):
        wanted, added = stage.expanded(index, asked, np.arange(5))
        assert added is None
        assert np.array_equal(wanted.vectors, asked.vectors)
    assert ColBERTPRF().expanded(index, asked, np.arange(0))[1] is None


def test_a_token_of_every_document_has_no_weight_and_a_rare_one_has_much(tmp_path: Path) -> None:
    _, random = fresh()
    documents: list[Document] = []
    for vectors, tokens in drawn(random, 400, 15, 6):
        wide = np.concatenate([vectors, np.zeros((len(vectors), 1), np.float32)], axis=1)
        everywhere = np.eye(16, dtype=np.float32)[15:]
        documents.append((np.concatenate([wide, everywhere]), [*tokens, "the"]))
    index = planted(tmp_path / "index", documents)
    added = expand(index, np.array([3, 141, 59]), 24, 24)
    assert "the" in added.tokens
    for token, weight in zip(added.tokens, added.weights.tolist(), strict=True):
        holding = sum(token in tokens for _, tokens in documents)
        assert weight == pytest.approx(np.log(401 / (holding + 1)), abs=1e-12)
    assert added.weights[added.tokens.index("the")] == 0
    assert added.tokens[-1] == "the"  # so that it is the first to be left out
    assert (np.diff(added.weights) <= 0).all()
    few = expand(index, np.array([3, 141, 59]), 24, 4)
    assert few.tokens == added.tokens[:4]


def test_what_is_added_is_the_same_every_time(tmp_path: Path) -> None:
    _, random = fresh()
    documents = drawn(random, 700, 16, 40)
    one, two = (planted(tmp_path / name, documents, code_bytes=8) for name in ("one", "two"))
    before = random.permutation(700)[:3]
    first, *others = [expand(index, before, 24, 10) for index in (one, one, two)]
    for other in others:
        assert np.array_equal(first.vectors, other.vectors)
        assert first.tokens == other.tokens


def test_clusters_are_about_as_tight_as_those_of_another_library() -> None:
    from scipy.cluster.vq import kmeans2

    seed, random = fresh()
    vectors = unit(random.normal(size=(500, 12)).astype(np.float32))
    centres = cluster(vectors, 24)
    assert centres.shape == (24, 12)
    other, _ = kmeans2(vectors, 24, iter=25, minit="++", rng=seed)
    assert inertia(vectors, centres) <= 1.2 * inertia(vectors, other)


def test_fewer_different_vectors_than_clusters_are_their_own_centres() -> None:
    rows = np.eye(5, dtype=np.float32)[[0, 1, 1, 4, 0]]
    assert sorted(cluster(rows, 24).argmax(axis=1).tolist()) == [0, 1, 4]
