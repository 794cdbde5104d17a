import os
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from evaluation import worker
from evaluation.jobs import Jobs
from evaluation.store import list_experiments
from evaluation.workspace import Workspace
from tests.sample import small_collection
from tests.shown import address, elements, labels, named, open_page, sound, text_of


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is computed here."""
    monkeypatch.setattr(worker, "start", lambda *_: None)


def select(app: AppTest, key: str, *rows: int) -> AppTest:
    """Select rows of a table."""
    app.session_state[key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return sound(app.run())


def press(app: AppTest, label: str, place: int = -1) -> AppTest:
    """Press the last button whose label begins so (the one in a dialog stands behind)."""
    found = [button for button in app.button if button.label.startswith(label)]
    found[place].click()
    return sound(app.run())


def over(jobs: Jobs, state: str, title: str, error: str = "") -> str:
    """Record a job that is over."""
    job_id = jobs.submit("experiment", title, {"experiment": "x"})
    jobs.claim(("experiment",))
    jobs.finish(job_id, state, error)
    return job_id


def test_sizes_and_room_are_shown(sample: tuple[Workspace, str, str]) -> None:
    app = open_page("workspace")
    assert [metric.label for metric in app.metric] == [
        "Workspace", "Collections", "Cache", "Experiments", "Free on disk"
    ]  # fmt: skip


# the cache


def test_an_empty_cache_says_what_will_be_here(workspace: Workspace) -> None:
    assert "Nothing is cached yet" in text_of(open_page("workspace"))


def test_every_entry_is_listed_with_its_users(sample: tuple[Workspace, str, str]) -> None:
    rows = open_page("workspace").dataframe[0].value
    assert sorted(rows["Kind"]) == ["Index", "Run", "Run", "Run", "Run"]
    assert set(rows["Used by"]) == {"Sample"}
    assert set(rows["Collection"]) == {"Small"}
    assert "Random order @ 1000" in rows["What"].tolist()
    assert all(rows["Size"][rows["Kind"] == "Run"] > 0)


def test_selected_entries_are_deleted_after_a_question(sample: tuple[Workspace, str, str]) -> None:
    workspace, _, experiment_id = sample
    before = [(entry.kind, entry.key) for entry in workspace.cache.entries()]
    app = select(open_page("workspace"), "widget cache table", 0, 2)
    press(app, "Delete selected (2")
    assert "The results of experiments stay as they are" in text_of(app)
    assert len(list(workspace.cache.entries())) == 5
    press(app, "Delete")
    left = [(entry.kind, entry.key) for entry in workspace.cache.entries()]
    assert left == [before[1], *before[3:]]
    assert list_experiments(workspace)[0]["id"] == experiment_id
    assert list_experiments(workspace)[0]["done"] == 4


def test_what_no_experiment_uses_can_be_deleted_at_once(
    sample: tuple[Workspace, str, str],
) -> None:
    workspace, _, experiment_id = sample
    assert named(open_page("workspace"), "button", "Delete unused").disabled
    workspace.discard("experiments", experiment_id)
    app = open_page("workspace")
    assert set(app.dataframe[0].value["Used by"]) == {"nothing"}
    press(app, "Delete unused (5")
    press(app, "Delete")
    assert list(workspace.cache.entries()) == []
    assert "Nothing is cached yet" in text_of(app)


def test_nothing_is_deleted_while_a_job_runs(sample: tuple[Workspace, str, str]) -> None:
    workspace, _, _ = sample
    jobs = Jobs(workspace.jobs_file)
    job_id = jobs.submit("experiment", "Busy", {"experiment": "x"})
    jobs.claim(("experiment",))
    jobs.update(job_id, pid=os.getpid())
    app = select(open_page("workspace"), "widget cache table", 0)
    press(app, "Delete selected (1")
    assert "A job is running" in elements(app, "warning")[0].value
    assert "Delete" not in labels(app)


# experiments


def test_experiments_are_listed_deleted_and_put_back(sample: tuple[Workspace, str, str]) -> None:
    workspace, _, experiment_id = sample
    app = open_page("workspace", tab="experiments")
    row = app.dataframe[0].value.iloc[0]
    assert (row["Experiment"], row["Collection"], row["Systems"]) == ("Sample", "Small", "4 of 4")
    assert row["Size"] > 0
    select(app, "widget experiment table", 0)
    press(app, "Delete 1 experiment")
    assert "They go to the trash" in text_of(app)
    press(app, "Delete")
    assert list_experiments(workspace) == []
    assert "There are no experiments yet" in text_of(app)
    press(app, "Undo")
    assert [record["id"] for record in list_experiments(workspace)] == [experiment_id]


def test_an_experiment_that_runs_is_not_deleted(sample: tuple[Workspace, str, str]) -> None:
    workspace, _, experiment_id = sample
    Jobs(workspace.jobs_file).submit("experiment", "Again", {"experiment": experiment_id})
    app = select(open_page("workspace", tab="experiments"), "widget experiment table", 0)
    press(app, "Delete 1 experiment")
    assert "'Sample' is being run" in text_of(app)
    assert "Delete" not in labels(app)


# jobs


def test_without_jobs_the_page_says_so(workspace: Workspace) -> None:
    assert "No job has run yet" in text_of(open_page("workspace", tab="jobs"))


def test_jobs_show_state_time_and_error_and_can_be_resumed(workspace: Workspace) -> None:
    jobs = Jobs(workspace.jobs_file)
    over(jobs, "done", "First")
    failed = over(jobs, "failed", "Second", "The disk is full. Free some space.")
    app = open_page("workspace", tab="jobs")
    rows = app.dataframe[0].value
    assert rows["State"].tolist() == ["failed", "done"]
    assert rows["What went wrong"].tolist() == ["The disk is full. Free some space.", ""]
    app = open_page("workspace", tab="jobs", job=failed)
    assert "The disk is full" in text_of(app)
    press(app, "Resume")
    assert [job.title for job in jobs.live()] == ["Second"]
    assert "Starting" in text_of(app)
    assert address(app, "job") == jobs.live()[0].id


def test_jobs_that_are_over_can_be_forgotten(workspace: Workspace) -> None:
    jobs = Jobs(workspace.jobs_file)
    first = over(jobs, "done", "First")
    over(jobs, "cancelled", "Second")
    waiting = jobs.submit("experiment", "Third", {"experiment": "x"})
    app = open_page("workspace", tab="jobs", job=first)
    press(app, "Forget this job")
    assert [job.title for job in jobs.recent()] == ["Third", "Second"]
    assert address(app, "job") == ""
    press(app, "Forget all")
    assert [job.id for job in jobs.recent()] == [waiting]


def test_a_waiting_job_is_cancelled_from_its_card(workspace: Workspace) -> None:
    jobs = Jobs(workspace.jobs_file)
    job_id = jobs.submit("experiment", "Third", {"experiment": "x"})
    app = open_page("workspace", tab="jobs")
    press(app, "Cancel")
    assert jobs.get(job_id).state == "cancelled"


def test_a_finished_experiment_links_to_its_leaderboard(
    sample: tuple[Workspace, str, str],
) -> None:
    workspace, _, experiment_id = sample
    jobs = Jobs(workspace.jobs_file)
    job_id = jobs.submit("experiment", "Sample", {"experiment": experiment_id})
    jobs.claim(("experiment",))
    jobs.finish(job_id, "done", experiment=experiment_id)
    app = open_page("workspace", tab="jobs", job=job_id)
    links = [each.proto.query_string for each in elements(app, "page_link")]
    assert f"experiment={experiment_id}" in links


def test_an_unknown_job_in_the_address_is_answered(workspace: Workspace) -> None:
    over(Jobs(workspace.jobs_file), "done", "First")
    app = open_page("workspace", tab="jobs", job="<b>")
    assert "is not recorded here" in text_of(app)


def test_an_unknown_section_in_the_address_is_the_first(workspace: Workspace) -> None:
    assert "Nothing is cached yet" in text_of(open_page("workspace", tab="nonsense"))


# trash


def test_deleted_things_are_put_back_or_deleted_for_good(workspace: Workspace) -> None:
    for name in ("One", "Two"):
        workspace.discard("collections", workspace.add_collection(name, small_collection().save))
    app = open_page("workspace", tab="trash")
    assert labels(app).count("Restore") == 2
    press(app, "Restore", 0)
    assert len(workspace.collections()) == 1
    press(app, "Delete for good", 0)
    assert "cannot be brought back" in text_of(app)
    assert len(workspace.discarded()) == 1
    press(app, "Delete for good")
    assert workspace.discarded() == []
    assert "The trash is empty" in text_of(app)


def test_old_uploads_that_nobody_imported_can_be_deleted(workspace: Workspace) -> None:
    path, _ = workspace.places.new_upload("corpus.jsonl")
    path.write_bytes(b"12345")
    os.utime(path.parent, (1e9, 1e9))
    app = open_page("workspace", tab="trash")
    assert "1 upload · 5 bytes" in text_of(app)
    press(app, "Delete for good")
    assert not path.exists()
    assert "never imported" not in text_of(app)


def test_the_environment_names_libraries_and_encoder(workspace: Workspace) -> None:
    app = open_page("workspace", tab="environment")
    machine = app.dataframe[0].value.set_index("What")["Value"]
    assert machine["Encoder"] == "all-MiniLM-L6-v2"
    assert machine["Workspace"] == str(workspace.folder)
    libraries = app.dataframe[1].value.set_index("What")["Value"]
    assert libraries["streamlit"].startswith("1.")


def test_sizes_do_not_trip_over_files_that_vanish(workspace: Workspace, tmp_path: Path) -> None:
    from components import environment_view

    assert environment_view._sizes(str(tmp_path / "nothing"))["all"] == 0


def test_a_damaged_record_is_named_on_every_section(sample: tuple[Workspace, str, str]) -> None:
    workspace, collection_id, _ = sample
    record = workspace.collection_record(collection_id).folder / "collection.json"
    record.write_bytes(b"\xff<b>")
    app = open_page("workspace")
    assert [warning.value for warning in app.warning if "damaged" in warning.value]
