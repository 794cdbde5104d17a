"""What only a real browser can show of the query page: a click on a value, and its X-ray."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import visit
from tests.e2e.test_results import click_row

pytestmark = pytest.mark.browser


def test_a_click_on_a_value_opens_its_x_ray_which_follows_the_controls(sample_page: Page) -> None:
    page = sample_page
    visit(page, "/query?experiment=sample&systems=3,1&query=q2")
    table = page.get_by_test_id("stDataFrame").first
    cell = table.get_by_test_id("glide-cell-1-1")
    expect(cell).to_have_text(re.compile(r"^0\.\d+$"))
    value = cell.inner_text()
    box = table.locator("canvas").first.bounding_box()
    assert box is not None
    click_row(page, table, 1, box["width"] * 0.3)
    page.wait_for_url(re.compile("xray=1"))
    expect(page.get_by_role("heading", name="X-ray: ")).to_be_visible()
    measured = page.get_by_test_id("stMetric").filter(has_text="Measured")
    expect(measured).to_contain_text(f"{float(value):.4f}")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    page.get_by_role("radio", name="exponential").click()
    page.wait_for_url(re.compile("exp-log2"))
    expect(page.get_by_test_id("stMetric").filter(has_text="Sum")).to_contain_text("log2")
