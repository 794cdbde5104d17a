"""A point of the forest plot lists the queries of its slice, and one of them opens."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import visit
from tests.e2e.server import Server
from tests.e2e.test_results import click_row, steady
from tests.sliced import sliced_workspace

pytestmark = pytest.mark.browser


def test_from_a_slice_to_one_of_its_queries(journey_page: Page, journey_server: Server) -> None:
    page, experiment = journey_page, sliced_workspace(journey_server.workspace)
    visit(page, f"/slices?experiment={experiment}&systems=0,1&measure=RR%4010")
    expect(page.get_by_text("second better in 2", exact=True).first).to_be_visible()
    point = page.locator(".js-plotly-plot").first.locator(".point").first
    expect(point).to_be_visible()
    box = steady(page, point)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(re.compile(r"slice=length\.3"))
    expect(page.get_by_role("heading", name="4 words")).to_be_visible()
    click_row(page, page.get_by_test_id("stDataFrame").nth(1), 0, 300)
    page.wait_for_url(re.compile(r"/query.*systems=0%2C1.*query=q\d+"))
    expect(page.get_by_text("Rankings", exact=True)).to_be_visible()
