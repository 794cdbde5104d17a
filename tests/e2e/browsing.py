"""What every browser test does: open a page, wait until it is at rest, look for faults."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from evaluation.workspace import ROOT
from tests.e2e.server import Server
from tests.e2e.watching import WAIT_MS, watching

__all__ = ["WAIT_MS", "screenshot", "settled", "visit", "visiting"]

PICTURES = ROOT / "test-results"
expect.set_options(timeout=WAIT_MS)


@contextmanager
def visiting(browser: Browser, server: Server, **options: object) -> Iterator[Page]:
    """Give a fresh visitor's page while the block runs; afterwards its faults are an error.

    A fault is whatever `watching` notes. `options` are those of a browser context, such as
    `color_scheme` or `viewport`.

    Raises:
        AssertionError: there were faults; the message lists them.
    """
    with watching(browser, server.address, **options) as watched:
        yield watched.page
    watched.nothing()


def visit(page: Page, path: str) -> None:
    """Open a path of the application and wait until it is at rest and shows no exception."""
    page.goto(path)
    settled(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def settled(page: Page) -> None:
    """Wait until the page is connected, its script has run and nothing is a grey placeholder.

    After a click the script starts a moment later: wait for what the click shall bring instead.
    """
    app = page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]")
    app.and_(page.locator("[data-test-script-state=notRunning]")).wait_for(state="attached")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def screenshot(page: Page, name: str, folder: Path = PICTURES) -> Path:
    """Save what the visitor sees as a PNG file; gives its path."""
    path = folder / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, animations="disabled")
    return path
