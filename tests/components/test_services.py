import time

import pytest

from components import services
from evaluation import worker
from evaluation.jobs import Jobs
from evaluation.workspace import Workspace


@pytest.fixture
def started(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The roles that a worker was started for; none really is."""
    roles: list[str] = []
    monkeypatch.setattr(worker, "start", lambda _, role: roles.append(role))
    return roles


def waiting(jobs: Jobs, title: str, since_s: float) -> str:
    """Queue a job some seconds ago."""
    job_id = jobs.submit("import", title, {})
    jobs.update(job_id, created=time.time() - since_s)
    return job_id


def test_a_job_that_nobody_takes_gets_a_worker_once_in_a_while(
    workspace: Workspace, started: list[str]
) -> None:
    waiting(Jobs(workspace.jobs_file), "Left over", 60)
    path = str(workspace.jobs_file)
    for moment in (1, 1, 1, 2):
        services._revive(path, moment)
    assert started == ["jobs", "jobs"]


def test_a_fresh_job_is_left_to_the_worker_that_was_just_started(
    workspace: Workspace, started: list[str]
) -> None:
    waiting(Jobs(workspace.jobs_file), "Fresh", 1)
    services.jobs()
    assert started == []


def test_a_job_that_waits_behind_a_running_one_needs_no_worker(
    workspace: Workspace, started: list[str]
) -> None:
    jobs = Jobs(workspace.jobs_file)
    first = waiting(jobs, "First", 90)
    waiting(jobs, "Second", 60)
    jobs.claim(("import",))
    services.jobs()
    assert jobs.get(first).state == "running"
    assert started == []


def test_submitting_starts_the_worker_of_the_role(workspace: Workspace, started: list[str]) -> None:
    services.submit("experiment", "A", {})
    services.submit("search", "B", {})
    assert started == ["jobs", "search"]
