import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from evaluation import lookup, postings
from evaluation.files import open_table, write_table
from evaluation.run import Run


def random_run() -> Run:
    chosen = random.Random()
    documents = [f"{'long-' * chosen.randint(0, 3)}d{n}" for n in range(40)]
    return Run.from_lists(
        {
            f"q{query}": [
                (document, chosen.gauss(0, 1))
                for document in chosen.sample(documents, chosen.randint(0, 30))
            ]
            for query in range(12)
        }
    )


def hits_on(run: Run, few: list[str]) -> list[tuple[int, str]]:
    names = run.doc_ids.take(pa.array(run.documents)).to_pylist()
    return [(row, name) for row, name in enumerate(names) if name in few]


def found(run: Run, few: list[str]) -> list[tuple[int, str]]:
    """Ask for every document in every query."""
    queries = len(run.query_ids)
    places = np.repeat(np.arange(len(few)), queries)
    starts, ends = (np.tile(part, len(few)) for part in (run.offsets[:-1], run.offsets[1:]))
    rows = run.rows_of(pa.array(few, pa.string()), (places, starts, ends))
    assert all(starts[n] <= row < ends[n] for n, row in enumerate(rows.tolist()) if row >= 0)
    pairs = zip(rows.tolist(), places.tolist(), strict=True)
    return sorted((row, few[place]) for row, place in pairs if row >= 0)


@pytest.mark.parametrize("threads", [1, 3])
def test_all_hits_on_some_documents_are_found_in_a_run_just_made_and_in_a_stored_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    monkeypatch.setattr(postings, "THREADS", threads)
    for number in range(30):
        run = random_run()
        few = random.sample([*run.doc_ids.to_pylist(), "none", "d", ""], 9)
        folder = tmp_path / str(number)
        folder.mkdir()
        run.save(folder)
        assert found(run, few) == hits_on(run, few)
        assert found(Run.open(folder), few) == hits_on(run, few)
        assert found(Run.open(folder).top(3), few) == hits_on(run.top(3), few)


def test_ids_with_one_hash_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "_hashes", lambda ids: np.full(len(ids), 7, np.uint64))
    run = random_run()
    run.save(tmp_path)
    few = ["d1", "d3", "none"]
    assert found(Run.open(tmp_path), few) == hits_on(run, few)


def test_an_empty_run_holds_no_document(tmp_path: Path) -> None:
    Run.from_lists({}).save(tmp_path)
    assert found(Run.open(tmp_path), ["d1"]) == []
    assert found(Run.open(tmp_path), []) == []


def test_a_run_stored_without_postings_is_searched_all_the_same(tmp_path: Path) -> None:
    run = random_run()
    run.save(tmp_path)
    hits = open_table(tmp_path / "hits.arrow").drop_columns(["row"])
    (tmp_path / "hits.arrow").unlink()
    write_table(tmp_path / "hits.arrow", hits)
    assert found(Run.open(tmp_path), ["d1", "d2"]) == hits_on(run, ["d1", "d2"])
