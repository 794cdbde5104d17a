import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from evaluation import __main__ as command_line
from evaluation import worker
from evaluation.backup import back_up, restore
from evaluation.collections.collection import INDEX, Collection
from evaluation.command_line import parser
from evaluation.errors import InputError
from evaluation.files import folder_sums, read_json, write_json
from evaluation.jobs import Jobs
from evaluation.migration import FORMAT, RECORD, STEPS, format_of, migrate
from evaluation.progress import SILENT
from evaluation.store import list_experiments, open_results, scores_of
from evaluation.usage import cache_rows
from evaluation.version import version
from evaluation.workspace import ROOT, Workspace
from tests.inline_worker import do_waiting
from tests.older_workspaces import OLDER, Older, unpack
from tests.sample import small_collection
from tests.shown import open_page, text_of

Scores = dict[str, dict[str, list[float]]]


@pytest.fixture(params=OLDER)
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Older:
    return unpack(request.param, tmp_path / "older")


def scores(workspace: Workspace, experiment: str, collection: str) -> Scores:
    results, whole = open_results(workspace, experiment), workspace.collection(collection)
    asked = ("nDCG@10", "AP")
    return {
        one.name: {
            name: values.tolist()
            for name, values in scores_of(results, one.number, asked, whole.split("test")).items()
        }
        for one in results.done
    }


def content(folder: Path) -> dict[str, str]:
    return {name: value for name, value in folder_sums(folder).items() if ".lock" not in name}


def test_every_step_to_the_present_format_is_there() -> None:
    assert sorted(STEPS) == list(range(FORMAT))


def test_an_older_workspace_opens_with_the_same_scores(older: Older) -> None:
    assert format_of(older.folder) == 0
    workspace = Workspace.open(older.folder)
    assert read_json(workspace.folder / RECORD)["format"] == FORMAT
    assert read_json(workspace.folder / RECORD)["version"] == version()
    assert [each.id for each in workspace.collections()] == [older.collection]
    assert [each.id for each in workspace.runs(older.collection)] == [older.run]
    found = scores(workspace, older.experiment, older.collection)
    assert found.keys() == older.scores.keys()
    for name, values in older.scores.items():
        for measure, expected in values.items():
            np.testing.assert_allclose(found[name][measure], expected, rtol=0, atol=1e-12)


def test_an_older_workspace_names_its_content_as_a_new_import_would(
    older: Older, tmp_path: Path
) -> None:
    workspace = Workspace.open(older.folder)
    same = small_collection()
    (tmp_path / "same").mkdir()
    same.save(tmp_path / "same")
    prints = Collection.open(tmp_path / "same").fingerprints
    assert workspace.collection(older.collection).fingerprints == prints
    assert open_results(workspace, older.experiment).fingerprints == prints
    assert (workspace.collection_record(older.collection).folder / INDEX).exists()
    (thrown,) = workspace.discarded()
    assert read_json(thrown.folder / "record.json")["fingerprints"] == prints


def test_work_goes_on_in_an_older_workspace(older: Older) -> None:
    """Its jobs, its trash, its cache, and the systems of its experiment run anew."""
    workspace = Workspace.open(older.folder)
    jobs = Jobs(workspace.jobs_file)
    assert jobs.get(older.job).state == "done"
    (waiting,) = jobs.live()
    do_waiting(workspace)
    assert jobs.get(waiting.id).state == "done"
    (thrown,) = workspace.discarded()
    back = workspace.restore(thrown.id)
    listed = {record["id"] for record in list_experiments(workspace)}
    assert listed == {older.experiment, back} | ({older.grid} if older.grid else set())
    assert cache_rows(workspace)
    again = workspace.experiment_folder(older.experiment) / "experiment.yaml"
    made = command_line.answer(
        parser().parse_args(["--workspace", str(older.folder), "run", str(again), "--json"])
    )
    fresh = scores(workspace, made["experiment"], older.collection)
    for name, values in older.scores.items():
        for measure, expected in values.items():
            np.testing.assert_allclose(fresh[name][measure], expected, rtol=0, atol=1e-9)


def test_a_grid_of_an_older_workspace_is_still_there(tmp_path: Path) -> None:
    older = unpack("tuning", tmp_path / "older")
    assert older.grid
    results = open_results(Workspace.open(older.folder), older.grid)
    assert [one.state for one in results.systems] == ["done"] * 3
    assert results.experiment.grid


def test_the_logs_of_an_older_worker_move_to_the_others(tmp_path: Path) -> None:
    older = unpack("methods", tmp_path / "older")
    assert (older.folder / "worker-jobs.log").exists()
    Workspace.open(older.folder)
    assert not (older.folder / "worker-jobs.log").exists()
    assert (older.folder / "logs" / "worker-jobs.log").exists()


def test_a_second_opening_changes_nothing(older: Older) -> None:
    assert migrate(older.folder) == [1]
    before = content(older.folder)
    assert migrate(older.folder) == []
    assert content(older.folder) == before


def test_a_new_workspace_has_the_present_format(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "new")
    assert format_of(workspace.folder) == FORMAT
    assert workspace.collections() == []


KILLED = """
import os, signal, sys
from pathlib import Path
from evaluation.migration import migrate
left = int(sys.argv[2])
def replace(self, target):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    os.replace(self, target)
    return Path(target)
Path.replace = replace
print(migrate(Path(sys.argv[1])))
"""


def run(script: str, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", script, *map(str, arguments)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_migration_killed_at_any_write_is_done_by_the_next(tmp_path: Path) -> None:
    whole = unpack("foundations", tmp_path / "whole").folder
    migrate(whole)
    expected = {name: value for name, value in content(whole).items() if name != RECORD}
    killed = 0
    for writes in range(20):
        folder = unpack("foundations", tmp_path / str(writes)).folder
        process = run(KILLED, folder, writes)
        printed, _ = process.communicate(timeout=60)
        if process.returncode == 0:
            assert printed.strip() == "[1]"
            break
        killed += 1
        assert format_of(folder) == 0
        assert migrate(folder) == [1]
        found = {name: value for name, value in content(folder).items() if ".draft-" not in name}
        assert {name: value for name, value in found.items() if name != RECORD} == expected
    assert killed == 6  # index of ids, two experiments, the collection, the log, the format


def test_of_several_processes_at_once_one_does_the_work(tmp_path: Path) -> None:
    folder = unpack("foundations", tmp_path / "older").folder
    script = "import sys; from pathlib import Path; from evaluation.migration import migrate\n"
    script += "print(migrate(Path(sys.argv[1])))"
    started = [run(script, folder) for _ in range(4)]
    printed = sorted(process.communicate(timeout=60)[0].strip() for process in started)
    assert [process.returncode for process in started] == [0] * 4
    assert printed == ["[1]", "[]", "[]", "[]"]


def test_a_step_that_fails_leaves_the_format_and_opens_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = unpack("foundations", tmp_path / "older")

    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setitem(STEPS, 0, full)
        with pytest.raises(OSError, match="No space"):
            Workspace.open(older.folder)
    assert format_of(older.folder) == 0
    assert Workspace.open(older.folder).collections()


def test_a_newer_workspace_is_refused_and_left_alone(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_json(workspace.folder / RECORD, {"format": FORMAT + 1, "version": "9.0"})
    before = content(workspace.folder)
    with pytest.raises(InputError, match=f"format {FORMAT + 1}.*Update RankLab"):
        Workspace.default()
    monkeypatch.setattr(sys, "argv", ["evaluation", "list"])
    assert command_line.main() == 1
    assert "Update RankLab" in capsys.readouterr().err
    assert "Update RankLab" in text_of(open_page("workspace"))
    monkeypatch.setattr(sys, "argv", ["worker", "--workspace", str(workspace.folder)])
    with pytest.raises(SystemExit, match="Update RankLab"):
        worker.main()
    assert content(workspace.folder) == before


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "x"}', "{}", '{"format": -1}'])
def test_a_damaged_record_is_answered_with_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / RECORD).write_text(text)
    with pytest.raises(InputError, match=r"damaged|format -1"):
        Workspace.open(tmp_path)


def test_a_backup_brings_the_format_along(older: Older, tmp_path: Path) -> None:
    workspace = Workspace.open(older.folder)
    back_up(workspace, tmp_path / "b.tar.gz", False, SILENT)
    restore(tmp_path / "b.tar.gz", tmp_path / "new", SILENT)
    assert json.loads((tmp_path / "new" / RECORD).read_text())["format"] == FORMAT
    found = scores(Workspace.open(tmp_path / "new"), older.experiment, older.collection)
    assert found == scores(workspace, older.experiment, older.collection)
