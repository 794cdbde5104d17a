"""A worker without a process of its own, for tests of pages: a job is done when it is submitted."""

import pytest

from evaluation import one_job, worker
from evaluation.jobs import Jobs
from evaluation.workspace import Workspace


def use_inline_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `worker.start` do all waiting jobs of its role before it returns."""
    monkeypatch.setattr(worker, "start", do_waiting)


def do_waiting(workspace: Workspace, role: str = "jobs") -> None:
    """Do all waiting jobs of a role, as the worker process does them."""
    jobs = Jobs(workspace.jobs_file)
    while (job := jobs.claim(worker.ROLES[role])) is not None:
        one_job.do(workspace, jobs, job)


def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let submitted jobs wait, as if the worker took long to start."""
    monkeypatch.setattr(worker, "start", lambda *_: None)
