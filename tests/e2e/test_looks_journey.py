"""Every page in the dark and on a phone, with results and without: nothing breaks or sticks out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from components.router import SECTIONS
from tests.e2e.browsing import visit, visiting
from tests.e2e.server import Server

pytestmark = pytest.mark.browser

SCREENS: dict[str, dict[str, object]] = {
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
PAGES = [name for pages in SECTIONS.values() for name, _, _ in pages]
PATHS = [
    *("/" if name == "overview" else f"/{name}" for name in PAGES),
    "/collections?collection=small",
    "/collections?collection=small&tab=documents",
    "/collections?collection=small&tab=judgements",
    "/collections?add=upload",
    "/collections?add=demo",
    "/workspace?tab=jobs",
    "/workspace?tab=environment",
]
STICKS_OUT = """() => [document.scrollingElement, document.querySelector("[data-testid=stMain]")]
  .filter(each => each.scrollWidth > Math.min(each.clientWidth, innerWidth))
  .map(each => `${each.tagName} is ${each.scrollWidth} wide in ${innerWidth}`)"""


@pytest.fixture(scope="module", params=SCREENS)
def screen(
    request: pytest.FixtureRequest, browser: Browser, sample_server: Server, server: Server
) -> Iterator[dict[str, Page]]:
    """Visitors with one kind of screen: of a server with results, and of one without."""
    options = SCREENS[request.param]
    with (
        visiting(browser, sample_server, **options) as full,
        visiting(browser, server, **options) as empty,
    ):
        yield {"full": full, "empty": empty}


@pytest.mark.parametrize("path", PATHS)
def test_a_page_with_results_fits(path: str, screen: dict[str, Page]) -> None:
    _fits(screen["full"], path)


@pytest.mark.parametrize("path", PATHS[: len(PAGES)])
def test_a_page_without_results_fits(path: str, screen: dict[str, Page]) -> None:
    _fits(screen["empty"], path)


def _fits(page: Page, path: str) -> None:
    visit(page, path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert page.evaluate(STICKS_OUT) == []
