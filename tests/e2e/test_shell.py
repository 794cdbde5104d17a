"""The shell in a real browser: every page opens by its address, whatever was asked first."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from components.router import SECTIONS
from tests.e2e.browsing import visit, visiting
from tests.e2e.server import Server, serving

pytestmark = pytest.mark.browser

PAGES = {name: title for pages in SECTIONS.values() for name, title, _ in pages}


@pytest.mark.parametrize("name", PAGES)
def test_the_first_request_to_a_fresh_server_may_be_a_deep_link(
    name: str, browser: Browser, tmp_path: Path
) -> None:
    log = tmp_path / "server.log"
    with serving(tmp_path / "workspace", log) as fresh, visiting(browser, fresh) as page:
        visit(page, "/" if name == "overview" else f"/{name}")
        links = page.get_by_test_id("stSidebarNav").get_by_role("link")
        expect(links).to_contain_text([*PAGES.values()])
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.get_by_role("dialog").count() == 0


def test_the_menu_leads_to_every_page(page: Page) -> None:
    visit(page, "/")
    for name, title in PAGES.items():
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
        place = "" if name == "overview" else name
        page.wait_for_url(re.compile(rf"//[^/]+/{place}(\?|$)"))
        expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("() => fetch('http://elsewhere.test/x').catch(() => 0)", "http://elsewhere.test/x"),
        ("() => { new WebSocket('ws://elsewhere.test/y') }", "ws://elsewhere.test/y"),
        ("() => { setTimeout(() => { throw new Error('boom') }, 0) }", "boom"),
    ],
)
def test_the_harness_notices(script: str, fault: str, browser: Browser, server: Server) -> None:
    def misbehave() -> None:
        with visiting(browser, server) as page:
            visit(page, "/")
            page.evaluate(script)
            page.wait_for_timeout(200)

    with pytest.raises(AssertionError, match=fault):
        misbehave()
