"""What an upload costs the server: it is held in memory once, and then no more."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import psutil
import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.browsing import visit, visiting
from tests.e2e.server import Server, serving
from tests.sample import sample_workspace

pytestmark = pytest.mark.browser

MB = 1_000_000
BESIDE = 30 * MB  # what the page itself may need meanwhile


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[Server]:
    """A server that nobody has used yet."""
    sample_workspace(tmp_path / "workspace")
    with serving(tmp_path / "workspace", tmp_path / "server.log") as started:
        yield started


def process_of(server: Server) -> psutil.Process:
    """Find the process that answers at the server's address."""
    port = server.address.rpartition(":")[2]
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # one of another test, which has ended
            if f"--server.port={port}" in child.cmdline():
                return child
    raise AssertionError("the server does not run")


class Watch:
    """Looks at the resident memory of a process often."""

    def __init__(self, process: psutil.Process) -> None:
        self.process, self.most, self.done = process, 0, threading.Event()

    def look(self) -> int:
        held = int(self.process.memory_info().rss)
        self.most = max(self.most, held)
        return held

    def keep_looking(self) -> None:
        while not self.done.wait(0.02):
            self.look()


@contextmanager
def watching(process: psutil.Process) -> Iterator[Watch]:
    watch = Watch(process)
    thread = threading.Thread(target=watch.keep_looking)
    thread.start()
    try:
        yield watch
    finally:
        watch.done.set()
        thread.join()


def send(page: Page, file: Path, server: Server, count: int) -> None:
    """Upload a file, and wait until so many files are saved whole."""
    page.locator("input[type=file]").set_input_files(str(file))
    page.wait_for_url("**upload=*", timeout=180_000)
    size = file.stat().st_size
    for _ in range(600):
        saved = [p for p in server.workspace.folder.glob("uploads/*/*") if p.is_file()]
        if [p.stat().st_size for p in saved] == [size] * count:
            break
        page.wait_for_timeout(100)
    else:
        raise AssertionError("the upload was not saved")
    page.wait_for_timeout(1500)


@pytest.mark.parametrize("megabytes", [60, pytest.param(190, marks=pytest.mark.slow)])
@pytest.mark.parametrize("where", ["/collections?collection=small&tab=attachments"])
def test_an_upload_is_held_once_while_it_arrives_and_then_no_more(
    where: str, megabytes: int, fresh_server: Server, browser: Browser, tmp_path: Path
) -> None:
    size, file = megabytes * MB, tmp_path / "documents.npy"
    np.random.default_rng(1).integers(0, 255, size, np.uint8).tofile(file)
    with visiting(browser, fresh_server) as page:
        visit(page, where)
        process = process_of(fresh_server)
        page.wait_for_timeout(1000)
        with watching(process) as watch:
            before = watch.look()
            for count in (1, 2):
                watch.most = 0
                send(page, file, fresh_server, count)
                after = watch.look()
                grown = f"{watch.most - before:,} bytes more at most, {after - before:,} in the end"
                assert watch.most - before < 1.1 * size + BESIDE, grown
                assert after - before < 0.2 * size + BESIDE, grown
