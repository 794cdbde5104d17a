from pathlib import Path

import pyarrow as pa
import pytest

from evaluation.files import (
    drafted_folder,
    folder_bytes,
    open_table,
    read_json,
    write_json,
    write_table,
)


def test_a_folder_appears_only_when_its_block_ended_well(tmp_path: Path) -> None:
    target = tmp_path / "index"
    with drafted_folder(target) as draft:
        (draft / "a").write_text("1")
        assert not target.exists()
    assert (target / "a").read_text() == "1"


def test_a_block_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail() -> None:
        with drafted_folder(tmp_path / "index") as draft:
            (draft / "a").write_text("1")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_the_first_of_two_writers_wins_and_the_second_leaves_no_draft(tmp_path: Path) -> None:
    target = tmp_path / "index"
    with drafted_folder(target) as slow:
        (slow / "who").write_text("slow")
        with drafted_folder(target) as fast:
            (fast / "who").write_text("fast")
    assert (target / "who").read_text() == "fast"
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_a_json_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    write_json(path, {"a": "ä"})
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(ValueError, match="Circular"):
        write_json(path, circle)
    assert read_json(path) == {"a": "ä"}
    assert [found.name for found in tmp_path.iterdir()] == ["record.json"]


def test_a_table_reads_back_as_it_was_written(tmp_path: Path) -> None:
    table = pa.table({"doc_id": ["a", "b"], "n": [1, 2]})
    write_table(tmp_path / "t.arrow", table)
    assert open_table(tmp_path / "t.arrow").equals(table)
    assert folder_bytes(tmp_path) == (tmp_path / "t.arrow").stat().st_size


def test_a_folder_that_is_not_there_has_no_bytes_and_deeper_files_count(tmp_path: Path) -> None:
    assert folder_bytes(tmp_path / "nothing") == 0
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "x").write_bytes(b"12345")
    (tmp_path / "y").write_bytes(b"123")
    assert folder_bytes(tmp_path) == 8
