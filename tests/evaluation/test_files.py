import errno
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from evaluation.files import (
    drafted_folder,
    folder_bytes,
    open_table,
    read_json,
    write_array,
    write_json,
    write_table,
)
from evaluation.version import ROOT


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


SHORT = """
import resource, signal, sys
from pathlib import Path
import faiss
import numpy as np
from evaluation.files import write_array, write_faiss

folder, most = Path(sys.argv[1]), int(sys.argv[2])
index = faiss.IndexHNSWFlat(8, 4)
index.add(np.random.default_rng(1).random((20, 8), np.float32))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
for write in (lambda: write_array(folder / "a.npy", np.zeros(200)),
              lambda: write_faiss(folder / "index", index)):
    try:
        write()
        print("whole")
    except OSError as error:
        print(error.errno)
"""


@pytest.mark.parametrize(("most", "said"), [(1000, errno.EFBIG), (1_000_000, "whole")])
def test_the_end_of_a_small_array_or_index_is_not_lost_in_silence(
    most: int, said: object, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", SHORT, str(tmp_path), str(most)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert told.split() == [str(said)] * 2


def test_an_array_is_written_as_numpy_writes_it(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    whole = random.random((int(random.integers(1, 50)), 7))
    for array in (whole, np.asfortranarray(whole), whole[::2, 1:3], whole[:0], whole.astype("i4")):
        write_array(tmp_path / "ours.npy", array)
        np.save(tmp_path / "numpy.npy", array)
        assert (tmp_path / "ours.npy").read_bytes() == (tmp_path / "numpy.npy").read_bytes()
