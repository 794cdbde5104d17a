"""The content policy itself: on every answer, and strict enough to be noticed where text runs."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.browsing import visit
from tests.e2e.hostile_workspace import ATTACKS
from tests.e2e.server import Server, serving
from tests.e2e.watching import watching

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def unsafe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a page that shows text unescaped."""
    folder = tmp_path_factory.mktemp("unsafe")
    with serving(folder / "ws", folder / "log", "tests/e2e/unsafe_page.py") as server:
        yield server


def _noted(browser: Browser, server: Server, attack: int, **options: object) -> str:
    with watching(browser, server.address, **options) as watched:
        visit(watched.page, f"/?attack={attack}")
        watched.page.wait_for_timeout(500)
        return "\n".join(watched.notes)


def test_text_shown_unescaped_is_noticed_and_refused(browser: Browser, unsafe: Server) -> None:
    for attack, refused in ((0, "script-src"), (1, "img-src"), (4, "script-src"), (8, "style-src")):
        noted = _noted(browser, unsafe, attack)
        assert f"policy: {refused}" in noted, ATTACKS[attack]
        assert "script: it set" not in noted


def test_without_the_policy_it_would_run_and_be_noticed(browser: Browser, unsafe: Server) -> None:
    assert "script: it set __xss to script" in _noted(browser, unsafe, 0, bypass_csp=True)
    assert "asked for http://evil.test/image.png" in _noted(browser, unsafe, 1, bypass_csp=True)


def test_every_answer_carries_the_headers(server: Server, page: Page) -> None:
    for path in ("/", "/leaderboard", "/_stcore/health", "/app/static/icon.svg", "/none/at/all"):
        headers = page.request.get(path).headers
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert "unsafe" not in policy["script-src"].replace("'wasm-unsafe-eval'", "")
        assert policy["default-src"] == policy["connect-src"] == "'self'"
        assert policy["object-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert headers["referrer-policy"] == "no-referrer"
