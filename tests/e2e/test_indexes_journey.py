"""What an index loses and saves, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import settled, visit
from tests.e2e.server import Server
from tests.indexed import grid_experiment, types_experiment

pytestmark = pytest.mark.browser


def test_index_types_and_the_grid_are_drawn_and_linked(
    sample_page: Page, sample_server: Server
) -> None:
    page, workspace = sample_page, sample_server.workspace
    types, grid = types_experiment(workspace, "small"), grid_experiment(workspace, "small")
    visit(page, "/indexes?collection=small")
    expect(page.get_by_text("17 systems. Takes")).to_be_visible()
    expect(page.get_by_role("button", name="Depth x width grid")).to_be_enabled()
    visit(page, f"/indexes?experiment={types}")
    settled(page)
    expect(page.locator(".js-plotly-plot")).to_have_count(4)
    page.get_by_text("recall of top 1", exact=True).click()
    page.wait_for_url(re.compile("depth=1(&|$)"))
    visit(page, f"/indexes?experiment={grid}")
    settled(page)
    expect(page.locator(".js-plotly-plot .heatmaplayer")).to_have_count(3)
