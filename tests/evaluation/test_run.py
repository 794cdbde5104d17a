import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from evaluation.run import Run

HITS = {"b": [("x", 3.0), ("y", 1.0)], "a": [], "c": [("y", 2.0)]}


def random_run() -> Run:
    chosen = random.Random()
    documents = [f"d{n}" for n in range(40)]
    return Run.from_lists(
        {
            f"q{q}": [
                (d, chosen.gauss(0, 1)) for d in chosen.sample(documents, chosen.randint(0, 30))
            ]
            for q in range(12)
        }
    )


def test_hits_come_back_best_first_in_the_order_of_the_queries() -> None:
    run = Run.from_lists({"b": [("y", 1.0), ("x", 3.0)], "a": [], "c": [("y", 2.0)]})
    assert dict(run) == HITS
    assert [query_id for query_id, _ in run] == ["b", "a", "c"]
    assert len(run) == 3
    assert run.lengths().tolist() == [2, 0, 1]
    assert run.query_codes().tolist() == [0, 0, 2]
    assert run.ranks().tolist() == [1, 2, 1]


def test_an_unknown_query_has_no_hits_and_no_position() -> None:
    run = Run.from_lists(HITS)
    assert run.hits("nobody asked") == []
    assert run.position("nobody asked") is None
    assert run.position("c") == 2
    assert run.hits("b", depth=1) == [("x", 3.0)]


def test_only_keeps_the_asked_queries_in_the_asked_order() -> None:
    run = Run.from_lists(HITS).only(["c", "unknown", "b"])
    assert dict(run) == {"c": HITS["c"], "unknown": [], "b": HITS["b"]}


@pytest.mark.parametrize("depth", [1, 5, 100])
def test_top_keeps_the_best_of_each_query(depth: int) -> None:
    run = random_run()
    assert dict(run.top(depth)) == {q: hits[:depth] for q, hits in run}


def test_documents_nobody_returned_are_forgotten() -> None:
    ids = pa.array([f"d{n}" for n in range(100)])
    hits = np.array([0, 0]), np.array([97, 3]), np.array([1.0, 2.0])
    run = Run.from_hits(["q"], ids, hits, depth=1)
    assert run.doc_ids.to_pylist() == ["d3"]
    assert dict(run) == {"q": [("d3", 2.0)]}


def test_repetitions_are_removed_and_counted() -> None:
    run = Run.from_lists({"q": [("x", 1.0), ("x", 2.0), ("y", 0.5), ("x", 1.0)]})
    assert dict(run) == {"q": [("x", 2.0), ("y", 0.5)]}
    assert run.duplicates == 2


def test_a_saved_run_opens_as_the_same(tmp_path: Path) -> None:
    hits = np.array([0, 1, 1, 1]), np.array([0, 1, 0, 1]), np.array([1.0, 2.0, 3.0, 0.5])
    run = Run.from_hits(["a", "b", "c"], pa.array(["x", "é"]), hits, failed=["c"])
    run.save(tmp_path)
    again = Run.open(tmp_path)
    assert dict(again) == dict(run)
    assert again.failed == {"c"}
    assert again.duplicates == 1
    again_saved = tmp_path / "copy"
    again_saved.mkdir()
    again.save(again_saved)
    assert dict(Run.open(again_saved)) == dict(run)


def test_an_empty_run_can_be_saved_opened_and_cut(tmp_path: Path) -> None:
    run = Run.from_lists({})
    run.save(tmp_path)
    assert dict(Run.open(tmp_path)) == {}
    assert dict(run.top(3).only(["q"])) == {"q": []}
