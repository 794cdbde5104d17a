from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.collection import Queries
from evaluation.evidence import Asked, Placed
from evaluation.feedback.documents import FeedbackDocuments, feedback_documents, vectors_of
from evaluation.feedback.rocchio import Rocchio
from evaluation.progress import SILENT
from evaluation.run import Run
from evaluation.vector_indexes.flat import FlatIndex
from tests.axis_bridge import Bridge, fresh_bridge
from tests.bridge import target_recall
from tests.fresh_seed import fresh_seed

AVERAGE = Rocchio(method="average", k=3)


def drawn(documents: int = 40, dimension: int = 8) -> tuple[np.random.Generator, FlatIndex]:
    random = np.random.default_rng(fresh_seed())
    vectors = random.standard_normal((documents, dimension)).astype(np.float32)
    return random, FlatIndex(vectors)


@pytest.mark.parametrize("stage", [Rocchio(), AVERAGE, Rocchio(k=7, a=1.3, b=0.2)])
def test_the_score_is_the_same_mix_of_the_single_scores(stage: Rocchio) -> None:
    random, index = drawn()
    queries = random.standard_normal((6, 8))
    counts = np.array([0, *random.integers(1, stage.k + 1, 5)])
    rows = np.concatenate([random.permutation(40)[:n] for n in counts]).astype(np.int64)
    documents = FeedbackDocuments(counts, rows)
    mixed = stage.mix(queries, documents.means(index), documents)
    everything = vectors_of(index, np.arange(40))
    for place, query in enumerate(queries):
        fed, plain = documents.of_query(place), everything @ query
        a, b = stage.a, stage.b
        if stage.method == "average":
            a, b = 1 / (len(fed) + 1), len(fed) / (len(fed) + 1)
        expected = [
            a * plain[d] + b * np.mean([everything[f] @ everything[d] for f in fed])
            if len(fed)
            else plain[d]
            for d in range(40)
        ]
        np.testing.assert_allclose(everything @ mixed[place], expected, rtol=0, atol=1e-12)


def test_the_average_is_rocchio_with_b_k_times_a() -> None:
    random, index = drawn()
    queries, documents = (
        random.standard_normal((5, 8)),
        FeedbackDocuments(np.full(5, 3), random.integers(0, 40, 15)),
    )
    means = documents.means(index)
    other = Rocchio(k=3, a=0.25, b=0.75)
    np.testing.assert_allclose(
        AVERAGE.mix(queries, means, documents), other.mix(queries, means, documents), atol=1e-12
    )


@pytest.mark.parametrize("nothing", [Rocchio(k=0), Rocchio(b=0.0), Rocchio(method="average", k=0)])
def test_feeding_nothing_back_gives_the_run_without_feedback(
    nothing: Rocchio, bridge: Bridge
) -> None:
    assert list(bridge.fed_back(nothing)) == list(bridge.base)


def test_a_query_without_hits_is_asked_as_it_is_and_a_failed_one_stays_failed(
    bridge: Bridge,
) -> None:
    some = [q for q in bridge.base.query_ids if q not in ("q3", "q4")]
    first = replace(bridge.base.only(some).only(bridge.base.query_ids), failed=frozenset({"q4"}))
    run = bridge.fed_back(Rocchio(), first)
    assert run.hits("q3") == bridge.base.hits("q3")
    assert run.hits("q5") != bridge.base.hits("q5")
    assert run.failed == {"q4"}
    assert not run.hits("q4")


@pytest.mark.parametrize("index_type", ["flat", "hnsw"])
def test_feedback_finds_what_shares_no_word_with_the_query(
    index_type: str, axis_root: Path, tmp_path: Path
) -> None:
    for _ in range(6 if index_type == "flat" else 1):
        bridge = fresh_bridge(tmp_path, index_type)
        assert target_recall(bridge.base) == 0
        assert target_recall(bridge.fed_back(AVERAGE)) >= 0.9
        assert target_recall(bridge.fed_back(Rocchio(k=5, a=0.4, b=0.6), bridge.matches)) >= 0.9


def test_documents_of_an_uploaded_run_that_the_corpus_lacks_are_passed_over(
    bridge: Bridge,
) -> None:
    known = [doc for doc, _ in bridge.base.hits("q0", 3)]
    first = Run.from_lists({"q0": [("strange", 9.0), (known[1], 8.0), (known[2], 7.0)], "q1": []})
    found = feedback_documents(bridge.corpus, first, 2)
    assert found.counts.tolist() == [1, 0]
    assert bridge.corpus.doc_ids[int(found.rows[0])].as_py() == known[1]


@pytest.mark.parametrize("stage", [Rocchio(), AVERAGE, Rocchio(k=0)])
def test_what_query_and_documents_add_sums_to_the_stored_score(
    stage: Rocchio, bridge: Bridge
) -> None:
    run = bridge.fed_back(stage)
    for query_id in run.query_ids[:4]:
        doc_id, score = run.hits(query_id)[4]
        placed = Placed(query_id, "", doc_id, "")
        queries = bridge.collection.queries.only([query_id])
        asked = Asked(placed, bridge.corpus, queries, [bridge.base.only([query_id])], 50)
        told = stage.explain(asked, bridge.searched)
        assert told is not None
        assert told.total == pytest.approx(score, abs=1e-6)
        assert sum(part["Adds"] for part in told.parts) == pytest.approx(score, abs=1e-6)
        fed = [doc for doc, _ in bridge.base.hits(query_id, stage.k)]
        assert [part["Part"] for part in told.parts] == ["The query itself", *fed]


def test_no_queries_give_an_empty_run(bridge: Bridge) -> None:
    none, first = Queries.of({}), bridge.base.only([])
    run = Rocchio().refine(bridge.corpus, none, first, bridge.searched, 5, SILENT)
    assert run.query_ids == ()
