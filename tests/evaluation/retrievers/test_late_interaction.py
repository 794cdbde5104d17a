from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.collection import Collection, Queries, corpus_of
from evaluation.evidence import Asked, Placed
from evaluation.models.encoding import unit
from evaluation.progress import SILENT
from evaluation.retrievers.late_interaction import LateInteraction
from evaluation.run import Run
from evaluation.token_index.index import open_index
from tests.sample import small_collection
from tests.tiny_models import ENCODER, WORDS

TINY = LateInteraction(model=ENCODER, backend="openvino", probes=0, candidates=0)


def found(stage: LateInteraction, collection: Collection, folder: Path, depth: int = 1000) -> Run:
    assert collection.corpus is not None
    if not folder.exists():
        folder.mkdir()
        stage.index(collection.corpus, folder, SILENT)
    return stage.search(collection.corpus, collection.queries, folder, depth, SILENT)


def states(folder: Path, texts: list[str]) -> list[np.ndarray]:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    given = model.encode(texts, output_value="token_embeddings", show_progress_bar=False)
    return [unit(state.numpy()) for state in given]


def test_scores_are_sums_over_the_tokens_of_the_query(model_root: Path, tmp_path: Path) -> None:
    collection = small_collection()
    assert collection.corpus is not None
    run = found(TINY, collection, tmp_path / "index")
    asked = states(model_root / ENCODER, collection.queries.texts[:3])
    held = states(model_root / ENCODER, collection.corpus.texts())
    for query_id, query in zip(collection.queries.ids, asked, strict=False):
        hits = dict(run.hits(query_id))
        assert len(hits) == len(collection.corpus)
        for row, document in enumerate(held):
            expected = sum(max(float(a @ b) for b in document) for a in query)
            doc_id = collection.corpus.doc_ids[row].as_py()
            assert hits[doc_id] == pytest.approx(expected, abs=5e-3)  # 16 bits


def test_all_probes_and_candidates_equal_brute_force_over_coded_vectors(
    model_root: Path, tmp_path: Path
) -> None:
    """Enough tokens that vectors are coded; the oracle decodes them and compares every one."""
    seed = int(np.random.default_rng().integers(2**31))
    random = np.random.default_rng(seed)
    texts = [" ".join(random.choice(WORDS, 14)) for _ in range(700)]
    corpus = corpus_of([(f"d{n}", "", text) for n, text in enumerate(texts)])
    queries = Queries.of({f"q{n}": " ".join(random.choice(WORDS, 3)) for n in range(5)})
    collection = Collection("drawn", corpus, queries, {})
    stage = replace(TINY, code_bytes=6)
    run = found(stage, collection, tmp_path / "index")
    index = open_index(tmp_path / "index")
    assert index.stored.shape[1] == 6, seed
    whole = index.vectors(slice(0, len(index.stored)))
    asked = list(stage.encoder(lambda: None).queries(queries.texts))
    for query_id, query in zip(queries.ids, asked, strict=True):
        products = whole @ query.vectors.T
        scores = dict(run.hits(query_id))
        for row in range(700):
            expected = products[index.rows(row)].max(axis=0).sum()
            assert scores[f"d{row}"] == pytest.approx(expected, abs=1e-5), seed
    few = found(replace(stage, probes=4, candidates=50), collection, tmp_path / "index")
    assert few.lengths().tolist() == [50] * 5
    for query_id in queries.ids:
        kept = dict(few.hits(query_id))
        whole_run = dict(run.hits(query_id))
        assert kept == pytest.approx({d: whole_run[d] for d in kept}, abs=1e-5)


def test_what_changes_only_the_search_keeps_the_index() -> None:
    other = replace(TINY, probes=3, candidates=7, query_prompt="query: ")
    assert other.index_parameters() == TINY.index_parameters()
    assert replace(TINY, code_bytes=8).index_parameters() != TINY.index_parameters()


def test_the_parts_that_are_told_sum_to_the_score(model_root: Path, tmp_path: Path) -> None:
    collection = small_collection()
    assert collection.corpus is not None
    run = found(TINY, collection, tmp_path / "index")
    query_id = collection.queries.ids[1]
    doc_id, score = run.hits(query_id)[2]
    text = collection.corpus.texts_of(collection.corpus.find([doc_id]))[0]
    placed = Placed(query_id, collection.queries.text_of[query_id], doc_id, text)
    queries = collection.queries.only([query_id])
    told = TINY.explain(Asked(placed, collection.corpus, queries, [], 10, tmp_path / "index"))
    assert told is not None
    assert told.method == "table"
    assert told.total == pytest.approx(score, abs=1e-4)
    assert sum(part["Adds"] for part in told.parts) == pytest.approx(told.total, abs=1e-12)
    assert all(0 <= start < end <= len(text) for start, end in told.marks)
    assert "not trained" in told.note
