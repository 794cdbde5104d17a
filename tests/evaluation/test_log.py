import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evaluation import log, tasks
from evaluation.job import Job
from evaluation.jobs import Jobs
from evaluation.store import create
from evaluation.version import version
from evaluation.workspace import ROOT, Workspace
from tests.inline_worker import do_waiting
from tests.sample import sample_experiment

SECRET_TEXT = "a document that nobody else may read"


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    log.close_log()


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / log.FILE).read_text("utf-8").splitlines()]


def test_an_event_is_one_line_that_says_when_what_and_where(tmp_path: Path) -> None:
    log.open_log(tmp_path, "server")
    with log.about(job="abc", kind="import"):
        log.event("step", seconds=1.5, experiment="", system=None)
    log.warning("alone", error="Zwölf\nlines")
    one, two = lines(tmp_path)
    assert one.pop("time").endswith("+00:00")
    assert one == {
        "level": "INFO",
        "event": "step",
        "process": f"server {os.getpid()}",
        "version": version(),
        "job": "abc",
        "kind": "import",
        "seconds": 1.5,
    }
    assert two["level"] == "WARNING"
    assert two["error"] == "Zwölf\nlines"
    assert "job" not in two


def test_without_an_open_log_events_go_nowhere(capsys: pytest.CaptureFixture[str]) -> None:
    log.event("nothing")
    assert capsys.readouterr() == ("", "")


def test_a_container_reads_the_lines_on_standard_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RANKLAB_LOG_STDERR", "1")
    log.open_log(tmp_path, "server")
    log.event("started")
    assert json.loads(capsys.readouterr().err) == lines(tmp_path)[0]


def test_keys_of_the_environment_are_taken_out_of_sentences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANKLAB_ENDPOINT_KEY", "sk-12345678")
    log.open_log(tmp_path, "server")
    log.warning("failed", error="401 for sk-12345678 at the endpoint")
    assert lines(tmp_path)[0]["error"] == "401 for *** at the endpoint"


WRITER = """
import sys
from pathlib import Path
from evaluation import log
log.FILE_BYTES, log.FILES = 20_000, 40
log.open_log(Path(sys.argv[1]), sys.argv[2])
for number in range(300):
    log.event("line", number=number, text="x" * 200)
"""


def test_lines_of_several_processes_are_whole_while_files_rotate(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), f"w{n}"], cwd=ROOT)
        for n in range(4)
    ]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    paths = list(tmp_path.glob(f"{log.FILE}*"))
    assert len(paths) > 10
    found = [json.loads(line) for path in paths for line in path.read_text().splitlines()]
    pairs = {(line["process"].split()[0], line["number"]) for line in found}
    assert len(found) == 4 * 300
    assert pairs == {(f"w{writer}", number) for writer in range(4) for number in range(300)}


def test_a_full_disk_loses_lines_and_no_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log.open_log(tmp_path, "server")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (handler,) = log._log.handlers
    with monkeypatch.context() as broken:
        broken.setattr(handler, "do_write", full)
        log.event("lost")
    assert "No space left" in capsys.readouterr().err
    log.event("written")
    assert [line["event"] for line in lines(tmp_path)] == ["written"]


def test_the_events_of_a_job_are_found_in_all_files_oldest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "FILE_BYTES", 2000)
    log.open_log(tmp_path, "server")
    for number in range(12):
        log.event("mine", job="a1", number=number)
        log.event("other", job="b2", about="a1")
    found = log.lines_of(tmp_path, "a1")
    assert len(list(tmp_path.glob(f"{log.FILE}*"))) > 1
    assert [line["number"] for line in found] == list(range(12))
    with (tmp_path / log.FILE).open("a") as file:
        file.write('{"job": "a1", "cut')
    assert len(log.lines_of(tmp_path, "a1")) == 12
    assert log.lines_of(tmp_path / "none", "a1") == []


def test_the_log_follows_an_experiment_node_by_node(sample: tuple[Workspace, str, str]) -> None:
    workspace, collection, _ = sample
    runs = [run.id for run in workspace.runs(collection)]
    experiment = create(workspace, sample_experiment(collection, runs))
    log.open_log(workspace.logs, "worker-jobs")
    jobs = Jobs(workspace.jobs_file)
    job = jobs.submit("experiment", SECRET_TEXT, {"experiment": experiment})
    do_waiting(workspace)
    found = log.lines_of(workspace.logs, job)
    events = [line["event"] for line in found]
    assert events[:2] == ["job submitted", "job started"]
    assert events[-1] == "job done"
    assert found[-1]["seconds"] > 0
    assert {line["experiment"] for line in found[1:]} == {experiment}
    nodes = [line for line in found if line["event"] == "node"]
    assert sorted(line["system"] for line in nodes) == [
        "Random order", "noise-0-5", "noise-1-0", "noise-3-0"
    ]  # fmt: skip
    assert {line["reused"] for line in nodes} == {True}
    assert all(line["seconds"] >= 0 for line in nodes)
    assert "random @ 1000" in {line["node"] for line in nodes}
    assert SECRET_TEXT not in (workspace.logs / log.FILE).read_text()


def test_a_fault_of_ours_is_in_the_log_with_its_place_and_without_texts(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(workspace: Workspace, jobs: Jobs, job: Job) -> dict[str, object]:
        raise ValueError(SECRET_TEXT)

    monkeypatch.setitem(tasks.TASKS, "import", broken)
    log.open_log(workspace.logs, "worker-jobs")
    jobs = Jobs(workspace.jobs_file)
    job = jobs.submit("import", SECRET_TEXT, {"name": SECRET_TEXT})
    do_waiting(workspace)
    assert f"under job {job}" in jobs.get(job).error
    (fault,) = [line for line in log.lines_of(workspace.logs, job) if line["level"] == "ERROR"]
    assert fault["error"] == "ValueError"
    assert fault["trace"][-1].startswith("test_log.py:")
    assert fault["trace"][-1].endswith(" broken")


def test_a_sentence_for_people_is_a_warning(workspace: Workspace) -> None:
    log.open_log(workspace.logs, "worker-jobs")
    jobs = Jobs(workspace.jobs_file)
    job = jobs.submit("experiment", "x", {"experiment": "none"})
    do_waiting(workspace)
    last = log.lines_of(workspace.logs, job)[-1]
    assert (last["level"], last["event"]) == ("WARNING", "job failed")
    assert "no experiment called 'none'" in last["error"]
