"""Deleting in a real browser: the question tells what hangs on it, and Undo brings all back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from evaluation.jobs import Jobs
from evaluation.store import open_results
from tests.e2e.browsing import settled, visiting
from tests.e2e.server import Server, serving
from tests.older_workspaces import Older, unpack

pytestmark = pytest.mark.browser


@pytest.fixture
def older(tmp_path: Path) -> Older:
    return unpack("methods", tmp_path / "workspace")


@pytest.fixture
def opened(older: Older, tmp_path: Path) -> Iterator[Server]:
    with serving(older.folder, tmp_path / "server.log") as server:
        yield server


def test_an_older_collection_is_deleted_and_comes_back_with_its_experiments(
    browser: Browser, opened: Server, older: Older
) -> None:
    jobs = Jobs(opened.workspace.jobs_file)
    for job in jobs.live():  # the older version left one, which would hold the collection
        jobs.cancel(job.id)
    with visiting(browser, opened) as page:
        page.goto(f"{opened.address}/collections?collection={older.collection}")
        expect(page.get_by_role("heading", name="Small", exact=True)).to_be_visible()
        expect(page.get_by_text("RankLab 0.1.0")).to_be_visible()
        page.get_by_role("button", name="Manage").click()
        page.wait_for_timeout(1000)  # the server is told that the menu is open
        settled(page)
        page.get_by_role("button", name="Delete", exact=True).click()
        question = page.get_by_role("dialog", name="Delete this collection?")
        expect(question).to_contain_text("2 experiments (k1, First): each stays closed")
        expect(question).to_contain_text("1 uploaded run (noise)")
        expect(question).to_contain_text("1 attachment (concepts)")
        expect(question).to_contain_text("can be put back for 30 days")
        expect(page.get_by_role("button", name="Rename")).to_be_hidden()  # the menu is closed
        question.get_by_role("button", name="Delete").click()
        expect(page.get_by_text("The trash keeps it for 30 days")).to_be_visible()
        assert opened.workspace.collections() == []
        page.goto(f"{opened.address}/leaderboard?experiment={older.experiment}")
        expect(page.get_by_text("Put it back from the trash")).to_be_visible()
        page.goto(f"{opened.address}/workspace?tab=trash")
        page.get_by_role("button", name="Restore").first.click()
        expect(page.get_by_text("It is back.")).to_be_visible()
        page.goto(f"{opened.address}/leaderboard?experiment={older.experiment}")
        expect(page.get_by_text("BM25 has the highest mean")).to_be_visible()
    assert [each.id for each in opened.workspace.collections()] == [older.collection]
    assert len(open_results(opened.workspace, older.experiment).done) == 4
