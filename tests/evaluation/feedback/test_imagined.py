"""Imagined passages, and what both ways of rewriting a query keep."""

from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.collection import Collection, Queries
from evaluation.evidence import Asked, Placed
from evaluation.feedback.imagined import Imagined
from evaluation.feedback.think import Think
from evaluation.metering import metered
from evaluation.progress import SILENT
from evaluation.retrievers.base import Retriever
from evaluation.retrievers.bm25 import BM25
from evaluation.retrievers.query_likelihood import QueryLikelihood
from tests.endpoint_server import Answer, Body, prompt_of, says, serving
from tests.fresh_seed import fresh_seed
from tests.rewriting import DENSE, made, query_of, ranks, refined, topics, verbatim

pytestmark = pytest.mark.usefixtures("written_models")
RETRIEVERS = [DENSE, BM25(), QueryLikelihood()]


@pytest.mark.parametrize("below", RETRIEVERS, ids=lambda below: below.name)
@pytest.mark.parametrize("stage", [Imagined(weight=1), Imagined(passages=0)])
def test_the_query_alone_is_the_base_run_and_asks_nobody(
    stage: Imagined, below: Retriever, collection: Collection, tmp_path: Path
) -> None:
    found = made(below, collection, tmp_path / "index")
    assert list(refined(stage, found)) == list(found[3])  # no endpoint is configured


@pytest.mark.parametrize("below", RETRIEVERS, ids=lambda below: below.name)
def test_a_model_that_says_the_query_again_leaves_all_ranks(
    below: Retriever, collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = made(below, collection, tmp_path / "index")
    with serving(monkeypatch, verbatim):
        assert ranks(refined(Imagined(weight=0.3), found)) == ranks(found[3])


def test_the_vector_is_the_weighted_mean_of_query_and_passages(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weight = float(np.random.default_rng(fresh_seed()).uniform(0, 1))
    _, queries, _, _ = made(DENSE, collection, tmp_path / "index")
    stage = Imagined(weight=weight, passages=4)
    with serving(monkeypatch, topics):
        written = stage.write(queries, lambda _: None)
    found = stage.vectors(DENSE, queries, written, lambda: None)
    own = DENSE.query_vectors(queries, lambda _: None)
    for row, replies in enumerate(written):
        assert len({reply.text for reply in replies}) > 1
        texts = Queries.of({str(n): reply.text for n, reply in enumerate(replies)})
        mean = DENSE.query_vectors(texts, lambda _: None).astype(np.float64).mean(axis=0)
        mixed = weight * own[row] + (1 - weight) * mean
        assert found[row] == pytest.approx(mixed / np.linalg.norm(mixed), abs=2e-3)
        assert np.linalg.norm(found[row]) == pytest.approx(1, abs=1e-5)


def test_bm25_gets_the_query_repeated_and_the_passages_behind_it(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = made(BM25(), collection, tmp_path / "index")
    corpus, queries, searched, _ = found
    stage = Imagined(repeats=3, passages=2)
    with serving(monkeypatch, topics):
        run = refined(stage, found)
        written = stage.write(queries, lambda _: None)
    texts = [
        f"{query} {query} {query} {replies[0].text} {replies[1].text}"
        for query, replies in zip(queries.texts, written, strict=True)
    ]
    asked = Queries.of(dict(zip(queries.ids, texts, strict=True)))
    assert list(run) == list(searched.stage.search(corpus, asked, searched.folder, 50, SILENT))


def test_what_was_written_once_is_not_asked_again(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = made(BM25(), collection, tmp_path / "index")
    with serving(monkeypatch, topics) as server:
        first = refined(Imagined(), found)
        with metered() as spent:
            assert list(refined(Imagined(), found)) == list(first)
        assert len(server.asked) == 8 * 3
        assert (spent["calls"], spent["cached_calls"]) == (24, 24)
        refined(Imagined(words=81), found)
        assert len(server.asked) == 2 * 8 * 3
        assert len({prompt_of(body) for body in server.asked}) == 2 * 8 * 3
    key = Imagined().revision()
    with serving(monkeypatch, topics, MODEL="another"):
        assert Imagined().revision() != key


@pytest.mark.parametrize("stage", [Imagined(), Think()], ids=["imagined", "think"])
def test_queries_whose_replies_are_empty_are_asked_as_they_are_and_that_is_counted(
    stage: Imagined | Think, collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = made(DENSE, collection, tmp_path / "index")

    def answer(body: Body) -> Answer:
        return says("") if query_of(body).startswith("river") else topics(body)

    with serving(monkeypatch, answer), metered() as spent:
        run = refined(stage, found)
    assert spent["malformed_replies"] == 3
    assert run.hits("q1") == found[3].hits("q1")
    assert [run.hits(query) == found[3].hits(query) for query in run.query_ids[1:]] == [False] * 7


@pytest.mark.parametrize("stage", [Imagined(), Think()], ids=["imagined", "think"])
def test_the_texts_are_the_evidence(
    stage: Imagined | Think, collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, queries, searched, first = made(DENSE, collection, tmp_path / "index")
    placed = Placed("q2", queries.text_of["q2"], "d100", "")
    asked = Asked(placed, corpus, queries.only(["q2"]), [first.only(["q2"])], 10)
    with serving(monkeypatch, topics):
        refined(stage, (corpus, queries, searched, first))
        told = stage.explain(asked, searched)
    assert told.method == "texts"
    assert len(told.parts) == 3
    for part in told.parts:
        assert part["text"]
        assert part["detail"].endswith("11 tokens read, 7 written; from the cache of replies")


@pytest.mark.parametrize("stage", [Imagined(), Think()], ids=["imagined", "think"])
def test_progress_never_goes_back(
    stage: Imagined | Think, collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, queries, searched, first = made(DENSE, collection, tmp_path / "index")
    heard: list[int] = []

    class Listening:
        def report(self, done: int, total: int | None, unit: str = "documents") -> None:
            assert (total, unit) == (8, "queries")
            heard.append(done)

    with serving(monkeypatch, topics):
        stage.refine(corpus, queries, first, searched, 5, Listening())
    assert heard == sorted(heard)
    assert heard[-1] == 8
