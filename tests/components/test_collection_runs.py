import pytest

from evaluation import worker
from evaluation.jobs import Jobs
from evaluation.workspace import Workspace
from tests.sample import small_collection
from tests.shown import elements, named, open_page, sound, text_of


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests do the jobs themselves."""
    monkeypatch.setattr(worker, "start", lambda *_: None)


def add_files(workspace: Workspace, *files: tuple[str, str]) -> str:
    """Upload run files to a collection and import them; gives what the page says then."""
    app = open_page("collections", collection=workspace.collections()[0].id, tab="runs")
    for name, content in files:
        elements(app, "file_uploader")[0].upload(name, content.encode())
        sound(app.run())
    named(app, "button", "Add ").click()
    sound(app.run())
    jobs = Jobs(workspace.jobs_file)
    job = jobs.claim(("import",))
    assert job is not None
    worker.do(workspace, jobs, job)
    return text_of(sound(app.run()))


def run_text(doc_id: str, score: str = "1.0") -> str:
    return "\n".join(f"q{n} Q0 {doc_id} 1 {score} mine" for n in range(1, 8)) + "\n"


def test_uploaded_runs_are_listed_with_what_was_noticed(workspace: Workspace) -> None:
    collection_id = workspace.add_collection("Small", small_collection().save)
    add_files(workspace, ("first.run", run_text("d101")), ("Second best.txt", run_text("d102")))
    runs = workspace.runs(collection_id)
    assert [run.name for run in runs] == ["first", "Second-best"]
    app = open_page("collections", collection=collection_id, tab="runs")
    table = app.dataframe[0].value
    assert table["Run"].tolist() == ["first", "Second-best"]
    assert table["Hits per query"].tolist() == [1.0, 1.0]
    assert "Judged queries of test without an answer: 1 of 8." in table["Noticed"][0]
    key = f"widget runs {collection_id}"
    app.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    shown = text_of(sound(app.run()))
    for finding in runs[0].record["findings"]:
        assert finding["what"] in shown


def test_a_run_for_another_collection_is_refused_with_a_sentence(workspace: Workspace) -> None:
    collection_id = workspace.add_collection("Small", small_collection().save)
    shown = add_files(workspace, ("foreign.run", run_text("x1")))
    assert "foreign.run: none of its 1 documents is in Small" in shown
    assert workspace.runs(collection_id) == []


def test_a_score_that_is_no_number_is_refused_with_a_sentence(workspace: Workspace) -> None:
    collection_id = workspace.add_collection("Small", small_collection().save)
    shown = add_files(workspace, ("bad.run", run_text("d101", "nan")))
    assert "is not a finite number" in shown
    assert workspace.runs(collection_id) == []


def test_without_runs_the_section_says_so(workspace: Workspace) -> None:
    collection_id = workspace.add_collection("Small", small_collection().save)
    shown = text_of(open_page("collections", collection=collection_id, tab="runs"))
    assert "No run file was uploaded" in shown
