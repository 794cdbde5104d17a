import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evaluation import one_job, quota
from evaluation.collections.import_request import ImportRequest
from evaluation.errors import EvaluationError
from evaluation.jobs import Jobs
from evaluation.quota import QuotaError, check, check_upload, room, stored
from evaluation.workspace import Workspace


@pytest.fixture(autouse=True)
def uncounted() -> None:
    """Nothing is known from earlier tests."""
    quota._counts.clear()


def fill(workspace: Workspace, part: str, size: int) -> None:
    """Put a file of a size into a folder of the workspace."""
    place = workspace.folder / part
    place.mkdir(exist_ok=True)
    (place / f"{size}.bin").write_bytes(bytes(size))


def test_a_workspace_is_counted_by_part_without_other_people(workspace: Workspace) -> None:
    for part, size in (("cache", 3000), ("trash", 200), ("people", 10**6), ("uploads", 50)):
        fill(workspace, part, size)
    (workspace.folder / "demo.json").write_bytes(bytes(7))
    found = room(workspace)
    assert found.parts == {"": 7, "cache": 3000, "trash": 200, "uploads": 50}
    assert found.used == 7 + 3000 + 200 + 50
    assert (found.allowed, found.uploads_allowed) == (None, None)
    check(workspace, 10**15)  # no limit


def test_a_full_workspace_says_what_is_used_and_what_to_delete(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANKLAB_WORKSPACE_GB", "0.001")
    fill(workspace, "cache", 600_000)
    fill(workspace, "trash", 150_000)
    check(workspace, 250_000)
    with pytest.raises(QuotaError) as refused:
        check(workspace, 250_001)
    said = str(refused.value)
    assert "250 kB more: 750 kB of 1 MB are used" in said
    assert "computed again: 600 kB" in said
    assert "trash: 150 kB" in said


def test_a_count_is_not_repeated_at_every_look(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    walks = []
    count = quota._count

    def walk(folder: Path) -> dict[str, int]:
        walks.append(folder)
        return count(folder)

    monkeypatch.setattr(quota, "_count", walk)
    for _ in range(50):
        room(workspace)
    assert len(walks) == 1
    monkeypatch.setattr(quota, "COUNTED_EVERY_S", 0.0)
    folder = workspace.folder
    quota._counts[folder] = (time.monotonic() - 10, 1.0, {"": 0})  # counting took a second
    assert room(workspace).used == 0
    assert len(walks) == 1, "a twentieth of the time is twenty seconds"
    quota._counts[folder] = (time.monotonic() - 21, 1.0, {"": 0})
    room(workspace)
    assert len(walks) == 2


def test_uploads_between_two_counts_add_up(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANKLAB_UPLOADS_GB", "0.001")
    for _ in range(4):
        check_upload(workspace, 250_000)
        stored(workspace, 250_000)
    with pytest.raises(QuotaError, match="1 MB of 1 MB for uploads wait to be imported"):
        check_upload(workspace, 1)


@pytest.mark.parametrize("setting", ["RANKLAB_WORKSPACE_GB", "RANKLAB_UPLOADS_GB"])
def test_a_limit_that_is_no_number_lets_nothing_in(
    setting: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(setting, "a lot")
    with pytest.raises(EvaluationError, match=f"{setting} is 'a lot'"):
        check_upload(workspace, 1)


def documents(workspace: Workspace, count: int) -> str:
    """Upload a collection of so many documents of a kilobyte; gives its source string."""
    path, source = workspace.places.new_upload("corpus.jsonl")
    line = {"text": "word " * 200}
    with path.open("w") as file:
        file.writelines(json.dumps({"_id": f"d{n}", **line}) + "\n" for n in range(count))
    beside = path.parent
    (beside / "queries.jsonl").write_text('{"_id": "q1", "text": "word"}\n')
    (beside / "qrels").mkdir()
    (beside / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    return source.rpartition("/")[0]


def do_import(workspace: Workspace, source: str) -> tuple[str, str]:
    """Do an import as the worker does; gives its state and its error."""
    jobs = Jobs(workspace.jobs_file)
    jobs.submit("import", "A", ImportRequest("A", (source,)).to_dict())
    job = jobs.claim(("import",))
    assert job is not None
    one_job.do(workspace, jobs, job)
    done = jobs.get(job.id)
    return done.state, done.error


def test_a_job_does_not_start_in_a_full_workspace(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = documents(workspace, 3)
    monkeypatch.setenv("RANKLAB_WORKSPACE_GB", "0.000001")
    state, error = do_import(workspace, source)
    assert (state, "no room" in error) == ("failed", True)
    monkeypatch.setenv("RANKLAB_WORKSPACE_GB", "1")
    assert do_import(workspace, source) == ("done", "")


@pytest.mark.parametrize("looks_every_s", [0.01, 60])
def test_an_import_that_outgrows_the_workspace_stops_and_leaves_nothing(
    looks_every_s: float, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = documents(workspace, 12_000)
    before = room(workspace).used
    monkeypatch.setenv("RANKLAB_WORKSPACE_GB", str((before + 4_000_000) / 1e9))
    monkeypatch.setattr(quota, "COUNTED_EVERY_S", 0.0)
    monkeypatch.setattr(quota, "SHARE", 1.0)
    monkeypatch.setattr(one_job, "LOOK_S", looks_every_s)
    state, error = do_import(workspace, source)
    assert state == "failed"
    assert "are used. Delete something on the Workspace page" in error
    left = [path for path in (workspace.folder / "collections").rglob("*") if path.is_file()]
    assert left == []
    monkeypatch.setenv("RANKLAB_WORKSPACE_GB", "1")
    assert do_import(workspace, source) == ("done", "")


def test_a_job_that_writes_little_may_go_on_where_it_was_full_before(workspace: Workspace) -> None:
    watch = quota.Watch(workspace)
    assert not watch.outgrown()
    assert watch.fault == ""


def test_folders_that_vanish_while_they_are_counted_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "gone").symlink_to(tmp_path / "nowhere")
    assert quota._count(tmp_path)["cache"] > 0  # the link itself, never where it leads


def test_files_beside_the_folders_may_vanish_while_they_are_counted(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite makes and deletes files beside the job table at any moment."""
    gone = workspace.folder / "jobs.sqlite-wal"
    gone.touch()
    (workspace.folder / "kept").write_text("12345")
    scan = os.scandir

    @contextmanager
    def scanned(folder: Path) -> Iterator[list["os.DirEntry[str]"]]:
        with scan(folder) as entries:
            found = list(entries)
        gone.unlink()
        yield found

    monkeypatch.setattr(os, "scandir", scanned)
    assert quota._count(workspace.folder) == {"": 5}
