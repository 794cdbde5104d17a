import os
from pathlib import Path

import pytest

from evaluation import worker
from evaluation.jobs import Jobs
from evaluation.migration import FORMAT
from evaluation.store import create, list_experiments
from evaluation.version import version
from evaluation.workspace import Workspace
from tests.pages.pressing import press, select
from tests.sample import sample_experiment
from tests.shown import labels, named, open_page, text_of


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is computed here."""
    monkeypatch.setattr(worker, "start", lambda *_: None)


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
    assert "The job 'Busy' works with" in text_of(app)
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
    assert "**Sample** takes" in text_of(app)
    assert "put back for 30 days" in text_of(app)
    press(app, "Delete")
    assert list_experiments(workspace) == []
    assert "There are no experiments yet" in text_of(app)
    assert "The trash keeps it for 30 days" in text_of(app)
    press(app, "Undo")
    assert [record["id"] for record in list_experiments(workspace)] == [experiment_id]


def test_several_experiments_are_put_back_at_once(sample: tuple[Workspace, str, str]) -> None:
    workspace, collection, experiment_id = sample
    runs = [run.id for run in workspace.runs(collection)]
    second = create(workspace, sample_experiment(collection, runs))
    app = select(open_page("workspace", tab="experiments"), "widget experiment table", 0, 1)
    press(app, "Delete 2 experiments")
    assert "**Sample**, **Sample** take" in text_of(app)
    press(app, "Delete")
    assert list_experiments(workspace) == []
    assert "and 1 more" in text_of(app)
    press(app, "Undo")
    assert {record["id"] for record in list_experiments(workspace)} == {second, experiment_id}


def test_an_experiment_that_runs_is_not_deleted(sample: tuple[Workspace, str, str]) -> None:
    workspace, _, experiment_id = sample
    Jobs(workspace.jobs_file).submit("experiment", "Again", {"experiment": experiment_id})
    app = select(open_page("workspace", tab="experiments"), "widget experiment table", 0)
    press(app, "Delete 1 experiment")
    assert "The job 'Again' works with Sample" in text_of(app)
    assert "Delete" not in labels(app)


def test_an_unknown_section_in_the_address_is_the_first(workspace: Workspace) -> None:
    assert "Nothing is cached yet" in text_of(open_page("workspace", tab="nonsense"))


def test_the_environment_names_libraries_and_encoder(workspace: Workspace) -> None:
    app = open_page("workspace", tab="environment")
    machine = app.dataframe[0].value.set_index("What")["Value"]
    assert machine["Encoder"] == "all-MiniLM-L6-v2"
    assert machine["Workspace"] == str(workspace.folder)
    assert machine["RankLab"].startswith(version())
    assert machine["Workspace format"] == str(FORMAT)
    (report,) = [each.value for each in app.code if each.value.startswith("RankLab")]
    assert report.startswith(f"RankLab {version()}")
    assert "\nWorkspace format 1\nPython 3." in report
    assert "\nstreamlit 1." in report
    assert str(workspace.folder) not in report
    assert f"RankLab {version()}" in app.sidebar.caption[-1].value
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
