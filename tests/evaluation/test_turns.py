import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from evaluation import worker
from evaluation.job import Job
from evaluation.jobs import Jobs
from evaluation.people import open_folder, person_of
from evaluation.turns import Turns
from evaluation.workspace import ROOT, Workspace


def workspaces(base: Path, count: int) -> list[Workspace]:
    """The workspaces of some people of one server."""
    people = [person_of({"iss": "https://id.test", "sub": str(n)}, {}) for n in range(count)]
    return [Workspace(open_folder(person, base)) for person in people]


def test_one_worker_of_a_role_has_the_turn_on_a_server(tmp_path: Path) -> None:
    one, two = workspaces(tmp_path, 2)
    team = Turns(tmp_path, "jobs")
    with Turns(one.folder, "jobs").take() as first:
        assert first
        with Turns(two.folder, "jobs").take() as second, team.take() as third:
            assert not second
            assert not third
        with Turns(two.folder, "search").take() as other:
            assert other, "searches have turns of their own"
    with team.take() as third:
        assert third


def test_an_idle_worker_ends_where_another_is_at_work(tmp_path: Path) -> None:
    one, two = (Turns(each.folder, "jobs") for each in workspaces(tmp_path, 2))
    assert not one.crowded(3600)
    with two.take():
        assert one.crowded(31)
        assert not one.crowded(5), "its models may be needed again in a moment"


def test_a_server_without_people_has_no_turns_to_give_away(tmp_path: Path) -> None:
    alone = Turns(tmp_path, "jobs")
    began = time.perf_counter()
    alone.give_way()
    assert time.perf_counter() - began < 0.1
    with alone.take():
        assert not alone.crowded(3600)


def test_a_waiting_worker_does_its_job_when_the_turn_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def do(workspace: Workspace, jobs: Jobs, job: Job, _: object) -> None:
        del workspace
        done.append(job.title)
        jobs.finish(job.id, "done")

    monkeypatch.setattr(worker, "do", do)
    one, two = workspaces(tmp_path, 2)
    Jobs(one.jobs_file).submit("import", "A", {})
    with Turns(two.folder, "jobs").take():
        worker.work(two, "jobs", 0.3)
        jobs = Jobs(one.jobs_file)
        assert jobs.waiting(("import",))
        assert not jobs.waiting(("search",))
        assert done == []
    worker.work(one, "jobs", 0.3)
    assert done == ["A"]


@pytest.mark.slow
def test_ten_people_at_once_keep_one_worker_busy(tmp_path: Path) -> None:
    """Ten worker processes with a job each: at no moment are two of the jobs at work."""
    people = workspaces(tmp_path, 10)
    command = [sys.executable, "-m", "evaluation.worker", "--idle", "2", "--workspace"]
    for each in people:
        for title in ("first", "second"):
            Jobs(each.jobs_file).submit(
                "import", title, {"name": "x", "sources": ["demo:xquad-en"]}
            )
    started = [subprocess.Popen([*command, str(each.folder)], cwd=ROOT) for each in people]
    try:
        most = 0
        while any(process.poll() is None for process in started):
            tables = [Jobs(each.jobs_file).recent() for each in people]
            most = max(most, sum(job.state == "running" for jobs in tables for job in jobs))
            time.sleep(0.05)
    finally:
        for process in started:
            if process.poll() is None:
                psutil.Process(process.pid).kill()
    jobs = [job for each in people for job in Jobs(each.jobs_file).recent()]
    assert [job.state for job in jobs] == ["done"] * 20, [job.error for job in jobs]
    spans = sorted((job.started, job.finished) for job in jobs if job.started and job.finished)
    assert all(spans[n][1] <= spans[n + 1][0] + 0.05 for n in range(19))
    assert most == 1
