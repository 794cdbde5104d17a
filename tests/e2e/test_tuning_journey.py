"""From an empty form to a tuned system, and a look over collections, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import settled, visit

pytestmark = pytest.mark.browser


def test_a_grid_is_started_followed_and_read(sample_page: Page) -> None:
    page = sample_page
    visit(page, "/tuning?collection=small")
    page.get_by_role("combobox", name="Parameters to vary").click()
    page.get_by_role("option", name="BM25 · b", exact=True).click()
    page.keyboard.press("Escape")
    values = page.get_by_role("textbox", name=re.compile("values, or from"))
    values.fill("0:1:0.5")
    values.press("Enter")
    expect(page.get_by_text("3 settings", exact=True)).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(re.compile("grid="))
    expect(page.get_by_text("Held-out estimate")).to_be_visible(timeout=90_000)
    expect(page.get_by_text("4 of 4 finished")).to_have_count(0)
    settled(page)
    expect(page.locator(".js-plotly-plot .point")).to_have_count(3)
    visit(page, page.url.partition("?")[0] + "?" + page.url.partition("?")[2])
    expect(page.get_by_text("Held-out estimate")).to_be_visible()


def test_collections_stand_side_by_side(sample_page: Page) -> None:
    visit(sample_page, "/across")
    expect(sample_page.get_by_test_id("stDataFrame").first).to_be_visible()
    expect(sample_page.get_by_text("By collection")).to_be_visible()
