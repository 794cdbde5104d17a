"""From the band of the leaderboard to its matrix of pairs, and from a cell to the comparison."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import visit
from tests.e2e.test_results import PIXEL, steady

pytestmark = pytest.mark.browser


def test_the_band_is_read_the_matrix_opened_and_a_cell_leads_to_the_pair(
    sample_page: Page,
) -> None:
    page = sample_page
    visit(page, "/leaderboard?experiment=sample")
    expect(
        page.get_by_text(re.compile("has the highest mean|is better than every"))
    ).to_be_visible()
    page.get_by_role("radio", name="Pairs", exact=True).click()
    page.wait_for_url(re.compile("tab=pairs"))
    matrix = page.locator(".js-plotly-plot")
    expect(matrix).to_have_count(1)  # the plots of the other section are gone
    expect(matrix.locator(".heatmaplayer image")).to_be_visible()
    steady(page, matrix)
    page.mouse.click(*matrix.evaluate(PIXEL, [3, 0]))  # fourth column, first row
    page.wait_for_url(re.compile("/compare"))
    expect(page.get_by_text(re.compile("Could the winner change")).first).to_be_visible()
