"""A visitor who notes all that text could do beyond being shown.

Noted are: what the content policy refused, scripts that ran, dialogs, requests to any other host,
the page left for another one, and errors in the browser.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Dialog, Page

WAIT_MS = 30_000  # a browser, a server and a worker share two cores
MARK = "__xss"  # what every script in a hostile text would set
LISTEN = f"""() => {{
  document.addEventListener("securitypolicyviolation", each =>
    window.noted(`policy: ${{each.effectiveDirective}} refused ${{each.blockedURI}} ` +
                 `${{each.sample}} (${{each.sourceFile}}:${{each.lineNumber}})`))
  let held
  Object.defineProperty(window, "{MARK}", {{
    get: () => held,
    set: value => {{ held = value; window.noted(`script: it set {MARK} to ${{value}}`) }},
  }})
}}"""
Note = Callable[[str], None]


@dataclass
class Watched:
    """A page, and what was noted so far."""

    page: Page
    notes: list[str] = field(default_factory=list)

    def nothing(self) -> None:
        """Forget what was noted. Raises AssertionError if that was anything."""
        found = list(dict.fromkeys(self.notes))
        self.notes.clear()
        if found:
            raise AssertionError("\n".join(found))


@contextmanager
def watching(browser: Browser, address: str, **options: object) -> Iterator[Watched]:
    """Give a fresh visitor's page with everything noted while the block runs.

    Args:
        browser: a Chromium.
        address: of the server or the folder where the page belongs; all else is elsewhere.
        options: of a browser context, such as `color_scheme` or `viewport`.
    """
    context = browser.new_context(base_url=address, **options)  # type: ignore[arg-type]
    context.set_default_timeout(WAIT_MS)
    notes: list[str] = []
    context.expose_binding("noted", lambda _, said: notes.append(said))
    context.add_init_script(f"({LISTEN})()")
    _listen(context, address, notes.append)
    try:
        yield Watched(context.new_page(), notes)
    finally:
        context.close()


def _listen(context: BrowserContext, address: str, note: Note) -> None:
    home = urlsplit(address).netloc

    def visited(what: str, url: str) -> None:
        if urlsplit(url).hostname and urlsplit(url).netloc != home:
            note(f"{what} {url}")

    def dialog(opened: Dialog) -> None:
        note(f"dialog: {opened.message}")
        opened.dismiss()

    def follow(page: Page) -> None:
        page.on("framenavigated", lambda frame: visited("went to", frame.url))
        page.on("websocket", lambda socket: visited("asked for", socket.url))

    context.on("request", lambda request: visited("asked for", request.url))
    context.on("dialog", dialog)
    context.on("weberror", lambda error: note(f"error in the browser: {error.error}"))
    context.on("page", follow)
