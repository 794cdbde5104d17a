"""Long jobs on the pages: cancelled, resumed, found again after a refresh, read while they run."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from evaluation.collections.collection import Collection, Qrels, Queries, corpus_of
from evaluation.experiment import experiment_from_dict
from evaluation.jobs import Jobs
from evaluation.store import create, open_results
from evaluation.workspace import Workspace
from tests.e2e.browsing import visit, visiting
from tests.e2e.journeys import JOB_MS
from tests.e2e.server import Server, serving
from tests.e2e.tables import Table

pytestmark = pytest.mark.browser

BEGUN = re.compile("^(Running|Timing)")
QUERIES, SYSTEMS = 1000, 30  # on an idle machine a system takes about a quarter of a second


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a collection of many queries, so that each system takes its time."""
    folder = tmp_path_factory.mktemp("busy")
    ids = range(QUERIES)
    documents = corpus_of([(f"d{i}", "", f"text {i}") for i in ids])
    queries = Queries.of({f"q{i}": f"text {i}" for i in ids})
    qrels = {"test": Qrels.of_dict({f"q{i}": {f"d{i}": 1} for i in ids})}
    workspace = Workspace.open(folder / "workspace")
    workspace.add_collection("Many", Collection("Many", documents, queries, qrels).save)
    with serving(workspace.folder, folder / "server.log") as server:
        yield server


@pytest.fixture
def visitor(browser: Browser, busy: Server) -> Iterator[Page]:
    """A visitor of that server."""
    with visiting(browser, busy) as page:
        yield page


def long_experiment(workspace: Workspace, seed: int) -> str:
    """Store an experiment that takes a while; nothing of it is in the cache."""
    systems = [
        {"name": f"Random {number}", "stage": "random", "seed": seed + number}
        for number in range(SYSTEMS)
    ]
    asked = {"name": f"Long {seed}", "collection": "many", "split": "test", "systems": systems}
    return create(workspace, experiment_from_dict(asked))


def start(page: Page, experiment_id: str) -> None:
    """Start the experiment on its leaderboard, and wait until the worker has begun."""
    visit(page, f"/leaderboard?experiment={experiment_id}")
    page.get_by_role("button", name="Run the rest").click()
    page.get_by_text(BEGUN).first.wait_for(timeout=JOB_MS)


def test_a_job_is_cancelled_and_resumed(visitor: Page, busy: Server) -> None:
    page, workspace = visitor, busy.workspace
    experiment_id = long_experiment(workspace, 1000)
    start(page, experiment_id)
    page.get_by_role("button", name="Cancel").click()
    asked = time.monotonic()
    page.get_by_text(re.compile("^Cancelled after")).wait_for()
    waited = time.monotonic() - asked
    print(f"cancelled on the page after {waited:.1f} s")
    finished = len(open_results(workspace, experiment_id).done)
    assert waited < 10
    assert finished < SYSTEMS
    page.get_by_role("button", name="Resume").click()
    Table(page, row_height=38).expect_rows(SYSTEMS, timeout=JOB_MS)
    assert len(open_results(workspace, experiment_id).done) == SYSTEMS
    expect(page.get_by_role("button", name="Resume")).to_have_count(0)


def test_progress_is_there_after_a_refresh_and_results_come_one_by_one(
    visitor: Page, busy: Server, browser: Browser
) -> None:
    page, workspace = visitor, busy.workspace
    experiment_id = long_experiment(workspace, 2000)
    start(page, experiment_id)
    job = Jobs(workspace.jobs_file).of_experiment(experiment_id)
    assert job is not None
    visit(page, f"/experiment?job={job.id}")
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    page.close()
    with visiting(browser, busy) as other:
        other.goto(f"/leaderboard?experiment={experiment_id}")  # it hardly rests while results come
        expect(other.get_by_role("button", name="Cancel")).to_be_visible()
        board = Table(other, row_height=38)
        expect(board.frame.locator("tbody tr").first).to_be_attached()  # one or more are there
        board.expect_rows(SYSTEMS, timeout=JOB_MS)
        expect(other.get_by_role("button", name="Cancel")).to_have_count(0)
