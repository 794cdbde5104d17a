"""The report: exported from the leaderboard, opened from the disk, showing text as text."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from evaluation.collections.collection import Collection, Qrels, Queries
from evaluation.experiment import experiment_from_dict
from evaluation.run import Run
from evaluation.running import Quiet, run_experiment
from evaluation.store import create
from tests.e2e.browsing import WAIT_MS, visit
from tests.e2e.journeys import content, opened
from tests.e2e.server import Server

pytestmark = pytest.mark.browser
TRAP = "<script>window.__xss = 1</script><img src=http://evil.test/a.png onerror='__xss=1'>"


def hostile(server: Server) -> str:
    """Put an experiment with hostile texts everywhere into the workspace; gives its id."""
    ids = [f"q{number}" for number in range(8)]
    qrels = Qrels.of_dict({query_id: {"good": 1} for query_id in ids})
    queries = Queries.of(dict.fromkeys(ids, TRAP))
    workspace = server.workspace
    stored = workspace.add_collection(TRAP, Collection(TRAP, None, queries, {TRAP: qrels}).save)
    systems = []
    for name, place in (("plain", 1.0), (f"{TRAP} worse", -1.0)):
        lists = {query_id: [("good", place), ("bad", 0.0)] for query_id in ids}
        run = workspace.add_run(stored, name, Run.from_lists(lists), {})
        systems.append({"name": name, "stage": "run", "run": run})
    about = {"name": TRAP, "collection": stored, "split": TRAP, "systems": systems}
    experiment = create(workspace, experiment_from_dict(about))
    run_experiment(workspace, experiment, Quiet())
    return experiment


@pytest.fixture
def disk_page(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page of its own, with everything it asks for and every error it has."""
    context = browser.new_context()
    context.set_default_timeout(WAIT_MS)
    page, seen = context.new_page(), list[str]()
    page.on("request", lambda asked: seen.append(asked.url))
    page.on("console", lambda said: seen.append(said.text))
    page.on("pageerror", lambda error: seen.append(str(error)))
    yield page, seen
    context.close()


def test_the_report_opens_from_the_disk_and_shows_hostile_text(
    journey_page: Page, journey_server: Server, disk_page: tuple[Page, list[str]], tmp_path: Path
) -> None:
    visit(journey_page, f"/leaderboard?experiment={hostile(journey_server)}")
    menu = opened(journey_page, "Export")
    report = tmp_path / "report.html"
    report.write_bytes(content(journey_page, menu.get_by_role("button", name="Report (HTML)")))
    page, seen = disk_page
    page.goto(report.as_uri())
    expect(page.get_by_role("heading", name=TRAP)).to_be_visible()
    expect(page.get_by_role("cell", name="plain").first).to_be_visible()
    page.locator("details").first.click()
    expect(page.locator("td.text").first).to_have_text(TRAP)
    assert page.evaluate("window.__xss") is None
    assert page.locator("script, img, iframe, link").count() == 0
    assert (
        page.evaluate("getComputedStyle(document.querySelector('section')).borderRadius") != "0px"
    )
    assert seen == [report.as_uri()]
