"""From the click on "Run the demo" to the first figures on the leaderboard: where the time goes.

    python -m benchmarks.first_figures

Starts the application on an empty workspace, clicks as a visitor does, and prints when each step
was seen, with the processor time that server and worker had used by then since the click.
Read the processor times where the machine does other things beside.
"""

import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
from playwright.sync_api import sync_playwright

from evaluation.jobs import Jobs
from evaluation.workspace import Workspace
from tests.e2e import chromium
from tests.e2e.browsing import visit, visiting
from tests.e2e.server import Server, serving

POLL_S = 0.03
READING_S = 5.0  # how long a visitor looks at the first page before the click
WIDTH = 44


class Watch:
    """Prints steps with the seconds since the click and the processor time of each program."""

    def __init__(self, server: Server) -> None:
        self.server, self.started = server, time.monotonic()
        self.before = self._seconds()

    def say(self, what: str) -> None:
        """Print one step."""
        now = self._seconds()
        used = [now[name] - self.before.get(name, 0.0) for name in ("server", "worker")]
        cells = "".join(f"{value:>10.2f}" for value in (time.monotonic() - self.started, *used))
        print(f"{what[:WIDTH]:<{WIDTH}}{cells}", flush=True)

    def _seconds(self) -> dict[str, float]:
        found = {"server": 0.0, "worker": 0.0}
        for process in psutil.process_iter(["cmdline", "cpu_times"]):
            times, words = process.info["cpu_times"], " ".join(process.info["cmdline"] or [])
            for name, mark in (
                ("server", "--server.port=" + self.server.address.rpartition(":")[2]),
                ("worker", f"--workspace {self.server.workspace.folder}"),
            ):
                if times and mark in words:
                    found[name] += times.user + times.system
        return found


def follow(watch: Watch, workspace: Workspace, stop: threading.Event) -> None:
    """Print what the worker does, as it writes it into the job table."""
    last, done = "", 0
    while not stop.wait(POLL_S):
        for job in Jobs(workspace.jobs_file).live():
            finished = sum(entry["state"] == "done" for entry in job.plan)
            if job.step != last:
                watch.say(f"  {job.step or job.state}")
            if finished > done:
                watch.say(f"  results of {finished} systems stored")
            last, done = job.step, finished


def main() -> int:
    """Start, click, print."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Path(folder)
        browser = chromium.launch(playwright)
        with (
            serving(place / "workspace", place / "log") as server,
            visiting(browser, server) as page,
        ):
            visit(page, "/")
            button = page.get_by_role("button", name="Run the demo")
            button.wait_for()
            time.sleep(READING_S)
            heads = "".join(f"{name:>10}" for name in ("wall s", "server", "worker"))
            print(f"{'step':<{WIDTH}}{heads}")
            watch, stop = Watch(server), threading.Event()
            thread = threading.Thread(target=follow, args=(watch, server.workspace, stop))
            thread.start()
            button.click()
            page.wait_for_url("**/leaderboard?experiment=scifact-demo")
            watch.say("the leaderboard opens")
            page.get_by_test_id("stMetricValue").first.wait_for(timeout=120_000)
            watch.say("first figures are on the page")
            stop.set()
            thread.join()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
