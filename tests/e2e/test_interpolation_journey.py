"""A grid of arms prepared in a real browser: counted, and refused where it grows too large."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import settled, visit

pytestmark = pytest.mark.browser


def test_a_grid_is_prepared_and_counted(sample_page: Page) -> None:
    page = sample_page
    visit(page, "/interpolation?collection=small")
    expect(page.get_by_text("44 systems", exact=True)).to_be_visible()
    weights = page.get_by_role("textbox", name="Weight of the sparse scores")
    weights.fill("0:1:0.5")
    weights.press("Enter")
    expect(page.get_by_text("23 systems", exact=True)).to_be_visible()
    page.get_by_role("button", name="average of 3").click()
    expect(page.get_by_text("14 systems", exact=True)).to_be_visible()
    weights.fill("0:1:0.01")
    weights.press("Enter")
    expect(page.get_by_text("300 are the most")).to_be_visible()
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_disabled()


def test_an_experiment_without_arms_is_answered_on_the_page(sample_page: Page) -> None:
    visit(sample_page, "/interpolation?experiment=sample")
    expect(sample_page.get_by_text("there is nothing to draw")).to_be_visible()
    settled(sample_page)
