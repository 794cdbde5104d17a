"""Long jobs on the pages: cancelled, resumed, found again after a refresh, read while they run."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from evaluation.experiment import experiment_from_dict
from evaluation.jobs import Jobs
from evaluation.store import create, open_results
from evaluation.workspace import Workspace
from tests.e2e.browsing import visit, visiting
from tests.e2e.journeys import JOB_MS
from tests.e2e.server import Server
from tests.e2e.tables import Table

pytestmark = pytest.mark.browser

MANY = 60  # each takes about a tenth of a second on an idle machine
WORDS = re.compile("^(waiting|running|cancelled|done)$")


def long_experiment(workspace: Workspace, seed: int) -> str:
    """Store an experiment that takes a while; nothing of it is in the cache."""
    collection_id = workspace.collections()[0].id
    systems = [
        {"name": f"Random {number}", "stage": "random", "seed": seed + number}
        for number in range(MANY)
    ]
    asked = {"name": f"Long {seed}", "collection": collection_id, "split": "test"}
    return create(workspace, experiment_from_dict(asked | {"systems": systems}))


def test_a_job_is_cancelled_and_resumed(sample_page: Page, sample_server: Server) -> None:
    page, workspace = sample_page, sample_server.workspace
    experiment_id = long_experiment(workspace, 1000)
    visit(page, f"/leaderboard?experiment={experiment_id}")
    page.get_by_role("button", name="Run the rest").click()
    page.get_by_role("button", name="Cancel").click(timeout=JOB_MS)
    asked = time.monotonic()
    page.get_by_text(re.compile("^Cancelled")).wait_for()
    waited = time.monotonic() - asked
    print(f"cancelled on the page after {waited:.1f} s")
    finished = len(open_results(workspace, experiment_id).done)
    assert waited < 10
    assert finished < MANY
    page.get_by_role("button", name="Resume").click()
    Table(page, row_height=38).expect_rows(MANY, timeout=JOB_MS)
    assert len(open_results(workspace, experiment_id).done) == MANY
    expect(page.get_by_role("button", name="Resume")).to_have_count(0)


def test_progress_is_there_after_a_refresh_and_results_come_one_by_one(
    sample_page: Page, sample_server: Server, browser: Browser
) -> None:
    page, workspace = sample_page, sample_server.workspace
    experiment_id = long_experiment(workspace, 2000)
    visit(page, f"/leaderboard?experiment={experiment_id}")
    page.get_by_role("button", name="Run the rest").click()
    page.get_by_role("button", name="Cancel").wait_for(timeout=JOB_MS)
    job = Jobs(workspace.jobs_file).of_experiment(experiment_id)
    assert job is not None
    visit(page, f"/experiment?job={job.id}")
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    page.close()
    with visiting(browser, sample_server) as other:
        visit(other, f"/leaderboard?experiment={experiment_id}")
        expect(other.get_by_role("button", name="Cancel")).to_be_visible()
        board = Table(other, row_height=38)
        assert 0 < len(board.column("System")) < MANY
        board.expect_rows(MANY, timeout=JOB_MS)
        expect(other.get_by_role("button", name="Cancel")).to_have_count(0)
