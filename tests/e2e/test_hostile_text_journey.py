"""Hostile texts, ids and names, uploaded and then looked at on every page and in every export."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from evaluation.experiment import experiment_from_dict
from evaluation.running import Quiet, run_experiment
from evaluation.store import create
from tests.e2e.browsing import visit, visiting
from tests.e2e.journeys import JOB_MS, beir_zip, content, import_files, opened, table
from tests.e2e.server import Server, serving
from tests.e2e.tables import Table

pytestmark = pytest.mark.browser

SCRIPT = "</script><script>window.__xss = 1</script>"
IMAGE = "<img src=http://evil.test/a.png onerror='window.__xss = 2'>"
LINKS = "[river](javascript:window.__xss=3) ![river](http://evil.test/b.png) http://evil.test/c"
FRAME = "<iframe srcdoc='<script>parent.__xss = 4</script>'></iframe>"
STYLE = ":red[river] $a^2$ `b` **c** <style>*{display:none}</style> &lt;i&gt; \\u003c"
NAME = f"Rivers {SCRIPT} ![x](http://evil.test/d.png)"
QUERY = f"river {SCRIPT} {LINKS}"
DOCUMENTS = {
    "d1": (f"River {IMAGE}", f"A river {SCRIPT} and {FRAME} {LINKS}"),
    "d<b>2": (SCRIPT, f"river river {STYLE}"),
    "d3": ("", f"river {IMAGE} {FRAME}"),
    "d4": ("Engine", "an engine without water"),
}
QUERIES = {"q<i>1": QUERY, "q2": f"engine {IMAGE}"}
GRADES = {"q<i>1": {"d1": 2, "d<b>2": 1, "d4": 0}, "q2": {"d4": 1, "d3": 0}}
RUN_NAME = "<img src=x onerror=window.__xss=5>"
RUN = "q<i>1 Q0 d1 1 3.0 <b>tag</b>\nq<i>1 Q0 d3 2 2.0 <b>tag</b>\nq2 Q0 d4 1 1.0 <b>tag</b>\n"
ELEMENTS = """() => {
  const found = []
  const look = root => root.querySelectorAll("*").forEach(each => {
    if (each.shadowRoot) look(each.shadowRoot)
    for (const name of ["href", "src", "srcdoc", "onerror"]) {
      const value = each.getAttribute(name) || ""
      if (/evil[.]test|__xss|javascript:/.test(value))
        found.push(`${each.tagName} ${name} ${value}`)
    }
    if (each.tagName === "SCRIPT" && /__xss/.test(each.textContent)) found.push("script")
  })
  look(document)
  return [...found, ...(window.__xss === undefined ? [] : [`script ${window.__xss} ran`])]
}"""

SEES = r"""text => {
  const roots = [...document.querySelectorAll("*")].map(each => each.shadowRoot)
  const found = [document.body.innerText, ...roots.map(root => root ? root.textContent : "")]
  document.querySelectorAll("[role=gridcell]").forEach(cell => found.push(cell.textContent))
  document.querySelectorAll("input").forEach(field => found.push(field.value))
  return found.join(" ").replace(/\u2060/g, "").replace(/\s+/g, " ").includes(text)
}"""


@dataclass(frozen=True)
class Place:
    """A server whose collection and experiment hold hostile text everywhere."""

    server: Server
    page: Page
    collection: str
    experiment: str


@pytest.fixture(scope="module")
def place(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Bring the collection through the browser, with a run whose file has a hostile name."""
    folder = tmp_path_factory.mktemp("hostile")
    with (
        serving(folder / "workspace", folder / "server.log") as server,
        visiting(browser, server, viewport={"width": 1280, "height": 1000}) as page,
    ):
        archive = io.BytesIO(beir_zip(DOCUMENTS, QUERIES, GRADES))
        with zipfile.ZipFile(archive, "a") as packed:
            packed.writestr(f"runs/{RUN_NAME}.trec", RUN)
        collection_id = import_files(page, (f"{IMAGE}.zip", archive.getvalue()), name=NAME)
        yield Place(server, page, collection_id, _experiment(server, collection_id))


def _experiment(server: Server, collection_id: str) -> str:
    """Run systems with hostile names, one of which fails."""
    run = server.workspace.runs(collection_id)[0]
    systems = [
        {"name": f"BM25 {SCRIPT}", "stage": "bm25"},
        {"name": run.name, "stage": "run", "run": run.id},
        {"name": f"=cmd() {LINKS}", "stage": "dense", "model": "<img src=x onerror=alert(1)>"},
    ]
    asked = {"name": NAME, "collection": collection_id, "split": "test", "systems": systems}
    experiment_id = create(server.workspace, experiment_from_dict(asked))
    run_experiment(server.workspace, experiment_id, Quiet())
    return experiment_id


def _expect(page: Page, text: str) -> None:
    """Wait until a text is written on the page, and check that no text became more than text."""
    page.wait_for_function(SEES, arg=text)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert page.evaluate(ELEMENTS) == []


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/", NAME),
        ("/collections", NAME),
        ("/collections?collection={c}&tab=health", NAME),
        ("/collections?collection={c}&tab=documents", "d<b>2"),
        ("/collections?collection={c}&tab=queries", QUERY),
        ("/collections?collection={c}&tab=judgements", QUERY),
        ("/collections?collection={c}&tab=runs", RUN_NAME),
        ("/collections?collection={c}&tab=about", NAME),
        ("/leaderboard?experiment={e}", f"BM25 {SCRIPT}"),
        ("/compare?experiment={e}&systems=0,1", QUERY),
        ("/query?experiment={e}&systems=0,1&query=q%3Ci%3E1", FRAME),
        ("/workspace?tab=jobs", NAME),
        ("/experiment?collection={c}", NAME),
        ("/query?experiment=%3Cscript%3Ewindow.__xss=6%3C/script%3E", "<script>window.__xss=6"),
        ("/collections?collection=![x](http://evil.test/e.png)", "![x](http://evil.test/e.png)"),
    ],
)
def test_a_page_shows_hostile_text_as_text(path: str, shown: str, place: Place) -> None:
    visit(place.page, path.format(c=place.collection, e=place.experiment))
    _expect(place.page, shown)


def test_a_whole_document_in_the_preview(place: Place) -> None:
    visit(place.page, f"/collections?collection={place.collection}&tab=documents")
    Table(place.page).tick(0)
    _expect(place.page, FRAME)


def test_a_whole_document_beside_the_rankings(place: Place) -> None:
    visit(place.page, f"/query?experiment={place.experiment}&systems=0,1&query=q%3Ci%3E1")
    place.page.locator(".card", has_text="d1").first.click()
    expect(place.page.get_by_role("dialog")).to_contain_text(FRAME)
    _expect(place.page, RUN_NAME)


def test_the_details_of_a_system(place: Place) -> None:
    visit(place.page, f"/leaderboard?experiment={place.experiment}&systems=0")
    place.page.get_by_role("button", name="Details").click()
    expect(place.page.get_by_role("dialog")).to_contain_text("__xss")
    _expect(place.page, f"BM25 {SCRIPT}")


def test_a_typed_query_and_its_answers(place: Place) -> None:
    visit(place.page, f"/search?collection={place.collection}")
    field = place.page.get_by_label("Query", exact=True)
    field.fill(QUERY)
    field.press("Enter")
    place.page.locator(".card").first.wait_for(timeout=JOB_MS)
    _expect(place.page, QUERY)


def test_exports_hold_the_texts_and_no_formula(place: Place) -> None:
    visit(place.page, f"/leaderboard?experiment={place.experiment}")
    menu = opened(place.page, "Export")
    board = table(place.page, menu.get_by_role("button", name="Leaderboard (CSV)"))
    names = [f"BM25 {SCRIPT}", RUN_NAME, f"'=cmd() {LINKS}"]
    assert [row["system"] for row in board] == names
    packed = content(place.page, menu.get_by_role("button", name="TREC runs (zip)"))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert all(re.fullmatch(r"[a-z0-9.-]+", name) for name in archive.namelist())
    visit(place.page, f"/collections?collection={place.collection}")
    menu = opened(place.page, "Download")
    packed = content(place.page, menu.get_by_role("button", name="BEIR (.zip)"))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        corpus = [json.loads(line) for line in archive.read("corpus.jsonl").splitlines()]
    texts = {each["_id"]: (each["title"], each["text"]) for each in corpus}
    assert texts == DOCUMENTS
