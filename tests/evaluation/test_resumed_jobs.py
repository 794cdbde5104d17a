"""Jobs that were taken for lost, and work that is queued again."""

import pytest

from evaluation import worker
from evaluation.jobs import Jobs
from evaluation.workspace import Workspace


@pytest.fixture
def jobs(workspace: Workspace) -> Jobs:
    return Jobs(workspace.jobs_file)


def test_work_is_resumed_once_whoever_asks_and_whenever(jobs: Jobs) -> None:
    first = jobs.submit("import", "x", {"a": 1})
    jobs.finish(first, "interrupted")
    second = jobs.resume(first)
    assert jobs.resume(first) == jobs.resume(second) == second != first
    jobs.finish(second, "interrupted")
    third = jobs.resume(first)
    assert third not in (first, second)
    jobs.finish(third, "done")
    assert jobs.resume(first) == jobs.resume(second) == third
    assert {job.origin for job in jobs.recent()} == {first}
    assert {tuple(job.payload.items()) for job in jobs.recent()} == {(("a", 1),)}


def test_a_job_taken_for_lost_while_its_machine_slept_goes_on(jobs: Jobs) -> None:
    job_id = jobs.submit("import", "x", {})
    jobs.claim(("import",))
    assert jobs.mark_lost(("import",)) == 1
    assert jobs.get(job_id).state == "interrupted"
    assert jobs.update(job_id, step="Reading") is False
    job = jobs.get(job_id)
    assert (job.state, job.error, job.finished) == ("running", "", None)


def test_a_job_taken_for_lost_and_resumed_stops(jobs: Jobs) -> None:
    job_id = jobs.submit("import", "x", {})
    jobs.claim(("import",))
    jobs.mark_lost(("import",))
    resumed = jobs.resume(job_id)
    assert jobs.update(job_id, step="Reading") is True
    assert jobs.get(job_id).state == "interrupted"
    assert [job.id for job in jobs.live()] == [resumed]


def test_a_new_worker_knows_that_running_jobs_of_its_kinds_are_lost(jobs: Jobs) -> None:
    """Their process may have had the number that another process has by now."""
    jobs.submit("import", "x", {})
    jobs.claim(("import",))  # by this process, which lives
    assert jobs.mark_lost() == 0
    assert jobs.mark_lost(worker.ROLES["search"]) == 0
    assert jobs.mark_lost(worker.ROLES["jobs"]) == 1
