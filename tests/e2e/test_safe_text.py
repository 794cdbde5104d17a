"""Hostile text in a real browser: every sink shows it as itself, nothing runs, nothing is asked."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.browsing import visit, visiting
from tests.e2e.nasty_text import SINKS, TEXTS
from tests.e2e.server import serving

pytestmark = pytest.mark.browser


def _plain(text: str) -> str:
    return " ".join(text.replace("\u2060", "").split())


def test_every_sink_shows_hostile_text_as_itself(browser: Browser, tmp_path: Path) -> None:
    with (
        serving(tmp_path / "workspace", tmp_path / "log", "tests/e2e/nasty_text.py") as server,
        visiting(browser, server) as page,
    ):
        visit(page, "/")
        page.locator(SINKS["html"]).last.wait_for()
        for sink, selector in SINKS.items():
            shown = [_plain(text) for text in page.locator(selector).all_inner_texts()]
            assert shown == [_plain(text) for text in TEXTS], sink
        assert page.evaluate("() => window.__xss === undefined")
