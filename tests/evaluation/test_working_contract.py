"""What every stage must keep when it works, by kind, found by itself."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.collection import Collection, Queries
from evaluation.cutoffs.base import Cutoff
from evaluation.errors import CancelledError
from evaluation.feedback.base import Feedback, Searched
from evaluation.fusion.base import Fusion
from evaluation.progress import SILENT
from evaluation.rerankers.base import Reranker
from evaluation.retrievers.base import Retriever, link_base
from evaluation.run import Run
from evaluation.stage import stages
from tests.every_stage import ALL, StopAt, of_kind, tried, with_vectors
from tests.sample import random_run, small_collection

PICKLE = b"\x80"  # how every pickle since protocol 2 begins


def retriever(name: str) -> Retriever:
    stage = tried(name)
    assert isinstance(stage, Retriever)
    return stage


@pytest.fixture
def small(model_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Collection:
    return with_vectors(small_collection(), tmp_path_factory.mktemp("vectors"))


def indexed(stage: Retriever, collection: Collection, folder: Path) -> Path:
    assert collection.corpus is not None
    folder.mkdir(exist_ok=True)
    below = stage.built_from()
    if below is not None:
        link_base(indexed(below, collection, folder.with_name(f"{folder.name} below")), folder)
    stage.index(collection.corpus, folder, SILENT)
    return folder


def searched(stage: Retriever, collection: Collection, folder: Path, depth: int = 7) -> Run:
    assert collection.corpus is not None
    return stage.search(collection.corpus, collection.queries, folder, depth, SILENT)


@pytest.mark.parametrize("name", of_kind("retriever"))
def test_a_retriever_answers_every_query_within_the_depth(
    name: str, small: Collection, tmp_path: Path
) -> None:
    stage = retriever(name)
    run = searched(stage, small, indexed(stage, small, tmp_path))
    assert run.query_ids == tuple(small.queries.ids)
    assert 0 < run.lengths().max() <= 7
    assert np.isfinite(run.scores).all()
    assert set(run.doc_ids.to_pylist()) <= set(small.corpus.doc_ids.to_pylist())  # type: ignore[union-attr]


@pytest.mark.parametrize("name", of_kind("retriever"))
def test_a_retriever_gives_the_same_every_time(
    name: str, small: Collection, tmp_path: Path
) -> None:
    stage = retriever(name)
    runs = []
    for place in ("first", "second"):
        folder = indexed(stage, small, tmp_path / place)
        runs += [list(searched(stage, small, folder)), list(searched(stage, small, folder))]
    assert all(run == runs[0] for run in runs)


@pytest.mark.parametrize("name", of_kind("retriever"))
def test_a_query_alone_gets_the_hits_it_gets_among_others(
    name: str, small: Collection, tmp_path: Path
) -> None:
    stage = retriever(name)
    folder = indexed(stage, small, tmp_path)
    run = searched(stage, small, folder)
    for query_id in small.queries.ids[:3]:
        alone = stage.search(small.corpus, small.queries.only([query_id]), folder, 7, SILENT)  # type: ignore[arg-type]
        assert alone.query_ids == (query_id,)
        scores, expected = dict(alone.hits(query_id)), dict(run.hits(query_id))
        assert sorted(scores.values()) == pytest.approx(sorted(expected.values()), abs=2e-3)


@pytest.mark.parametrize("name", of_kind("retriever"))
def test_a_greater_depth_only_adds_documents_at_the_end(
    name: str, small: Collection, tmp_path: Path
) -> None:
    stage = retriever(name)
    folder = indexed(stage, small, tmp_path)
    few, many = searched(stage, small, folder, 5), searched(stage, small, folder, 1000)
    assert many.lengths().max() <= len(small.corpus or ())
    for query_id in few.query_ids:
        assert [d for d, _ in few.hits(query_id)] == [d for d, _ in many.hits(query_id, 5)]


@pytest.mark.parametrize("name", [n for n in ALL if "lexical" in stages()[n].facets])
def test_a_query_without_a_known_word_gets_no_hits(
    name: str, small: Collection, tmp_path: Path
) -> None:
    stage = retriever(name)
    folder = indexed(stage, small, tmp_path)
    queries = Queries.of({"known": "river", "unknown": "zyzzyva", "empty": "", "signs": "?!"})
    assert small.corpus is not None
    run = stage.search(small.corpus, queries, folder, 10, SILENT)
    assert [length > 0 for length in run.lengths()] == [True, False, False, False]


@pytest.mark.parametrize("name", of_kind("retriever"))
def test_an_index_is_made_of_plain_files(name: str, small: Collection, tmp_path: Path) -> None:
    found = indexed(retriever(name), small, tmp_path).rglob("*")
    for path in [path for path in found if path.is_file()]:
        assert path.suffix in (".npy", ".arrow", ".json", ".faiss"), path.name
        assert not path.read_bytes().startswith(PICKLE)
        if path.suffix == ".npy":
            np.load(path, allow_pickle=False)


@pytest.mark.parametrize("name", of_kind("retriever"))
def test_a_retriever_stops_at_the_report_that_cancels(
    name: str, small: Collection, tmp_path: Path
) -> None:
    stage, listener = retriever(name), StopAt()
    stopped = tmp_path / "stopped"
    stopped.mkdir()
    below = stage.built_from()
    if below is not None:
        link_base(indexed(below, small, tmp_path / "below"), stopped)
    with pytest.raises(CancelledError):
        stage.index(small.corpus, stopped, listener)  # type: ignore[arg-type]
    assert listener.units == {"documents"}
    folder, listener = indexed(stage, small, tmp_path / "whole"), StopAt()
    with pytest.raises(CancelledError):
        stage.search(small.corpus, small.queries, folder, 5, listener)  # type: ignore[arg-type]
    assert listener.units == {"queries"}


@pytest.mark.parametrize("name", of_kind("reranker"))
def test_a_reranker_returns_exactly_its_candidates(name: str, small: Collection) -> None:
    stage, candidates = tried(name), random_run(small, 1, 1.0)
    assert isinstance(stage, Reranker)
    assert small.corpus is not None
    run = stage.rerank(small.corpus, small.queries, candidates, 6, SILENT)
    again = stage.rerank(small.corpus, small.queries, candidates, 6, SILENT)
    assert list(run) == list(again)
    assert run.query_ids == candidates.query_ids
    for query_id in run.query_ids:
        assert {d for d, _ in run.hits(query_id)} == {d for d, _ in candidates.hits(query_id, 6)}


@pytest.mark.parametrize("name", of_kind("reranker"))
def test_a_reranker_stops_at_the_report_that_cancels(name: str, small: Collection) -> None:
    stage, listener = tried(name), StopAt(2)
    assert isinstance(stage, Reranker)
    assert small.corpus is not None
    with pytest.raises(CancelledError):
        stage.rerank(small.corpus, small.queries, random_run(small, 1, 1.0), 6, listener)
    assert listener.units == {"pairs"}


@pytest.mark.parametrize("name", of_kind("fusion"))
def test_a_fusion_keeps_queries_depth_and_failures(name: str) -> None:
    stage, collection = tried(name), small_collection()
    assert isinstance(stage, Fusion)
    runs = [random_run(collection, seed, 1.0) for seed in (1, 2, 3)]
    broken = replace(runs[0], failed=frozenset({"q3"}))
    fused = stage.fuse([broken, *runs[1:]], 4)
    assert fused.query_ids == runs[0].query_ids
    assert fused.failed == {"q3"}
    assert [n <= 4 for n in fused.lengths()] == [True] * 8
    assert list(stage.fuse(runs, 4)) == list(stage.fuse(runs, 4))


def fed_back(name: str, collection: Collection, folder: Path) -> tuple[Feedback, Searched]:
    stage = tried(name)
    assert isinstance(stage, Feedback)
    below = next(
        retriever(other)
        for other in of_kind("retriever")
        if issubclass(stages()[other], stage.searches)
    )
    return stage, Searched(below, indexed(below, collection, folder))


def asked_by(stage: Feedback, collection: Collection) -> Queries:
    """Give the queries with the columns that the stage reads, each naming a document."""
    table, documents = collection.queries.table, collection.corpus.doc_ids  # type: ignore[union-attr]
    for name in stage.columns():
        table = table.append_column(name, documents.slice(3, len(table)))
    return Queries(table)


@pytest.mark.parametrize("name", of_kind("feedback"))
def test_feedback_answers_every_query_within_the_depth_and_the_same_every_time(
    name: str, small: Collection, tmp_path: Path
) -> None:
    stage, below = fed_back(name, small, tmp_path / "index")
    assert small.corpus is not None
    first = replace(searched(below.stage, small, below.folder), failed=frozenset({"q3"}))
    queries = asked_by(stage, small)
    runs = [stage.refine(small.corpus, queries, first, below, 5, SILENT) for _ in range(2)]
    assert list(runs[0]) == list(runs[1])
    assert runs[0].query_ids == tuple(small.queries.ids)
    assert runs[0].failed == {"q3"}
    assert 0 < runs[0].lengths().max() <= 5
    assert np.isfinite(runs[0].scores).all()


@pytest.mark.parametrize("name", of_kind("feedback"))
def test_feedback_stops_at_the_report_that_cancels(
    name: str, small: Collection, tmp_path: Path
) -> None:
    stage, below = fed_back(name, small, tmp_path / "index")
    first, listener = searched(below.stage, small, below.folder), StopAt()
    assert small.corpus is not None
    with pytest.raises(CancelledError):
        stage.refine(small.corpus, asked_by(stage, small), first, below, 5, listener)
    assert listener.units == {"queries"}


@pytest.mark.parametrize("name", of_kind("cutoff"))
def test_a_cutoff_keeps_the_beginning_of_each_ranking(name: str) -> None:
    stage, collection = tried(name), small_collection()
    assert isinstance(stage, Cutoff)
    run = replace(random_run(collection, 1, 1.0), failed=frozenset({"q3"}))
    kept = stage.cut(run, 4)
    assert kept.query_ids == run.query_ids
    assert kept.failed == {"q3"}
    for query_id in run.query_ids:
        hits = kept.hits(query_id)
        assert len(hits) <= 4
        assert hits == run.hits(query_id, len(hits))
