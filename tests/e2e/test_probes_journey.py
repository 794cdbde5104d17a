"""From a collection to needles planted in its documents, made by the real worker."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import visit
from tests.e2e.server import Server
from tests.sample import small_collection

pytestmark = pytest.mark.browser


def test_from_a_collection_to_its_needles(journey_page: Page, journey_server: Server) -> None:
    page, workspace = journey_page, journey_server.workspace
    source = workspace.add_collection("Small", small_collection().save)
    visit(page, f"/collections?collection={source}&tab=probes")
    page.get_by_text("Needles in haystacks", exact=True).click()
    page.get_by_role("textbox", name="Depths").fill("0, 100")
    page.get_by_role("textbox", name="Lengths").fill("30, 60")
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url(re.compile(r"collection=small-needles"), timeout=60_000)
    expect(page.get_by_role("heading", name="needles in haystacks")).to_be_visible()
    made = next(each for each in workspace.collections() if each.id.startswith("small-needles"))
    assert made.record["documents"] == 100
