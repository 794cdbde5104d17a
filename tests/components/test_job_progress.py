import os
import time
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import job_progress
from evaluation import worker
from evaluation.jobs import Jobs
from evaluation.workspace import Workspace
from tests.shown import sound, text_of


@pytest.fixture
def jobs(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    """The job table of an empty workspace; no worker is started."""
    monkeypatch.setattr(worker, "start", lambda *_: None)
    return Jobs(workspace.jobs_file)


def running(jobs: Jobs, **columns: Any) -> str:
    """Make a job that this very process works on."""
    job_id = jobs.submit("experiment", "A *job*", {"experiment": "none"})
    jobs.claim(("experiment",))
    jobs.update(job_id, pid=os.getpid(), **columns)
    return job_id


def shown(job_id: str) -> AppTest:
    """Run a page that shows the job."""

    def page(job_id: str) -> None:
        from components import job_progress

        job_progress.show_job(job_id)

    app = AppTest.from_function(page, default_timeout=20, kwargs={"job_id": job_id})
    return sound(app.run())


def test_a_running_job_shows_step_amount_rate_time_left_and_each_system(jobs: Jobs) -> None:
    plan = [{"name": "BM25", "state": "done"}, {"name": "Dense", "state": "running"}]
    started = time.time() - 10
    job_id = running(
        jobs,
        step="Indexing: Dense",
        done=500,
        total=2000,
        unit="documents",
        step_started=started,
        plan=plan,
    )
    job = jobs.get(job_id)
    line = job_progress.step_line(job)
    assert line.startswith("Indexing: Dense · 500 of 2,000 documents · 50 documents/s · ")
    assert line.endswith("s left")
    app = shown(job_id)
    assert app.get("progress")[0].proto.value == 25
    text = text_of(app)
    assert "A *job*" in text
    assert "BM25" in text
    assert "Dense" in text


def test_bytes_are_shown_as_sizes(jobs: Jobs) -> None:
    job_id = running(
        jobs, step="Reading", done=2_000_000, total=8_000_000, unit="bytes", step_started=1.0
    )
    assert "Reading · 2.0 MB of 8.0 MB" in job_progress.step_line(jobs.get(job_id))


def test_a_waiting_job_says_how_many_are_before_it(jobs: Jobs) -> None:
    running(jobs)
    second = jobs.submit("experiment", "second", {"experiment": "x"})
    assert job_progress.step_line(jobs.get(second)) == "Waiting for 1 job before it"


def test_cancel_asks_the_worker_to_stop_and_says_so(jobs: Jobs) -> None:
    job_id = running(jobs, step="Indexing")
    app = shown(job_id)
    app.button[0].click().run()
    assert jobs.get(job_id).cancel
    assert app.button[0].label == "Stopping"
    assert app.button[0].disabled


@pytest.mark.parametrize("ending", ["failed", "cancelled", "interrupted"])
def test_a_stopped_job_can_be_resumed(jobs: Jobs, ending: str) -> None:
    job_id = running(jobs)
    jobs.finish(job_id, ending, "It went wrong at <b>. Try again." if ending == "failed" else "")
    app = shown(job_id)
    assert bool(app.error) == (ending == "failed")
    app.button[0].click().run()
    again = jobs.live()
    assert [job.payload for job in again] == [{"experiment": "none"}]
    assert again[0].id != job_id


def test_a_failed_system_says_why(jobs: Jobs) -> None:
    plan = [{"name": "Dense", "state": "failed", "error": "The model cannot be found."}]
    assert "The model cannot be found" in text_of(shown(running(jobs, plan=plan)))


def test_an_unknown_job_is_answered_with_a_sentence(jobs: Jobs) -> None:
    assert "no longer recorded" in text_of(shown("0123456789abcdef"))
