"""Attacks in every text, id and name, on every page and in every export: none becomes more.

The visitor of these tests (`watching`) notes whatever the content policy refuses: text that had
become an element would be noted even where the policy then keeps it from doing anything.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from components.router import SECTIONS
from evaluation.collections.import_request import ImportRequest
from evaluation.experiment import experiment_from_yaml
from evaluation.jobs import Jobs
from tests.e2e.browsing import settled, visit
from tests.e2e.hostile_workspace import ATTACKS, NAME, Hostile, hostile_workspace
from tests.e2e.journeys import JOB_MS, content, opened, upload
from tests.e2e.server import Server, serving
from tests.e2e.tables import Table
from tests.e2e.test_hostile_text_journey import ELEMENTS
from tests.e2e.watching import Watched, watching

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLACES = {
    "overview": ("",),
    "leaderboard": tuple(
        f"experiment={{main}}&systems=0,1,2&tab={tab}"
        for tab in ("systems", "pairs", "kinds", "cost", "judged")
    ),
    "compare": ("experiment={main}&systems=0,1", "experiment={main}&systems=4,5"),
    "slices": (
        "experiment={main}&systems=0,1",
        "experiment={main}&systems=0,1&slice={attack}",
        "experiment={needles}",
    ),
    "query": (
        "experiment={main}&systems=0,1,2,3,4,5,6&query={query}",
        "experiment={main}&systems=2,4&query={query}&depth=50",
        "experiment={attack}&query={attack}",
    ),
    "stages": ("experiment={main}&systems=2", "experiment={main}&systems=4,6&fate=3"),
    "across": ("", "experiment={main}"),
    "search": ("collection={c}&text={attack}",),
    "methods": ("", "method={attack}", "facets={attack}"),
    "collections": (
        "",
        "add=upload",
        "add=demo",
        "add=hub",
        "collection={attack}",
        *(
            f"collection={{c}}&tab={tab}"
            for tab in (
                *("health", "documents", "queries", "judgements", "runs", "about"),
                *("probes", "attachments"),
            )
        ),
    ),
    "experiment": ("collection={c}", "experiment={main}", "job={attack}", "collection={attack}"),
    "tuning": ("collection={c}", "grid={grid}&experiment={grid}", "grid={attack}"),
    "interpolation": ("collection={c}", "experiment={main}"),
    "indexes": ("collection={c}", "experiment={main}"),
    "workspace": tuple(
        f"tab={tab}" for tab in ("cache", "experiments", "jobs", "trash", "environment")
    ),
}
FORMULA = re.compile(r"^\s*[=+@\t\r-]")
NUMBER = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^-?(inf|nan)$", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """A server over the hostile workspace, and its visitor."""

    server: Server
    hostile: Hostile
    watched: Watched

    @property
    def page(self) -> Page:
        """What the visitor sees."""
        return self.watched.page

    def address(self, page: str, query: str) -> str:
        """Fill ids into an address."""
        ids = list(self.hostile.workspace.collection(self.hostile.collection).queries.ids)
        known = {"c": self.hostile.collection, **self.hostile.experiments}
        known |= {"attack": quote(ATTACKS[1] + ATTACKS[2], safe=""), "query": quote(ids[1])}
        return f"/{'' if page == 'overview' else page}?{query.format(**known)}"

    def nothing(self) -> None:
        """Check that nothing was noted, and that no text became an element."""
        assert self.page.evaluate(ELEMENTS) == []
        self.watched.nothing()


@pytest.fixture(scope="module")
def place(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server over the hostile workspace, with a job that failed and something in the trash."""
    folder = tmp_path_factory.mktemp("policy")
    with (
        hostile_workspace(folder / "workspace") as hostile,
        serving(folder / "workspace", folder / "server.log") as server,
        watching(browser, server.address, viewport={"width": 1280, "height": 1000}) as watched,
    ):
        request = ImportRequest(NAME, (f"ir_datasets:{ATTACKS[1]}",)).to_dict()
        Jobs(hostile.workspace.jobs_file).submit("import", NAME, request)
        yield Place(server, hostile, watched)


@pytest.mark.parametrize(
    ("page", "query"), [(page, query) for page, queries in PLACES.items() for query in queries]
)
def test_text_stays_text_on_every_page(page: str, query: str, place: Place) -> None:
    visit(place.page, place.address(page, query))
    for summary in place.page.locator("[data-testid=stExpander] summary").all()[:12]:
        summary.click()
    for point in place.page.locator(".js-plotly-plot .point, .js-plotly-plot .cell").all()[:12]:
        if point.is_visible():
            point.hover(force=True)
    settled(place.page)
    place.nothing()


def test_every_page_is_looked_at() -> None:
    assert list(PLACES) == [name for pages in SECTIONS.values() for name, _, _ in pages]


def test_hover_texts_of_a_plot_show_names_as_they_are(place: Place) -> None:
    visit(place.page, place.address("leaderboard", "experiment={main}&systems=0,1&tab=cost"))
    points = place.page.locator(".js-plotly-plot .point")
    expect(points.first).to_be_visible()
    for point in points.all():
        point.hover(force=True)
        place.page.wait_for_timeout(100)
    assert place.page.locator(".js-plotly-plot a").count() == 0
    place.nothing()


def test_dialogs_of_documents_and_systems(place: Place) -> None:
    visit(place.page, place.address("query", "experiment={main}&systems=0,1&query={query}"))
    place.page.locator(".card").first.click()
    expect(place.page.get_by_role("dialog")).to_contain_text("river")
    place.nothing()
    visit(place.page, place.address("leaderboard", "experiment={main}&systems=4"))
    place.page.get_by_role("button", name="Details").click()
    expect(place.page.get_by_role("dialog")).to_contain_text("stage: setwise")
    place.nothing()
    visit(place.page, place.address("collections", "collection={c}&tab=documents"))
    Table(place.page).tick(0)
    place.nothing()


def test_the_explanation_shows_the_reasoning_of_a_model(place: Place) -> None:
    visit(place.page, place.address("query", "experiment={main}&systems=4&query={query}"))
    place.page.get_by_role("button", name="Explain", exact=True).click()
    part = place.page.locator("[data-testid=stExpander] summary", has_text="chose").first
    part.wait_for(timeout=JOB_MS)
    part.click()
    expect(place.page.get_by_text("parent.__xss", exact=False).first).to_be_visible()
    place.nothing()


def test_a_typed_attack_and_the_answers_to_it(place: Place) -> None:
    visit(place.page, place.address("search", "collection={c}"))
    field = place.page.get_by_label("Query", exact=True)
    field.fill(f"river {NAME}")
    field.press("Enter")
    place.page.locator(".card").first.wait_for(timeout=JOB_MS)
    place.nothing()


def test_the_columns_and_the_name_of_an_upload(place: Place) -> None:
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow([ATTACKS[1], ATTACKS[0], ATTACKS[3]])
    rows.writerows([[f"d{number}", *ATTACKS[5:7]] for number in range(3)])
    upload(place.page, (f"{ATTACKS[1].replace('/', '-')}.csv", file.getvalue().encode()))
    place.page.get_by_role("button", name="Start over").wait_for()
    settled(place.page)
    place.nothing()


def test_every_export_is_safe_to_open(place: Place, browser: Browser, tmp_path: Path) -> None:
    """The report opens from the disk and asks nobody; no cell of a table is a formula."""
    files: dict[str, bytes] = {}
    for even in (True, False):  # a browser gives at most ten files of one page
        visit(place.page, place.address("leaderboard", "experiment={main}"))
        menu = opened(place.page, "Export").get_by_test_id("stDownloadButton")
        for button in menu.get_by_role("button").all()[even::2]:
            files[button.inner_text().splitlines()[-1]] = content(place.page, button)
    assert {"Report (HTML)", "Leaderboard (CSV)", "Single queries (CSV)"} <= set(files)
    place.nothing()
    report = tmp_path / "report.html"
    report.write_bytes(files["Report (HTML)"])
    with watching(browser, report.as_uri()) as watched:
        watched.page.goto(report.as_uri())
        for summary in watched.page.locator("summary").all():
            summary.click()
        expect(watched.page.get_by_role("heading").first).to_contain_text("<script>")
        assert watched.page.locator("script, img, iframe, link, a[href^=javascript]").count() == 0
        assert watched.page.evaluate(ELEMENTS) == []
        watched.nothing()
    for name, held in files.items():
        if "CSV" in name:
            _check_cells(name, held.decode())
    assert experiment_from_yaml(files["Experiment (YAML)"].decode()).name == NAME[:200]


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("leaderboard", "experiment={main}&tab=systems"),
        ("leaderboard", "experiment={main}&tab=cost"),
        ("leaderboard", "experiment={main}&tab=pairs"),
        ("leaderboard", "experiment={main}&tab=judged"),
        ("compare", "experiment={main}&systems=0,1"),
        ("slices", "experiment={main}&systems=0,1"),
        ("query", "experiment={main}&systems=0,1&query={query}"),
        ("stages", "experiment={main}&systems=2"),
        ("across", ""),
        ("tuning", "grid={grid}&experiment={grid}"),
        ("methods", ""),
    ],
)
def test_no_cell_of_a_table_is_a_formula(page: str, query: str, place: Place) -> None:
    visit(place.page, place.address(page, query))
    shown = place.page.get_by_test_id("stDownloadButton").get_by_role("button", name="CSV")
    found = [button for button in shown.all() if button.is_visible()]
    assert found
    for button in found:
        _check_cells(page, content(place.page, button).decode())


def _check_cells(name: str, text: str) -> None:
    for row in csv.reader(io.StringIO(text)):
        for cell in row:
            assert NUMBER.match(cell) or not FORMULA.match(cell), (name, cell)
