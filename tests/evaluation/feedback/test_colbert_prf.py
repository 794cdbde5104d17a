import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.collection import Collection
from evaluation.evidence import Asked, Placed
from evaluation.feedback.base import Searched
from evaluation.feedback.colbert_prf import ColBERTPRF
from evaluation.progress import SILENT
from evaluation.retrievers.late_interaction import LateInteraction
from evaluation.run import Run
from tests.bridge import bridge_collection, target_recall, vocabulary
from tests.sample import random_run, small_collection
from tests.tiny_models import ENCODER
from tests.tiny_multi_vector import build_one_hot

TINY = LateInteraction(model=ENCODER, backend="openvino")


def indexed(stage: LateInteraction, collection: Collection, folder: Path) -> Searched:
    assert collection.corpus is not None
    folder.mkdir(parents=True)
    stage.index(collection.corpus, folder, SILENT)
    return Searched(stage, folder)


def searched(below: Searched, collection: Collection, depth: int = 50) -> Run:
    assert collection.corpus is not None
    return below.stage.search(collection.corpus, collection.queries, below.folder, depth, SILENT)


def refined(
    stage: ColBERTPRF, collection: Collection, first: Run, below: Searched, depth: int = 50
) -> Run:
    assert collection.corpus is not None
    return stage.refine(collection.corpus, collection.queries, first, below, depth, SILENT)


@pytest.fixture
def small(model_root: Path, tmp_path: Path) -> tuple[Collection, Searched, Run]:
    collection = small_collection()
    below = indexed(TINY, collection, tmp_path / "index")
    return collection, below, searched(below, collection)


def test_feedback_leads_over_the_bridges_to_the_targets(model_root: Path, tmp_path: Path) -> None:
    """With one dimension per word no target can be found before, and nearly all after."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries that save it
        build_one_hot(model_root / "bridge", vocabulary())
    stage = LateInteraction(model="bridge", backend="torch")
    for seed in np.random.default_rng().integers(2**31, size=6).tolist():
        collection = bridge_collection(seed)
        below = indexed(stage, collection, tmp_path / str(seed))
        first = searched(below, collection, 1000)
        assert target_recall(first) == 0, seed
        assert target_recall(refined(ColBERTPRF(), collection, first, below)) >= 0.9, seed
    assert target_recall(refined(ColBERTPRF(beta=0), collection, first, below)) == 0
    # reranking reaches what the first run holds, if with nothing to its credit
    whole = searched(Searched(replace(stage, probes=0), below.folder), collection, 1000)
    assert whole.lengths().min() == 500
    assert target_recall(whole) == 0, seed
    reranked = refined(ColBERTPRF(mode="rerank"), collection, whole, below)
    assert target_recall(reranked) >= 0.9, seed


def test_beta_zero_gives_the_first_run(small: tuple[Collection, Searched, Run]) -> None:
    collection, below, first = small
    for mode in ("rank", "rerank"):
        run = refined(ColBERTPRF(mode=mode, beta=0), collection, first, below)
        for query_id in first.query_ids:
            found, expected = dict(run.hits(query_id)), dict(first.hits(query_id))
            assert found.keys() == expected.keys()
            assert found == pytest.approx(expected, abs=1e-5)
    assert list(refined(ColBERTPRF(beta=0), collection, first, below)) == list(first)


def test_feedback_changes_scores(small: tuple[Collection, Searched, Run]) -> None:
    collection, below, first = small
    assert list(refined(ColBERTPRF(), collection, first, below)) != list(first)


def test_reranking_keeps_to_the_documents_of_the_first_run(
    small: tuple[Collection, Searched, Run],
) -> None:
    collection, below, _ = small
    first = random_run(collection, 3, 1.0).top(4)
    run = refined(ColBERTPRF(mode="rerank"), collection, first, below)
    for query_id in run.query_ids:
        assert {d for d, _ in run.hits(query_id)} == {d for d, _ in first.hits(query_id)}
    again = refined(ColBERTPRF(mode="rank"), collection, first, below)
    assert again.lengths().min() > 4
    for query_id, hits in run:
        scores = dict(again.hits(query_id))
        assert [s for _, s in hits] == pytest.approx([scores[d] for d, _ in hits], abs=1e-4)


def test_a_query_without_hits_is_asked_as_it_is_and_a_failed_one_stays_failed(
    small: tuple[Collection, Searched, Run],
) -> None:
    collection, below, first = small
    ids = list(first.query_ids)
    bare = replace(first.only(ids[:1] + ids[2:]).only(ids), failed=frozenset({ids[0]}))
    run = refined(ColBERTPRF(mode="rerank"), collection, bare, below)
    assert run.hits(ids[1]) == first.hits(ids[1])
    assert run.hits(ids[0]) == []
    assert run.failed == {ids[0]}


def test_the_parts_that_are_told_sum_to_the_score(
    small: tuple[Collection, Searched, Run],
) -> None:
    collection, below, first = small
    assert collection.corpus is not None
    stage = ColBERTPRF(fb_embs=4)
    run = refined(stage, collection, first, below)
    query_id = first.query_ids[2]
    doc_id, score = run.hits(query_id)[1]
    text = collection.corpus.texts_of(collection.corpus.find([doc_id]))[0]
    placed = Placed(query_id, collection.queries.text_of[query_id], doc_id, text)
    queries = collection.queries.only([query_id])
    asked = Asked(placed, collection.corpus, queries, [first.only([query_id])], 50)
    told = stage.explain(asked, below)
    assert told is not None
    assert told.total == pytest.approx(score, abs=1e-4)
    assert told.total == pytest.approx(sum(part["Adds"] for part in told.parts), abs=1e-12)
    assert [part["From"] for part in told.parts][-4:] == ["feedback"] * 4
    assert "not trained" in told.note
    assert told.marks
