"""A job that was asked to stop is over soon, also where it is inside a step that hears nothing."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from evaluation import one_job, tasks
from evaluation.experiment import experiment_from_dict
from evaluation.job import Job
from evaluation.jobs import Jobs
from evaluation.store import create, open_results
from evaluation.workspace import ROOT, Workspace
from tests.sample import small_collection

ONE_LONG_STEP = """
import time
from evaluation import tasks, worker
tasks.TASKS["probe"] = lambda *_: time.sleep(600)
worker.main()
"""


@pytest.fixture
def worker_process(workspace: Workspace) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker for which making a probe is one step of ten minutes."""
    arguments = ["--workspace", str(workspace.folder), "--idle", "30"]
    process = subprocess.Popen([sys.executable, "-c", ONE_LONG_STEP, *arguments], cwd=ROOT)
    yield process
    process.kill()
    process.wait()


def wait(jobs: Jobs, job_id: str, state: str, seconds: float = 20) -> Job:
    end = time.monotonic() + seconds
    while (job := jobs.get(job_id)).state != state:
        assert time.monotonic() < end, job
        time.sleep(0.02)
    return job


def test_a_job_inside_a_long_step_stops_within_two_seconds_and_the_next_one_is_done(
    workspace: Workspace, worker_process: "subprocess.Popen[bytes]"
) -> None:
    collection_id = workspace.add_collection("Small", small_collection().save)
    systems = [{"name": "random", "stage": "random"}]
    experiment_id = create(
        workspace,
        experiment_from_dict(
            {"name": "Next", "collection": collection_id, "split": "test", "systems": systems}
        ),
    )
    jobs = Jobs(workspace.jobs_file)
    stuck = jobs.submit("probe", "stuck", {"never": "over"})
    wait(jobs, stuck, "running")
    niceness = os.getpriority(os.PRIO_PROCESS, worker_process.pid)
    following = jobs.submit("experiment", "next", {"experiment": experiment_id})
    before = time.monotonic()
    jobs.cancel(stuck)
    wait(jobs, stuck, "cancelled")
    assert time.monotonic() - before < 2
    assert wait(jobs, following, "done").pid == worker_process.pid
    assert len(open_results(workspace, experiment_id).done) == 1
    assert os.getpriority(os.PRIO_PROCESS, worker_process.pid) == niceness


@pytest.mark.parametrize(("kind", "leaves"), [("probe", True), ("search", False)])
def test_a_worker_is_not_left_for_a_search_that_loses_its_models_with_it(
    kind: str, leaves: bool, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_job, "LOOK_S", 0.01)
    monkeypatch.setattr(one_job, "PATIENCE_S", 0.02)
    jobs, left = Jobs(workspace.jobs_file), list[str]()

    def long_step(*_: object) -> dict[str, object]:
        jobs.cancel(job.id)
        time.sleep(0.5)
        return {}

    monkeypatch.setitem(tasks.TASKS, kind, long_step)
    jobs.submit(kind, "x", {"a": "b"})
    job = jobs.claim((kind,)) or pytest.fail("no job waits")
    one_job.do(workspace, jobs, job, lambda: left.append(job.id))
    assert left == [job.id] * leaves
