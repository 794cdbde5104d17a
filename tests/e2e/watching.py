"""A visitor who notes everything that text could do beyond being shown, for tests.

What is noted: what the content policy refused, scripts that ran, dialogs, requests to any other
host, other pages opened, and the page left for another one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Dialog, Frame, Page, Request, WebSocket

from tests.e2e.browsing import WAIT_MS

MARK = "__xss"
EVIL = "evil.test"
NOTE = "noteOfTheTest"
LISTEN = f"""() => {{
  document.addEventListener("securitypolicyviolation", each =>
    window.{NOTE}(`policy: ${{each.effectiveDirective}} refused ${{each.blockedURI}} ` +
                  `${{each.sample}} (${{each.sourceFile}}:${{each.lineNumber}})`))
  let held
  Object.defineProperty(window, "{MARK}", {{
    get: () => held,
    set: value => {{ held = value; window.{NOTE}(`script: it set {MARK} to ${{value}}`) }},
  }})
}}"""


@dataclass
class Watched:
    """A page, and what was noted so far."""

    page: Page
    notes: list[str] = field(default_factory=list)

    def nothing(self) -> None:
        """Raise AssertionError if anything was noted, and forget it."""
        found, self.notes[:] = list(dict.fromkeys(self.notes)), []
        assert found == []


@contextmanager
def watching(browser: Browser, address: str, **options: object) -> Iterator[Watched]:
    """Give a fresh visitor's page with everything noted while the block runs.

    Args:
        browser: a Chromium.
        address: where the page belongs, as a base of addresses; all else counts as elsewhere.
        options: of a browser context.
    """
    context = browser.new_context(base_url=address, **options)  # type: ignore[arg-type]
    context.set_default_timeout(WAIT_MS)
    notes: list[str] = []
    context.expose_binding(NOTE, lambda _, said: notes.append(said))
    context.add_init_script(f"({LISTEN})()")
    _listen(context, urlsplit(address), notes.append)
    try:
        page = context.new_page()
        context.on("page", lambda other: notes.append(f"opened: {other.url}"))
        yield Watched(page, notes)
    finally:
        context.close()


def _listen(context: BrowserContext, home: object, note: Callable[[str], None]) -> None:
    def elsewhere(url: str) -> bool:
        found = urlsplit(url)
        local = found.scheme in ("data", "blob", "about")
        return not local and (found.netloc, found.scheme == "file") != _place(home)

    def asked(request: Request | WebSocket) -> None:
        if elsewhere(request.url):
            note(f"asked: {request.url}")

    def moved(frame: Frame) -> None:
        if elsewhere(frame.url):
            note(f"left for: {frame.url}")

    def dialog(opened: Dialog) -> None:
        note(f"dialog: {opened.message}")
        opened.dismiss()

    def told(page: Page) -> None:
        page.on("framenavigated", moved)
        page.on("websocket", asked)
        page.on("dialog", dialog)

    context.on("request", asked)
    context.on("page", told)


def _place(home: object) -> tuple[str, bool]:
    return home.netloc, home.scheme == "file"  # type: ignore[attr-defined]
