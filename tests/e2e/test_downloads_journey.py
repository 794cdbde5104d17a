"""What the pages hand out as files is what they show, and what the workspace holds."""

import io
import json
import zipfile

import pytest
from playwright.sync_api import Locator, Page

from evaluation.experiment import experiment_from_yaml
from evaluation.store import Results, list_experiments, open_results
from evaluation.workspace import Workspace
from tests.e2e.browsing import visit
from tests.e2e.journeys import content, opened, table
from tests.e2e.server import Server

pytestmark = pytest.mark.browser


def finished(workspace: Workspace) -> Results:
    """Open the sample's experiment: the one with everything done."""
    records = [each for each in list_experiments(workspace) if each["name"] == "Sample"]
    return open_results(workspace, records[0]["id"])


def means(results: Results, measure: str) -> dict[str, float]:
    """Give the mean of each system, from what is stored."""
    return {each.name: float(each.stored_scores()[measure].mean()) for each in results.done}


def test_the_leaderboard(sample_page: Page, sample_server: Server) -> None:
    page, results = sample_page, finished(sample_server.workspace)
    visit(page, f"/leaderboard?experiment={results.id}")
    menu = opened(page, "Export")
    board = table(page, menu.get_by_role("button", name="Leaderboard (CSV)"))
    assert {row["system"]: float(row["nDCG@10"]) for row in board} == means(results, "nDCG@10")
    single = table(page, menu.get_by_role("button", name="Single queries (CSV)"))
    for system in results.done:
        values = [float(row["nDCG@10"]) for row in single if row["system"] == system.name]
        assert values == system.stored_scores()["nDCG@10"].tolist()
    packed = content(page, menu.get_by_role("button", name="TREC runs (zip)"))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        lines = [len(archive.read(name).splitlines()) for name in archive.namelist()]
    assert sorted(lines) == sorted(len(system.run()) for system in results.done)
    text = content(page, menu.get_by_role("button", name="Experiment (YAML)")).decode()
    assert experiment_from_yaml(text) == results.experiment


def test_the_plots_of_the_leaderboard(sample_page: Page, sample_server: Server) -> None:
    page, results = sample_page, finished(sample_server.workspace)
    visit(page, f"/leaderboard?experiment={results.id}")
    names = {result.name for result in results.done}
    for title, key in (
        ("Recall by depth", "depth"),
        ("Single queries", "share of queries"),
    ):
        rows = table(page, _csv_of(page, title))
        assert rows, title
        assert key in rows[0]
        found = " ".join([*rows[0], *(row[key] for row in rows)])
        assert any(name in found for name in names), title


def test_the_costs_of_the_leaderboard(sample_page: Page, sample_server: Server) -> None:
    page, results = sample_page, finished(sample_server.workspace)
    visit(page, f"/leaderboard?experiment={results.id}&tab=cost&cost=p95")
    rows = table(page, _csv_of(page, "Quality against cost"))
    # the uploaded runs were not timed here
    assert [row["System"] for row in rows] == ["Random order"]
    assert float(rows[0]["p95 latency"]) == results.systems[0].figures["latency_p95_ms"]


def test_the_queries_of_a_comparison(sample_page: Page, sample_server: Server) -> None:
    page, results = sample_page, finished(sample_server.workspace)
    visit(page, f"/compare?experiment={results.id}&systems=0,1&measure=nDCG%4010")
    rows = table(page, _csv(page))
    first, second = (results.system(n).stored_scores()["nDCG@10"] for n in (0, 1))
    assert {row["Query"]: (float(row["First"]), float(row["Second"])) for row in rows} == {
        query_id: (first[row], second[row]) for row, query_id in enumerate(results.query_ids)
    }


def test_the_relevant_documents_of_a_query(sample_page: Page, sample_server: Server) -> None:
    page, results = sample_page, finished(sample_server.workspace)
    visit(page, f"/query?experiment={results.id}&query=q1")
    rows = table(page, _csv(page).last)  # the first one is of the rank flow
    qrels = sample_server.workspace.collection(results.experiment.collection).split("test")
    relevant = {doc: grade for doc, grade in qrels.of("q1").items() if grade > 0}
    assert {row["Document"]: int(row["Grade"]) for row in rows} == relevant


def test_a_collection(sample_page: Page, sample_server: Server) -> None:
    page, workspace = sample_page, sample_server.workspace
    visit(page, "/collections?collection=small")
    collection = workspace.collection("small")
    menu = opened(page, "Download")
    beir = content(page, menu.get_by_role("button", name="BEIR (.zip)"))
    with zipfile.ZipFile(io.BytesIO(beir)) as archive:
        stored = [json.loads(line) for line in archive.read("corpus.jsonl").splitlines()]
        judged = archive.read("qrels/test.tsv").splitlines()[1:]
    assert collection.corpus is not None
    assert [each["_id"] for each in stored] == collection.corpus.doc_ids.to_pylist()
    assert len(judged) == len(collection.split("test"))
    trec = content(page, menu.get_by_role("button", name="TREC (.zip)"))
    with zipfile.ZipFile(io.BytesIO(trec)) as archive:
        sizes = {name: len(archive.read(name)) for name in archive.namelist()}
    assert len(sizes) >= 3
    assert all(sizes.values())


def _csv_of(page: Page, title: str) -> Locator:
    """Find the download button in the card with a title."""
    head = page.get_by_role("heading", name=title)
    card = page.get_by_test_id("stVerticalBlock").filter(has=head).last
    return _csv(card)


def _csv(place: Page | Locator) -> Locator:
    """Find the download button in a place; tables have one of their own in their tool bar."""
    return place.get_by_test_id("stDownloadButton").get_by_role("button", name="CSV")
