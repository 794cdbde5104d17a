import json
import os
import shutil
import sys
import time
from collections import namedtuple
from pathlib import Path

import pytest

from evaluation import __main__ as command_line
from evaluation import worker
from evaluation.files import write_json
from evaluation.health import health
from evaluation.jobs import LOST_AFTER_S, Jobs
from evaluation.migration import FORMAT, RECORD
from evaluation.version import version
from evaluation.workspace import Workspace
from tests.older_workspaces import unpack
from tests.sample import sample_workspace

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def opened(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path / "a-secret-place")


def test_a_workspace_that_works_is_ok(opened: Workspace) -> None:
    found = health(opened.folder)
    assert found["status"] == "ok"
    assert found["problems"] == []
    assert found["notes"] == []
    assert found["version"] == version()
    assert found["format"] == FORMAT
    assert found["writable"] is True
    assert found["free_bytes"] > 0
    assert found["jobs"] == {"queued": 0, "running": 0}
    assert found["workers"] == {"jobs": None, "search": None}
    assert not [path for path in opened.folder.iterdir() if path.name.startswith(".draft-")]


def test_jobs_are_counted_and_workers_give_signs_of_life(opened: Workspace) -> None:
    jobs = Jobs(opened.jobs_file)
    jobs.submit("import", "Secret title", {"name": "secret"})
    jobs.submit("import", "x", {})
    jobs.submit("search", "what is secret", {})
    jobs.claim(("import",))
    opened.worker_lock("jobs").touch()
    opened.worker_lock("search").touch()
    os.utime(opened.worker_lock("search"), (time.time() - 100,) * 2)
    found = health(opened.folder)
    assert found["jobs"] == {"queued": 2, "running": 1}
    assert found["workers"]["jobs"] < 2
    assert 99 < found["workers"]["search"] < 110
    assert found["status"] == "ok"
    assert "ecret" not in json.dumps(found)


def test_a_living_worker_touches_its_lock(
    opened: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "HEARTBEAT_S", 0.05)
    lock = opened.worker_lock("search")
    lock.touch()
    os.utime(lock, (0, 0))
    worker.beat(opened, "search")
    limit = time.monotonic() + 5
    while lock.stat().st_mtime < time.time() - 1 and time.monotonic() < limit:
        time.sleep(0.02)
    age = health(opened.folder)["workers"]["search"]
    assert age is not None
    assert age < 1.5


def test_what_the_next_visit_mends_is_a_note(
    opened: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = Jobs(opened.jobs_file)
    job = jobs.submit("import", "x", {})
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    assert "A job waits, and no worker lives" in health(opened.folder)["notes"][0]
    jobs.claim(("import",))
    later += LOST_AFTER_S + 1
    found = health(opened.folder)
    assert "gave no sign of life" in found["notes"][0]
    assert found["status"] == "ok"
    jobs.finish(job, "done")
    assert health(opened.folder)["notes"] == []


def test_a_full_disk_is_a_problem(opened: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 99_999_999))
    found = health(opened.folder)
    assert found["status"] == "failing"
    assert found["problems"] == ["Less than 100 MB are free on the disk of the workspace."]


def test_a_folder_that_is_gone_is_a_problem_without_its_path(opened: Workspace) -> None:
    shutil.rmtree(opened.folder)
    found = health(opened.folder)
    assert found["status"] == "failing"
    assert not found["writable"]
    assert found["jobs"] is None
    assert "cannot be written to" in found["problems"][0]
    assert "a-secret-place" not in json.dumps(found)
    assert not opened.folder.exists()


def test_a_damaged_job_table_is_a_problem(opened: Workspace) -> None:
    opened.jobs_file.write_bytes(b"no table, but long enough to be read as one" * 100)
    found = health(opened.folder)
    assert found["status"] == "failing"
    assert found["problems"] == ["The job table cannot be opened."]


def test_a_newer_workspace_is_a_problem(opened: Workspace) -> None:
    write_json(opened.folder / RECORD, {"format": 99})
    found = health(opened.folder)
    assert found["status"] == "failing"
    assert "has format 99" in found["problems"][0]


def test_asking_an_older_workspace_does_not_migrate_it(tmp_path: Path) -> None:
    older = unpack("foundations", tmp_path / "older")
    assert health(older.folder)["format"] == 0
    assert not (older.folder / RECORD).exists()


def test_the_command_says_it_with_its_exit_code(
    opened: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run() -> tuple[int, dict[str, object]]:
        words = ["evaluation", "--workspace", str(opened.folder), "health", "--json"]
        monkeypatch.setattr(sys, "argv", words)
        return command_line.main(), json.loads(capsys.readouterr().out)

    assert run()[0] == 0
    shutil.rmtree(opened.folder)
    code, said = run()
    assert code == 1
    assert said["status"] == "failing"


def test_the_answer_takes_less_than_fifty_milliseconds(tmp_path: Path) -> None:
    workspace, _, _ = sample_workspace(tmp_path)
    jobs = Jobs(workspace.jobs_file)
    for number in range(40):
        jobs.submit("import", str(number), {})
    times = []
    for _ in range(7):
        before = time.perf_counter()
        assert health(workspace.folder)["jobs"] == {"queued": 40, "running": 0}
        times.append(time.perf_counter() - before)
    assert sorted(times)[3] < 0.05
