from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from evaluation.collections.collection import Collection, Corpus, Queries
from evaluation.collections.vector_sets import VectorSet, VectorWriter, close_set
from evaluation.errors import EvaluationError
from evaluation.evidence import Asked, Explained, Placed
from evaluation.feedback.base import Searched
from evaluation.feedback.rocchio import Rocchio
from evaluation.fusion.rrf import ReciprocalRank
from evaluation.metering import WITHOUT_VECTOR, metered
from evaluation.models.encoding import encode
from evaluation.models.loading import load
from evaluation.progress import SILENT
from evaluation.retrievers.bm25 import BM25
from evaluation.retrievers.dense import Dense
from evaluation.retrievers.given_vectors import GivenVectors
from evaluation.run import Run
from evaluation.system import Node, index_key, node_key
from tests.evaluation.retrievers.structured import drawn, indexed, searched
from tests.fresh import fresh
from tests.tiny_models import ENCODER

Floats = npt.NDArray[np.float32]


def given(
    corpus: Corpus, queries: Queries, documents: Floats, asked: Floats, folder: Path
) -> Corpus:
    """Attach vectors; those whose first number is NaN are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    lengths = {}
    for part, vectors in (("documents", documents), ("queries", asked)):
        rows = np.flatnonzero(~np.isnan(vectors[:, 0]))
        with VectorWriter(folder / f"{part}.npy", len(vectors), vectors.shape[1]) as writer:
            writer.put(rows, vectors[rows])
        sizes = np.linalg.norm(vectors[rows], axis=1)
        lengths[part] = {"lengths": [float(sizes.min()), float(sizes.max())]}
    record: dict[str, Any] = {"dimension": documents.shape[1], "name": "Mine", **lengths}
    record["fingerprint"] = close_set(folder, queries.ids)
    return replace(corpus, vectors={"vectors-mine": VectorSet(folder, record)})


def random_vectors(
    corpus: Corpus, queries: Queries, folder: Path, share: float = 1.0
) -> tuple[Corpus, Floats, Floats]:
    """Attach random vectors; a share of them is there, the others are rows of NaN."""
    random = fresh()
    dimension = int(random.integers(3, 30))
    documents, asked = (
        random.normal(size=(count, dimension)).astype(np.float32)
        for count in (len(corpus), len(queries))
    )
    documents[random.permutation(len(corpus))[: round((1 - share) * len(corpus))]] = np.nan
    asked[random.permutation(len(queries))[: round((1 - share) * len(queries))]] = np.nan
    return given(corpus, queries, documents, asked, folder), documents, asked


def brute_force(documents: Floats, asked: Floats, cosine: bool) -> npt.NDArray[np.float64]:
    """Score everything with everything, in double precision."""
    left, right = documents.astype(np.float64), asked.astype(np.float64)
    if cosine:
        left /= np.linalg.norm(left, axis=1, keepdims=True)
        right /= np.linalg.norm(right, axis=1, keepdims=True)
    return right @ left.T


@pytest.mark.parametrize("similarity", ["cosine", "dot product"])
@pytest.mark.parametrize("share", [1.0, 0.7])
@pytest.mark.parametrize("kind", ["flat", "hnsw", "binary", "pq"])
def test_every_index_gives_the_scores_of_brute_force(
    kind: str, share: float, similarity: str, tmp_path: Path
) -> None:
    corpus, queries = drawn(3, 200)
    corpus, documents, asked = random_vectors(corpus, queries, tmp_path / "set", share)
    stage = GivenVectors("mine", similarity, kind)
    run = searched(stage, corpus, queries, indexed(stage, corpus, tmp_path / "index"))
    expected = brute_force(documents, asked, similarity == "cosine")
    names = corpus.doc_ids.to_pylist()
    for row, query_id in enumerate(queries.ids):
        if np.isnan(asked[row, 0]):
            assert query_id in run.failed
            assert run.hits(query_id) == []
            continue
        hits = dict(run.hits(query_id))
        known = {n: s for n, s in zip(names, expected[row], strict=True) if s == s}
        assert hits.keys() == known.keys()
        for name, score in hits.items():
            assert score == pytest.approx(known[name], rel=1e-4, abs=1e-4)
    assert len(run.failed) == round((1 - share) * len(queries))


@pytest.mark.parametrize("kind", ["flat", "hnsw", "binary", "pq"])
def test_the_vectors_of_the_encoder_give_the_run_of_dense(
    kind: str, model_root: Path, tmp_path: Path
) -> None:
    corpus, queries = drawn(int(fresh().integers(1000)))
    dense = Dense(model=ENCODER, backend="openvino", index_type=kind)
    expected = searched(dense, corpus, queries, indexed(dense, corpus, tmp_path / "dense"))
    network = load(ENCODER, "encoder", "openvino", 0, lambda: None)
    documents = np.empty((len(corpus), network.about.dimension), np.float32)
    encode(network, corpus.batches(2048), documents, lambda _: None)
    asked = dense.query_vectors(queries, lambda _: None)
    corpus = given(corpus, queries, documents, asked, tmp_path / "set")
    for similarity in ("cosine", "dot product"):
        stage = GivenVectors("mine", similarity, kind)
        folder = indexed(stage, corpus, tmp_path / similarity)
        assert list(searched(stage, corpus, queries, folder)) == list(expected)


def test_vectors_that_need_no_change_are_not_copied(tmp_path: Path) -> None:
    corpus, queries = drawn(4)
    corpus, *_ = random_vectors(corpus, queries, tmp_path / "set")
    stage = GivenVectors("mine", "dot product")
    folder = indexed(stage, corpus, tmp_path / "index")
    assert (folder / "vectors.npy").samefile(tmp_path / "set" / "documents.npy")
    other = indexed(GivenVectors("mine"), corpus, tmp_path / "cosine")
    assert not (other / "vectors.npy").samefile(tmp_path / "set" / "documents.npy")


def test_documents_without_a_vector_are_counted(tmp_path: Path) -> None:
    corpus, queries = drawn(5, 40)
    corpus, *_ = random_vectors(corpus, queries, tmp_path / "set", 0.75)
    stage = GivenVectors("mine")
    folder = indexed(stage, corpus, tmp_path / "index")
    with metered() as spent:
        run = searched(stage, corpus, queries, folder)
    assert spent[WITHOUT_VECTOR] == 10
    assert int(run.lengths().max()) == 30


def test_the_key_holds_the_content_of_the_vectors(tmp_path: Path) -> None:
    corpus, queries = drawn(6)
    keys = []
    for place in ("one", "two"):
        other, *_ = random_vectors(corpus, queries, tmp_path / place)
        collection = Collection("C", other, queries, {})
        prints = {"corpus": "c", "queries": "q", **collection.attached_fingerprints}
        stage = GivenVectors("mine")
        keys += [node_key(Node(stage), prints), index_key(stage, stage.seen(prints))]
    assert len(set(keys)) == 4
    plain, deep = (GivenVectors("mine", shortlist=n).run_parameters() for n in (10, 20))
    assert plain == deep  # a shortlist means nothing to exact search


def test_a_failed_query_stays_failed_in_a_fusion(tmp_path: Path) -> None:
    corpus, queries = drawn(7)
    corpus, _, asked = random_vectors(corpus, queries, tmp_path / "set", 0.5)
    stage = GivenVectors("mine")
    vectors = searched(stage, corpus, queries, indexed(stage, corpus, tmp_path / "index"))
    words = searched(BM25(), corpus, queries, indexed(BM25(), corpus, tmp_path / "words"))
    fused = ReciprocalRank().fuse([words, vectors], 10)
    lost = {q for q, row in zip(queries.ids, asked, strict=True) if np.isnan(row[0])}
    assert fused.failed == vectors.failed == lost
    assert len(lost) == 3


def test_vector_feedback_mixes_given_vectors(tmp_path: Path) -> None:
    corpus, queries = drawn(8)
    corpus, documents, asked = random_vectors(corpus, queries, tmp_path / "set", 0.6)
    stage = GivenVectors("mine", "dot product")
    below = Searched(stage, indexed(stage, corpus, tmp_path / "index"))
    first = searched(BM25(), corpus, queries, indexed(BM25(), corpus, tmp_path / "words"))
    feedback = Rocchio(k=3)
    run = feedback.refine(corpus, queries, first, below, 1000, SILENT)
    names = corpus.doc_ids.to_pylist()
    known = ~np.isnan(documents[:, 0])
    for row, query_id in enumerate(queries.ids):
        if np.isnan(asked[row, 0]):
            assert query_id in run.failed
            continue
        fed = [names.index(doc_id) for doc_id, _ in first.hits(query_id, 3)]
        fed = [place for place in fed if known[place]]
        vector = asked[row].astype(np.float64)
        if fed:
            vector = 0.4 * vector + 0.6 * documents[fed].astype(np.float64).mean(axis=0)
        hits = dict(run.hits(query_id))
        assert len(hits) == known.sum()
        for name, score in hits.items():
            assert score == pytest.approx(vector @ documents[names.index(name)], abs=1e-4)


def told(
    stage: GivenVectors, corpus: Corpus, queries: Queries, pair: tuple[str, str], folder: Path
) -> Explained:
    placed = Placed(pair[0], "", pair[1], "")
    found = stage.explain(Asked(placed, corpus, queries.only([pair[0]]), (), 1000, folder))
    assert found is not None
    return found


@pytest.mark.parametrize("kind", ["flat", "hnsw"])
def test_the_parts_of_a_score_sum_to_it(kind: str, tmp_path: Path) -> None:
    corpus, queries = drawn(9)
    corpus, documents, _ = random_vectors(corpus, queries, tmp_path / "set", 0.8)
    stage = GivenVectors("mine", "cosine", kind)
    folder = indexed(stage, corpus, tmp_path / "index")
    run: Run = searched(stage, corpus, queries, folder)
    names = corpus.doc_ids.to_pylist()
    query_id = next(q for q in queries.ids if q not in run.failed)
    for doc_id, score in run.hits(query_id):
        found = told(stage, corpus, queries, (query_id, doc_id), folder)
        assert found.total == pytest.approx(score, abs=1e-6)
        assert sum(part["Adds"] for part in found.parts) == pytest.approx(score, abs=1e-6)
    without = names[int(np.flatnonzero(np.isnan(documents[:, 0]))[0])]
    note = told(stage, corpus, queries, (query_id, without), folder).note
    assert note == "The document has no vector in this set, so it is never found."
    lost = next(iter(run.failed))
    assert "The query has no vector" in told(stage, corpus, queries, (lost, names[0]), folder).note


def test_an_unknown_set_is_answered_with_a_sentence(tmp_path: Path) -> None:
    corpus, queries = drawn(10)
    with pytest.raises(EvaluationError, match="has no vectors called 'other'"):
        GivenVectors("other").query_vectors(corpus, queries)
