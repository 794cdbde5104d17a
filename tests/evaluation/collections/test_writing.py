from pathlib import Path

import pyarrow as pa
import pytest

from evaluation.collections import writing
from evaluation.collections.limits import MAX_EXTRA_COLUMNS
from evaluation.collections.records import Document, Query
from evaluation.collections.report import Notes
from evaluation.collections.writing import CorpusWriter, queries_table
from evaluation.files import open_table


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "BATCH_DOCUMENTS", 2)


def written(folder: Path, *documents: Document) -> tuple[pa.Table, Notes]:
    notes = Notes()
    with CorpusWriter(folder / "corpus.arrow", notes) as writer:
        for document in documents:
            writer.add(document)
    return open_table(folder / "corpus.arrow"), notes


def test_a_column_that_occurs_late_is_null_before(tmp_path: Path) -> None:
    table, _ = written(
        tmp_path,
        *(Document(f"d{n}", "", "x") for n in range(5)),
        Document("d5", "", "x", {"year": "1999"}),
        Document("d6", "", "x", {"url": "u"}),
    )
    assert table["doc_id"].to_pylist() == [f"d{n}" for n in range(7)]
    assert table["year"].to_pylist() == [None] * 5 + ["1999", None]
    assert table["url"].to_pylist() == [None] * 6 + ["u"]
    assert [path.name for path in tmp_path.iterdir()] == ["corpus.arrow"]


def test_a_batch_ends_early_when_its_texts_are_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BATCH_DOCUMENTS", 1_000)
    monkeypatch.setattr(writing, "BATCH_CHARACTERS", 10)
    table, _ = written(tmp_path, *(Document(f"d{n}", "", "123456") for n in range(6)))
    assert table["doc_id"].num_chunks == 3


def test_no_documents_are_an_empty_table(tmp_path: Path) -> None:
    table, _ = written(tmp_path)
    assert (table.num_rows, table.column_names) == (0, ["doc_id", "title", "text"])


def test_columns_beyond_the_bound_are_left_out_and_noted(tmp_path: Path) -> None:
    documents = [Document(f"d{n}", "", "x", {f"c{n}": "v"}) for n in range(40)]
    table, notes = written(tmp_path, *documents)
    assert len(table.column_names) == 3 + MAX_EXTRA_COLUMNS
    (finding,) = notes.findings()
    assert finding.check == "too-many-columns"
    assert finding.count == 10


def test_after_a_fault_the_file_is_closed(tmp_path: Path) -> None:
    def write() -> None:
        with CorpusWriter(tmp_path / "a", Notes()) as writer:
            for n in range(3):
                writer.add(Document(f"d{n}", "", "x"))
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        write()
    (tmp_path / "a").unlink()


def test_a_query_that_stands_twice_is_kept_once() -> None:
    notes = Notes()
    given = [Query("q1", "a", {"k": "v"}), Query("q2", "b"), Query("q1", "a"), Query("q1", "c")]
    queries = queries_table(given, notes)
    assert queries.table.to_pylist() == [
        {"query_id": "q1", "text": "a", "k": "v"},
        {"query_id": "q2", "text": "b", "k": None},
        {"query_id": "q1", "text": "c", "k": None},
    ]
    assert [(note.check, note.examples) for note in notes.findings()] == [
        ("repeated-queries", ("q1",))
    ]
