"""Run files alone: judgements and finished rankings, without a single text."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.journeys import import_files, start_experiment
from tests.e2e.tables import Table

pytestmark = pytest.mark.browser

QRELS = b"q1 0 d1 2\nq1 0 d2 0\nq2 0 d3 1\nq2 0 d4 0\n"
GOOD = b"q1 Q0 d1 1 9.0 good\nq1 Q0 d2 2 8.0 good\nq2 Q0 d3 1 7.0 good\nq2 Q0 d4 2 6.0 good\n"
BAD = b"q1 Q0 d2 1 9.0 bad\nq1 Q0 d1 2 8.0 bad\nq2 Q0 d4 1 7.0 bad\nq2 Q0 d9 2 6.0 bad\n"


def test_from_run_files_to_a_query_without_texts(journey_page: Page) -> None:
    page = journey_page
    import_files(page, ("qrels.txt", QRELS), ("good.trec", GOOD), ("bad.trec", BAD))
    expect(page.get_by_text(re.compile("[0-9]+ checks, "))).to_be_visible()
    page.get_by_role("button", name="New experiment").click()
    expect(page.get_by_text("This collection holds run files only")).to_be_visible()
    start_experiment(page, "bad", "good")
    page.get_by_role("link", name="Open the leaderboard").last.click()
    board = Table(page, row_height=38)
    board.expect_column("System", ["good", "bad"])
    page.get_by_role("radio", name=re.compile("^RR@.?10$")).click()
    board.expect_column("RR@10", ["1", "0.25"])  # (1 + 1) / 2 and (1/2 + 0) / 2
    board.tick(0)
    page.get_by_role("button", name="Open queries").click()
    page.wait_for_url("**/query?*")
    expect(page.get_by_role("heading", name="q1 · (the collection holds no text")).to_be_visible()
    expect(page.locator(".column > .card > .line > .id")).to_have_text(["d1", "d2"])
    page.locator(".card", has_text="d1").click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("holds no text for this document")
    expect(drawer.locator("td", has_text="good")).to_be_attached()
