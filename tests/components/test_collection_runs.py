import pytest
from streamlit.testing.v1 import AppTest

from evaluation import one_job, worker
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
    one_job.do(workspace, jobs, job)
    return text_of(sound(app.run()))


def tick(app: AppTest, collection_id: str, row: int, among: int) -> AppTest:
    """Tick a row of the table of runs, as a visitor does."""
    key = f"widget runs {collection_id} {among}"
    app.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return sound(app.run())


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
    shown = text_of(tick(app, collection_id, 0, among=2))
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


def test_a_run_is_deleted_and_put_back(sample: tuple[Workspace, str, str]) -> None:
    workspace, collection_id, _ = sample
    names = [run.name for run in workspace.runs(collection_id)]
    app = tick(open_page("collections", collection=collection_id, tab="runs"), collection_id, 1, 3)
    named(app, "button", "Delete run").click()
    sound(app.run())
    assert f"1 system ({names[1].replace('.', '-').replace(' ', '-')} in Sample)" in text_of(app)
    [button for button in app.button if button.label == "Delete"][-1].click()
    sound(app.run())
    assert [run.name for run in workspace.runs(collection_id)] == [names[0], names[2]]
    assert f"Deleted **{names[1]}**" in text_of(app)
    named(app, "button", "Undo").click()
    sound(app.run())
    assert [run.name for run in workspace.runs(collection_id)] == names


def test_a_run_is_not_deleted_while_a_job_may_read_it(
    sample: tuple[Workspace, str, str],
) -> None:
    workspace, collection_id, experiment_id = sample
    Jobs(workspace.jobs_file).submit("experiment", "At work", {"experiment": experiment_id})
    app = tick(open_page("collections", collection=collection_id, tab="runs"), collection_id, 0, 3)
    named(app, "button", "Delete run").click()
    assert "The job 'At work' works with noise 0.5" in text_of(sound(app.run()))
    assert len(workspace.runs(collection_id)) == 3
