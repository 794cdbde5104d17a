"""What every index type of dense retrieval keeps, on fresh random corpora with a tiny model."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluation.collections.collection import Corpus, Queries, corpus_of
from evaluation.errors import CancelledError
from evaluation.progress import SILENT
from evaluation.retrievers.base import link_base
from evaluation.retrievers.dense import Dense
from evaluation.run import Run
from evaluation.vector_indexes.base import open_vectors
from evaluation.vector_indexes.opening import held_bytes
from tests.every_stage import StopAt
from tests.tiny_models import ENCODER, WORDS

FLAT = Dense(model=ENCODER, backend="openvino")
OTHERS = [
    pytest.param({"index_type": "hnsw"}, id="hnsw"),
    pytest.param({"index_type": "binary"}, id="binary"),
    pytest.param({"index_type": "pq"}, id="pq"),
    pytest.param({"truncate_dimension": 8}, id="cut"),
    pytest.param({"index_type": "binary", "truncate_dimension": 8}, id="binary cut"),
    pytest.param({"index_type": "pq", "truncate_dimension": 8}, id="pq cut"),
]
QUERIES = Queries.of({"q1": "old river", "q2": "what is the new planet near a market", "q3": "x"})
DOCUMENTS = 400  # more than the centroids of a code


@pytest.fixture(scope="module")
def seed() -> int:
    seed = int(np.random.SeedSequence().entropy) % 2**32  # type: ignore[arg-type]
    print(f"seed {seed}")  # noqa: T201 - shown when a test fails
    return seed


@pytest.fixture
def corpus(seed: int) -> Corpus:
    random = np.random.default_rng(seed)
    texts = [" ".join(random.choice(WORDS, random.integers(1, 12))) for _ in range(DOCUMENTS)]
    return corpus_of([(f"d{n:03}", "", text) for n, text in enumerate(texts)])


@pytest.fixture
def base(corpus: Corpus, model_root: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "base index"
    folder.mkdir()
    FLAT.index(corpus, folder, SILENT)
    return folder


def built(stage: Dense, corpus: Corpus, base: Path, progress: Any = SILENT) -> Path:
    folder = base.with_name(f"index {len(list(base.parent.iterdir()))}")
    folder.mkdir()
    assert stage.built_from() == FLAT
    link_base(base, folder)
    stage.index(corpus, folder, progress)
    return folder


def found(stage: Dense, corpus: Corpus, folder: Path, depth: int = 1000) -> Run:
    return stage.search(corpus, QUERIES, folder, depth, SILENT)


def same(run: Run, expected: Run) -> None:
    """Equal up to rounding: scores agree, so documents do but for near ties."""
    for (_, hits), (_, others) in zip(run, expected, strict=True):
        assert dict(hits) == pytest.approx(dict(others), abs=1e-5)


@pytest.mark.parametrize("kind", ["hnsw", "binary", "pq"])
def test_a_shortlist_of_the_whole_corpus_gives_the_exact_run(
    kind: str, corpus: Corpus, base: Path
) -> None:
    stage = replace(FLAT, index_type=kind, ef_search=DOCUMENTS)
    same(found(stage, corpus, built(stage, corpus, base)), found(FLAT, corpus, base))


@pytest.mark.parametrize("kind", ["binary", "pq"])
def test_hits_are_the_shortlist_scored_exactly_and_recall_is_bounded_by_it(
    kind: str, corpus: Corpus, base: Path
) -> None:
    wide = replace(FLAT, index_type=kind, shortlist=40)
    folder, exact = built(wide, corpus, base), found(FLAT, corpus, base)
    run = found(wide, corpus, folder)
    assert run.lengths().tolist() == [40] * 3
    for query_id in run.query_ids:
        scores = dict(exact.hits(query_id))
        for doc_id, score in run.hits(query_id):
            assert score == pytest.approx(scores[doc_id], abs=1e-5)
        best = {doc_id for doc_id, _ in exact.hits(query_id, 10)}
        top = {doc_id for doc_id, _ in run.hits(query_id, 10)}
        candidates = {doc_id for doc_id, _ in run.hits(query_id)}
        assert len(top & best) <= len(candidates & best)
        assert top & best == candidates & best or len(scores) != len(set(scores.values()))


@pytest.mark.parametrize("changes", OTHERS)
def test_the_vectors_are_those_of_the_base_under_a_second_name_unless_cut(
    changes: dict[str, Any], corpus: Corpus, base: Path
) -> None:
    stage = replace(FLAT, **changes)
    folder = built(stage, corpus, base)
    assert not (folder / "base").exists()
    if stage.index_type == "hnsw":
        assert [path.name for path in folder.iterdir()] == ["graph.faiss"]
        return
    vectors, whole = open_vectors(folder), open_vectors(base)
    if stage.truncate_dimension:
        assert vectors.shape == (DOCUMENTS, 8)
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-6)
        directions = whole[:, :8] / np.linalg.norm(whole[:, :8], axis=1, keepdims=True)
        assert vectors == pytest.approx(directions, abs=1e-6)
    else:
        assert (folder / "vectors.npy").samefile(base / "vectors.npy")
    (base / "vectors.npy").unlink()  # the base may be deleted
    assert found(stage, corpus, folder, 5).lengths().tolist() == [5] * 3


@pytest.mark.parametrize("changes", OTHERS)
def test_an_index_stops_at_the_report_that_cancels_and_is_the_same_every_time(
    changes: dict[str, Any], corpus: Corpus, base: Path
) -> None:
    stage = replace(FLAT, **changes)
    with pytest.raises(CancelledError):
        built(stage, corpus, base, StopAt(2))
    first, second = (built(stage, corpus, base) for _ in range(2))
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes()


def test_what_is_held_in_memory_is_told(corpus: Corpus, base: Path) -> None:
    held = {}
    for kind, width in (("flat", 8), ("binary", 0), ("pq", 0), ("hnsw", 0)):
        stage = replace(FLAT, index_type=kind, truncate_dimension=width)
        folder = built(stage, corpus, base)
        held[kind] = stage.memory_bytes(folder)
        assert held[kind] == held_bytes(folder)
    assert FLAT.memory_bytes(base) == 4 * 24 * DOCUMENTS
    assert held["flat"] == 4 * 8 * DOCUMENTS
    assert held["binary"] == 3 * DOCUMENTS
    tables = 4 * (256 * 24 + 24 * 24)  # centroids and rotation
    assert 0 <= held["pq"] - 3 * DOCUMENTS - tables < 1000
    assert held["hnsw"] > 4 * 24 * DOCUMENTS


def test_the_weight_of_the_code_adds_its_score(corpus: Corpus, base: Path) -> None:
    stage = replace(FLAT, index_type="pq", code_weight=0.3)
    folder = built(stage, corpus, base)
    from evaluation.vector_indexes.opening import open_index

    index: Any = open_index(folder)
    queries = stage.query_vectors(QUERIES, lambda done: None)
    expected = queries @ np.asarray(index.vectors).T + 0.3 * queries @ index.decoded().T
    for place, (_, hits) in enumerate(found(stage, corpus, folder)):
        rows = [int(doc_id[1:]) for doc_id, _ in hits]
        assert [score for _, score in hits] == pytest.approx(expected[place, rows], abs=1e-5)


def test_fewer_layers_give_other_vectors_and_all_layers_the_same(
    corpus: Corpus, base: Path, tmp_path: Path
) -> None:
    one, two = (tmp_path / "one layer", tmp_path / "two layers")
    for folder, layers in ((one, 1), (two, 2)):
        folder.mkdir()
        replace(FLAT, layers=layers).index(corpus, folder, SILENT)
    assert open_vectors(two) == pytest.approx(np.asarray(open_vectors(base)), abs=1e-6)
    assert np.abs(open_vectors(one) - open_vectors(base)).max() > 0.01
    assert np.linalg.norm(open_vectors(one), axis=1) == pytest.approx(1, abs=1e-6)
    assert replace(FLAT, layers=2).resolved() == FLAT.resolved()
    assert replace(FLAT, layers=1, index_type="pq").built_from() == replace(FLAT, layers=1)


@pytest.mark.parametrize("backend", ["torch", "openvino"])
def test_a_layer_is_the_hidden_state_of_the_model_pooled(
    backend: str, corpus: Corpus, model_root: Path, tmp_path: Path
) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    replace(FLAT, layers=1, backend=backend).index(corpus, tmp_path, SILENT)
    model: Any = SentenceTransformer(str(model_root / ENCODER), device="cpu")
    texts = list(corpus.texts())[:20]
    features = model.tokenizer(
        texts, padding=True, truncation=True, max_length=16, return_tensors="pt"
    )
    with torch.no_grad():
        states = model.transformers_model(**features, output_hidden_states=True).hidden_states[1]
    mask = features["attention_mask"][..., None]
    pooled = ((states * mask).sum(1) / mask.sum(1)).numpy()
    expected = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
    assert open_vectors(tmp_path)[:20] == pytest.approx(expected, abs=1e-5)
