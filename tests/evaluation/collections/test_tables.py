from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evaluation.collections import tables
from evaluation.collections.mapping import Mapping
from evaluation.collections.records import Document, Judgement, Query
from evaluation.collections.sources import Reading, SourceFile, file_on_disk
from evaluation.errors import InputError
from tests.evaluation.collections.reading import given

CORPUS = Mapping("corpus", {"doc_id": "id", "title": "head", "text": "body"}, keep=("year",))
SAME = [
    Document("1", "One", 'a "text", with\nlines', {"year": "1999"}),
    Document("2", "", "b", {"year": ""}),
]
CSV = 'id,head,body,year,more\r\n1,One,"a ""text"", with\r\nlines",1999,x\r\n2,,b,,y\r\n'
JSONL = (
    '{"id": 1, "head": "One", "body": "a \\"text\\", with\\nlines", "year": 1999}\n'
    '{"id": "2", "body": "b", "year": ""}\n'
)


def test_csv_follows_its_quotes_over_commas_and_lines() -> None:
    assert list(tables.documents(Reading(), given(CSV, "a.csv"), CORPUS)) == SAME


def test_json_lines_are_a_table_too() -> None:
    assert list(tables.documents(Reading(), given(JSONL, "a.jsonl"), CORPUS)) == SAME


def parquet(folder: Path, **columns: list[object]) -> SourceFile:
    path = folder / "a.parquet"
    pq.write_table(pa.table(columns), path)
    return file_on_disk(path, "a.parquet")


def test_parquet_is_read_in_batches(tmp_path: Path) -> None:
    file = parquet(
        tmp_path,
        id=[1, 2],
        head=["One", None],
        body=['a "text", with\nlines', "b"],
        year=["1999", ""],
        more=[None, None],
    )
    reading = Reading()
    assert list(tables.documents(reading, file, CORPUS)) == SAME
    assert reading.done == file.size


def test_tsv_has_no_quotes() -> None:
    mapping = Mapping("queries", {"query_id": "column 1", "text": "column 2"}, header=False)
    found = list(tables.queries(Reading(), given('1\t"what\n2\tis, it?\n', "a.tsv"), mapping))
    assert found == [Query("1", '"what'), Query("2", "is, it?")]


def test_judgements_without_a_grade_are_relevant() -> None:
    mapping = Mapping("qrels", {"query_id": "q", "doc_id": "d"})
    found = list(tables.judgements(Reading(), given("q,d\n1,a\n", "a.csv"), mapping))
    assert found == [Judgement("1", "a", 1)]


def test_a_whole_number_with_a_point_is_a_grade() -> None:
    mapping = Mapping("qrels", {"query_id": "q", "doc_id": "d", "relevance": "r"})
    found = list(tables.judgements(Reading(), given("q,d,r\n1,a,2.0\n", "a.csv"), mapping))
    assert found == [Judgement("1", "a", 2)]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("id,head,body,year\n1,a,b\n", "a.csv, line 2: The row has 3 cells where there are 4"),
        ("id,head,id,body\n1,a,b,c\n", "two columns are called 'id'"),
        ("id,head\n1,a\n", "has no column 'body' for `text`. Its columns: 'id', 'head'."),
        ('id,head,body\n1,a,"b\n', "The table cannot be read"),
        ("id,head,body\n,a,b\n", "line 2: `id` is empty"),
    ],
)
def test_broken_tables_are_refused(text: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        list(tables.documents(Reading(), given(text, "a.csv"), CORPUS))


def test_a_parquet_column_of_another_type_is_refused(tmp_path: Path) -> None:
    file = parquet(tmp_path, id=[1.5], head=["x"], body=["y"])
    with pytest.raises(InputError, match=r"a.parquet, row 1: `id` is 1.5, which is not text"):
        list(tables.documents(Reading(), file, CORPUS))


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 but not really PAR1")
    file = file_on_disk(tmp_path / "a.parquet", "a.parquet")
    with pytest.raises(InputError, match="damaged or not a Parquet file"):
        list(tables.documents(Reading(), file, CORPUS))


def test_a_column_nobody_chose_is_asked_for() -> None:
    with pytest.raises(InputError, match="no column is chosen for `text`"):
        list(tables.documents(Reading(), given(CSV, "a.csv"), Mapping("corpus", {"doc_id": "id"})))
