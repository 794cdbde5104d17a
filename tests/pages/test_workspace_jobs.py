import pytest

from evaluation import log, worker
from evaluation.jobs import Jobs
from evaluation.workspace import Workspace
from tests.inline_worker import do_waiting
from tests.pages.pressing import press
from tests.shown import address, elements, labels, open_page, sound, text_of


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is computed here."""
    monkeypatch.setattr(worker, "start", lambda *_: None)


def over(jobs: Jobs, state: str, title: str, error: str = "") -> str:
    """Record a job that is over."""
    job_id = jobs.submit("experiment", title, {"experiment": "x"})
    jobs.claim(("experiment",))
    jobs.finish(job_id, state, error)
    return job_id


def test_without_jobs_the_page_says_so(workspace: Workspace) -> None:
    assert "No job has run yet" in text_of(open_page("workspace", tab="jobs"))


def test_jobs_show_state_time_and_error_and_can_be_resumed(workspace: Workspace) -> None:
    jobs = Jobs(workspace.jobs_file)
    over(jobs, "done", "First")
    failed = over(jobs, "failed", "Second", "The disk is full. Free some space.")
    app = open_page("workspace", tab="jobs")
    rows = app.dataframe[0].value
    assert rows["State"].tolist() == ["failed", "done"]
    assert rows["What went wrong"].tolist() == ["The disk is full. Free some space.", ""]
    app = open_page("workspace", tab="jobs", job=failed)
    assert "The disk is full" in text_of(app)
    press(app, "Resume")
    assert [job.title for job in jobs.live()] == ["Second"]
    assert "Starting" in text_of(app)
    assert address(app, "job") == jobs.live()[0].id


def test_jobs_that_are_over_can_be_forgotten(workspace: Workspace) -> None:
    jobs = Jobs(workspace.jobs_file)
    first = over(jobs, "done", "First")
    over(jobs, "cancelled", "Second")
    waiting = jobs.submit("experiment", "Third", {"experiment": "x"})
    app = open_page("workspace", tab="jobs", job=first)
    before = jobs.recent()
    press(app, "Forget this job")
    assert "Deletes records only" in text_of(app)
    assert len(jobs.recent()) == 3
    press(app, "Forget")
    assert [job.title for job in jobs.recent()] == ["Third", "Second"]
    assert address(app, "job") == ""
    press(app, "Undo")
    assert jobs.recent() == before
    assert workspace.discarded() == []
    press(app, "Forget all")
    press(app, "Forget")
    assert [job.id for job in jobs.recent()] == [waiting]
    press(app, "Undo")
    assert jobs.recent() == before


def test_the_log_of_a_job_is_read_and_downloaded(workspace: Workspace) -> None:
    jobs = Jobs(workspace.jobs_file)
    log.open_log(workspace.logs, "worker-jobs")
    job_id = jobs.submit("experiment", "First", {"experiment": "none"})
    do_waiting(workspace)
    log.close_log()
    app = open_page("workspace", tab="jobs", job=job_id)
    assert f"job {job_id}" in text_of(app)
    assert app.dataframe[0].value["Id"].tolist() == [job_id]
    (box,) = [each for each in app.expander if each.label == f"Log of job {job_id}"]
    assert len(app.dataframe) == 1
    app.session_state[box.proto.id] = True
    sound(app.run())
    lines = app.dataframe[1].value
    assert lines["Event"].tolist() == ["job submitted", "job started", "job failed"]
    assert "There is no experiment called 'none'" in lines["Details"].iloc[2]
    assert "Download 3 lines" in labels(app, "download_button")


def test_a_waiting_job_is_cancelled_from_its_card(workspace: Workspace) -> None:
    jobs = Jobs(workspace.jobs_file)
    job_id = jobs.submit("experiment", "Third", {"experiment": "x"})
    app = open_page("workspace", tab="jobs")
    press(app, "Cancel")
    assert jobs.get(job_id).state == "cancelled"


def test_a_finished_experiment_links_to_its_leaderboard(
    sample: tuple[Workspace, str, str],
) -> None:
    workspace, _, experiment_id = sample
    jobs = Jobs(workspace.jobs_file)
    job_id = jobs.submit("experiment", "Sample", {"experiment": experiment_id})
    jobs.claim(("experiment",))
    jobs.finish(job_id, "done", experiment=experiment_id)
    app = open_page("workspace", tab="jobs", job=job_id)
    links = [each.proto.query_string for each in elements(app, "page_link")]
    assert f"experiment={experiment_id}" in links


def test_an_unknown_job_in_the_address_is_answered(workspace: Workspace) -> None:
    over(Jobs(workspace.jobs_file), "done", "First")
    app = open_page("workspace", tab="jobs", job="<b>")
    assert "is not recorded here" in text_of(app)
