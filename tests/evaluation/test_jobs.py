import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluation import tasks, worker
from evaluation.errors import UnknownNameError
from evaluation.experiment import experiment_from_dict
from evaluation.job import Job, alive
from evaluation.jobs import Jobs
from evaluation.store import create, open_results
from evaluation.workspace import ROOT, Workspace
from tests.sample import small_collection


@pytest.fixture
def jobs(workspace: Workspace) -> Jobs:
    return Jobs(workspace.jobs_file)


def wait(jobs: Jobs, job_id: str, *states: str, seconds: float = 20) -> Job:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        job = jobs.get(job_id)
        if job.state in states:
            return job
        time.sleep(0.05)
    raise AssertionError(f"the job is {jobs.get(job_id)}")


@pytest.fixture
def started(workspace: Workspace) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Worker processes of the test; killed at its end."""
    found: list[subprocess.Popen[bytes]] = []
    yield found
    for process in found:
        process.kill()
        process.wait()


def spawn(workspace: Workspace, idle: float = 30) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "evaluation.worker", "--workspace", str(workspace.folder)]
    return subprocess.Popen([*command, "--idle", str(idle)], cwd=ROOT)


def long_experiment(workspace: Workspace, systems: int = 400) -> str:
    collection_id = workspace.add_collection("Small", small_collection().save)
    many = [{"name": f"r{n}", "stage": "random", "seed": n} for n in range(systems)]
    experiment = experiment_from_dict(
        {"name": "Long", "collection": collection_id, "split": "test", "systems": many}
    )
    return create(workspace, experiment)


def test_jobs_are_taken_oldest_first_and_each_only_once(jobs: Jobs) -> None:
    ids = [jobs.submit("experiment", f"job {n}", {"n": n}) for n in range(3)]
    assert [jobs.position(job_id) for job_id in ids] == [0, 1, 2]
    taken = [job.id if (job := jobs.claim(("experiment",))) else None for _ in range(4)]
    assert taken == [*ids, None]
    assert jobs.claim(("search",)) is None


def test_an_unknown_job_is_answered_with_a_sentence(jobs: Jobs) -> None:
    with pytest.raises(UnknownNameError, match="no job called"):
        jobs.get("nonsense")


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_is_asked(jobs: Jobs) -> None:
    first, second = (jobs.submit("import", "x", {}) for _ in range(2))
    jobs.claim(("import",))
    jobs.cancel(first)
    jobs.cancel(second)
    assert jobs.get(first).state == "running"
    assert jobs.update(first, done=1) is True
    assert jobs.get(second).state == "cancelled"


def test_progress_gives_fraction_rate_and_time_left(jobs: Jobs) -> None:
    job_id = jobs.submit("import", "x", {})
    jobs.claim(("import",))
    jobs.update(job_id, step="Reading", done=25, total=100, step_started=time.time() - 5)
    job = jobs.get(job_id)
    assert job.fraction == pytest.approx(0.25)
    assert job.rate == pytest.approx(5, rel=0.05)
    assert job.seconds_left == pytest.approx(15, rel=0.05)


def test_a_job_whose_worker_is_gone_is_marked_and_can_be_resumed(jobs: Jobs) -> None:
    job_id = jobs.submit("import", "x", {"a": 1})
    jobs.claim(("import",))
    jobs.update(job_id, pid=2**22 + 1)
    assert jobs.mark_lost() == 1
    job = jobs.get(job_id)
    assert job.state == "interrupted"
    assert "Resume it" in job.error
    again = jobs.get(jobs.resume(job_id))
    assert (again.state, again.payload) == ("queued", {"a": 1})


def test_the_job_of_an_experiment_is_found(jobs: Jobs) -> None:
    jobs.submit("experiment", "x", {"experiment": "one"})
    newest = jobs.submit("experiment", "x", {"experiment": "one"})
    found = jobs.of_experiment("one")
    assert found is not None
    assert found.id == newest
    assert jobs.of_experiment("two") is None


def test_a_worker_runs_an_experiment_and_a_second_worker_ends_at_once(
    workspace: Workspace, jobs: Jobs, started: list["subprocess.Popen[bytes]"]
) -> None:
    experiment_id = long_experiment(workspace, systems=2)
    started.append(spawn(workspace))
    job_id = jobs.submit("experiment", "two", {"experiment": experiment_id})
    assert wait(jobs, job_id, "done").result == {"experiment": experiment_id}
    second = spawn(workspace)
    started.append(second)
    assert second.wait(timeout=10) == 0


def test_cancelling_stops_within_two_seconds_and_resuming_finishes(
    workspace: Workspace, jobs: Jobs, started: list["subprocess.Popen[bytes]"]
) -> None:
    experiment_id = long_experiment(workspace)
    started.append(spawn(workspace))
    job_id = jobs.submit("experiment", "long", {"experiment": experiment_id})
    wait(jobs, job_id, "running")
    while not open_results(workspace, experiment_id).done:
        time.sleep(0.05)
    before = time.monotonic()
    jobs.cancel(job_id)
    wait(jobs, job_id, "cancelled")
    assert time.monotonic() - before < 2
    finished = len(open_results(workspace, experiment_id).done)
    assert 0 < finished < 400
    resumed = jobs.resume(job_id)
    wait(jobs, resumed, "running", "done")
    while len(open_results(workspace, experiment_id).done) <= finished:
        time.sleep(0.05)


def test_a_killed_worker_leaves_a_record_that_says_so_and_nothing_half_written(
    workspace: Workspace, jobs: Jobs, started: list["subprocess.Popen[bytes]"]
) -> None:
    experiment_id = long_experiment(workspace)
    victim = spawn(workspace)
    started.append(victim)
    job_id = jobs.submit("experiment", "long", {"experiment": experiment_id})
    wait(jobs, job_id, "running")
    while not open_results(workspace, experiment_id).done:
        time.sleep(0.05)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    assert not alive(victim.pid)
    jobs.mark_lost()
    assert jobs.get(job_id).state == "interrupted"
    done = open_results(workspace, experiment_id).done
    for result in done:
        assert len(result.run().query_ids) == 8
    started.append(spawn(workspace))
    wait(jobs, jobs.resume(job_id), "running")
    while len(open_results(workspace, experiment_id).done) <= len(done):
        time.sleep(0.05)


def test_a_fault_of_one_job_is_a_sentence_and_the_worker_goes_on(
    workspace: Workspace, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(workspace: Workspace, jobs: Jobs, job: Job) -> dict[str, object]:
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(tasks.TASKS, "import", broken)
    job_id = jobs.submit("import", "x", {"sources": ["demo:x"]})
    unknown = jobs.submit("experiment", "x", {"experiment": "none"})
    worker.work(workspace, "jobs", idle_s=0.1)
    assert "The disk is full" in jobs.get(job_id).error
    assert "no experiment called 'none'" in jobs.get(unknown).error


def test_starting_a_worker_writes_its_log_into_the_workspace(workspace: Workspace) -> None:
    worker.start(workspace, "search")
    assert (workspace.logs / "worker-search.log").exists()
    end = time.monotonic() + 10
    lock: Path = workspace.folder / "worker-search.lock"
    while not lock.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert lock.exists()
    job_id = Jobs(workspace.jobs_file).submit("search", "x", {"collection": "none", "systems": [1]})
    assert wait(Jobs(workspace.jobs_file), job_id, "failed").error
    started, worker._started[:] = list(worker._started), []
    for process in started:
        process.kill()
        process.wait()


def test_a_job_that_comes_while_the_worker_ends_is_done(
    workspace: Workspace, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, came = worker.work, list[str]()

    def ending(workspace: Workspace, role: str, idle_s: float, _: object) -> None:
        work(workspace, role, idle_s)
        if not came:
            came.append(jobs.submit("experiment", "late", {"experiment": "none"}))

    monkeypatch.setattr(worker, "work", ending)
    worker.serve(workspace, "jobs", 0.01)
    assert jobs.get(came[0]).state == "failed"
