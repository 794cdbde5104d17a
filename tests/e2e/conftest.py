"""Fixtures of the browser tests: one Chromium, one server per workspace, a page per test."""

import re
from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e import chromium
from tests.e2e.browsing import screenshot, visiting
from tests.e2e.server import Server, serving
from tests.sample import sample_workspace

FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser tests last: the quick ones answer first, without a browser beside them."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember on the test that it failed, for the fixtures that clean up after it."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    with sync_playwright() as playwright:
        found = chromium.launch(playwright)
        yield found
        found.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a workspace that is empty and stays so."""
    folder = tmp_path_factory.mktemp("server")
    with serving(folder / "workspace", folder / "server.log") as started:
        yield started


@pytest.fixture(scope="session")
def sample_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a workspace with a small collection and a finished experiment."""
    folder = tmp_path_factory.mktemp("sample-server")
    sample_workspace(folder / "workspace")
    with serving(folder / "workspace", folder / "server.log") as started:
        yield started


@pytest.fixture(scope="session")
def journey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a workspace to which the tests add collections and experiments."""
    folder = tmp_path_factory.mktemp("journey-server")
    with serving(folder / "workspace", folder / "server.log") as started:
        yield started


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Page]:
    """A new visitor of `server`; faults in the browser and requests elsewhere fail the test."""
    with visiting(browser, server) as opened:
        yield from _watched(request, opened, server)


@pytest.fixture
def sample_page(
    request: pytest.FixtureRequest, browser: Browser, sample_server: Server
) -> Iterator[Page]:
    """A new visitor of `sample_server`."""
    with visiting(browser, sample_server) as opened:
        yield from _watched(request, opened, sample_server)


@pytest.fixture
def journey_page(
    request: pytest.FixtureRequest, browser: Browser, journey_server: Server
) -> Iterator[Page]:
    """A new visitor of `journey_server`."""
    with visiting(browser, journey_server) as opened:
        yield from _watched(request, opened, journey_server)


def _watched(request: pytest.FixtureRequest, page: Page, server: Server) -> Iterator[Page]:
    """Give the page; if the test fails, keep a picture and print what the server said."""
    yield page
    if request.node.stash.get(FAILED, False):
        name = re.sub(r"\W+", "-", request.node.name).strip("-")
        print(f"{page.url} looked as in {screenshot(page, name)}. The server printed:")
        print(server.words()[-5000:])
