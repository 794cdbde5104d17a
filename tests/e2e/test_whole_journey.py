"""The main job end to end: bring a collection, run systems, read the leaderboard, open a query."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from evaluation.comparison import differences
from evaluation.measures.measures import evaluate
from evaluation.store import Results, Values, open_results
from tests.e2e.browsing import visit, visiting
from tests.e2e.journeys import beir_zip, chosen, click_bar, import_files, start_experiment
from tests.e2e.server import Server
from tests.e2e.tables import Table

pytestmark = pytest.mark.browser

DOCUMENTS = {
    "d1": ("Rivers", "The river carries water from the glacier to the sea."),
    "d2": ("Engines", "A steam engine turns heat into motion with a piston."),
    "d3": ("Violins", "The violin is a string instrument played with a bow."),
    "d4": ("Orchards", "An orchard is a field of fruit trees, such as apples."),
    "d5": ("", "Physicians recommend walking every day to stay healthy."),
    "d6": ("", "The automobile needs petrol, oil and a working motor."),
    "d7": ("Markets", "Prices on the market rise when demand exceeds supply."),
    "d8": ("Planets", "Mars is the fourth planet from the sun and looks red."),
    "d9": ("", "Doctors and lawyers walk to the market in the sun."),
}
QUERIES = {
    "q1": "river water",
    "q2": "what should I do for my health according to doctors",
    "q3": "car fuel",
    "q4": "musical instruments",
    "q5": "red planet",
}
GRADES = {
    "q1": {"d1": 2, "d2": 0},
    "q2": {"d5": 2, "d9": 0},
    "q3": {"d6": 1, "d2": 0},
    "q4": {"d3": 1},
    "q5": {"d8": 2, "d4": 0},
}


def test_from_a_zip_to_the_worst_query(
    journey_page: Page, journey_server: Server, browser: Browser
) -> None:
    page, server = journey_page, journey_server
    collection_id = _bring(page)
    results = _run(page, server, collection_id)
    _read_leaderboard(page, server, results)
    worst = _compare(page, server, results)
    _read_query(page, worst)
    with visiting(browser, server) as other:
        visit(other, page.url)
        _read_query(other, worst)


def _bring(page: Page) -> str:
    """Upload the archive; the collection is shown with its health report."""
    archive = beir_zip(DOCUMENTS, QUERIES, GRADES)
    collection_id = import_files(page, ("lessons.zip", archive))
    expect(page.get_by_role("heading", level=1)).to_have_text("lessons")
    expect(page.get_by_text(re.compile("[0-9]+ checks, "))).to_be_visible()
    return collection_id


def _run(page: Page, server: Server, collection_id: str) -> Results:
    """Tick two systems on the experiment page, start, and go on to the leaderboard."""
    page.get_by_role("button", name="New experiment").click()
    page.wait_for_url(f"**/experiment?collection={collection_id}")
    start_experiment(page, "BM25", "Dense")
    page.get_by_role("link", name="Open the leaderboard").last.click()
    page.wait_for_url("**/leaderboard?experiment=*")
    return open_results(server.workspace, chosen(page, "experiment"))


def _means(server: Server, results: Results) -> dict[str, float]:
    """Compute the mean nDCG@10 of each system, as Python does without the pages."""
    return {each.name: float(_values(server, results, each.number).mean()) for each in results.done}


def _values(server: Server, results: Results, number: int) -> Values:
    qrels = server.workspace.collection(results.experiment.collection).split("test")
    measured = evaluate(results.system(number).run(), qrels, ["nDCG@10"], results.query_ids)
    return measured["nDCG@10"]


def _read_leaderboard(page: Page, server: Server, results: Results) -> None:
    """Both systems stand there, best first, with the values that Python computes."""
    board = Table(page, row_height=38)
    means = _means(server, results)
    board.expect_column("System", sorted(means, key=lambda name: -means[name]))
    shown = [float(cell) for cell in board.column("nDCG@10")]
    assert shown == pytest.approx(sorted(means.values(), reverse=True), abs=1e-12)
    assert set(means) == {"BM25", "Dense"}
    assert min(means.values()) > 0.5  # 5 easy queries: both systems find most of the answers
    best = page.get_by_test_id("stMetricValue").first
    expect(best).to_have_text(f"{max(shown):.3f}")


def _compare(page: Page, server: Server, results: Results) -> str:
    """Compare both systems, swap them, and click the bar of the worst query; gives its id."""
    board = Table(page, row_height=38)
    board.tick(0)
    board.tick(1)
    page.get_by_role("button", name="Compare", exact=True).click()
    page.wait_for_url("**/compare?*systems=0%2C1*")
    expect(page.get_by_text("2 wins").first).to_be_visible()
    page.get_by_test_id("stColumn").get_by_role("button").filter(has_text="swap_horiz").click()
    expect(page.get_by_text("2 losses").first).to_be_visible()
    found = differences(_values(server, results, 1), _values(server, results, 0))
    order = [results.query_ids[row] for row in found.order.tolist()]
    Table(page).expect_column("Query", order)
    click_bar(page, len(order))
    page.wait_for_url("**/query?*")
    return str(order[-1])


def _read_query(page: Page, query_id: str) -> None:
    """The query stands there with its text, and with the rankings of both systems."""
    expect(page.get_by_role("heading", name=f"{query_id} · {QUERIES[query_id]}")).to_be_visible()
    expect(page.locator(".column > .name")).to_contain_text(["Dense", "BM25"])
    relevant = next(iter(GRADES[query_id]))
    expect(page.locator(".card.relevant").first).to_contain_text(relevant)
