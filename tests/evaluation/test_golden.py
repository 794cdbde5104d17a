"""Figures on real collections that must not move; see the measured and published ones in README."""

from pathlib import Path

import pytest

from evaluation import lab
from evaluation.collections.collection import Collection
from evaluation.collections.demo import add_demo
from evaluation.presets import suggested
from evaluation.system import System
from evaluation.workspace import Workspace


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace for the bundled collections."""
    return Workspace(tmp_path_factory.mktemp("demo"))


def opened(demo: Workspace, name: str) -> Collection:
    return demo.collection(add_demo(demo, name))


def ndcg(demo: Workspace, collection: Collection, system: System) -> float:
    run = lab.search(collection, system, "test", demo)
    return lab.score(run, collection, "nDCG@10", split="test")["nDCG@10"]


def by_name(collection: Collection) -> dict[str, System]:
    return {system.name: system for system in suggested(collection)}


def test_bm25_on_scifact(demo: Workspace) -> None:
    scifact = opened(demo, "scifact")
    assert ndcg(demo, scifact, by_name(scifact)["BM25"]) == pytest.approx(0.677, abs=0.01)


def test_chinese_needs_bigrams_and_the_ready_made_systems_know_it(demo: Workspace) -> None:
    xquad = opened(demo, "xquad-zh")
    systems = by_name(xquad)
    assert ndcg(demo, xquad, systems["BM25 on character bigrams"]) == pytest.approx(0.97, abs=0.01)
    assert ndcg(demo, xquad, systems["BM25 on words"]) == pytest.approx(0.11, abs=0.01)


@pytest.mark.slow
def test_dense_and_hybrid_on_scifact(
    demo: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("RANKLAB_MODEL_CACHE", raising=False)
    scifact = opened(demo, "scifact")
    systems = by_name(scifact)
    assert ndcg(demo, scifact, systems["Dense"]) == pytest.approx(0.645, abs=0.01)
    assert ndcg(demo, scifact, systems["BM25 + Dense"]) == pytest.approx(0.722, abs=0.01)
