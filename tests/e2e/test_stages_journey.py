"""From a stage that lost a document to the reason why, in a real browser with a real worker."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from evaluation.workspace import Workspace
from tests.e2e.browsing import visit, visiting
from tests.e2e.server import serving
from tests.e2e.test_results import click_row
from tests.staged import staged_experiment

pytestmark = pytest.mark.browser


@pytest.fixture
def staged_page(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Page]:
    """A visitor of a server with an experiment whose systems have stages."""
    folder = tmp_path_factory.mktemp("staged-server")
    (folder / "workspace").mkdir()
    staged_experiment(Workspace(folder / "workspace"))
    with (
        serving(folder / "workspace", folder / "server.log") as server,
        visiting(browser, server) as page,
    ):
        yield page


def test_a_lost_document_is_found_and_explained(staged_page: Page) -> None:
    page = staged_page
    visit(page, "/stages?experiment=staged&measure=P@2&fate=3")
    expect(page.get_by_text("most such documents first")).to_be_visible()
    click_row(page, page.get_by_test_id("stDataFrame").nth(1), 0, 30)
    page.wait_for_url(re.compile(r"/query.*query=q\d"))
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.get_by_text("The inputs add up to").first).to_be_visible()
    expect(page.locator("mark").first).to_be_visible()


def test_stages_fit_a_phone(staged_page: Page) -> None:
    staged_page.set_viewport_size({"width": 390, "height": 844})
    visit(staged_page, "/stages?experiment=staged")
    width = "document.querySelector('[data-testid=stMain]').scrollWidth"
    assert staged_page.evaluate(width) <= 390
