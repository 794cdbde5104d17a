import os
import shutil
import time
from pathlib import Path

import pytest

from evaluation.drafts import (
    DRAFT,
    draft_folder,
    drafted_file,
    remove_folder,
    sweep,
    take_name,
)
from evaluation.locking import held, is_abandoned
from evaluation.store import list_experiments, list_figures
from evaluation.stored import store_new
from evaluation.worker import work
from evaluation.workspace import Workspace


def left_behind(place: Path, age_s: float = 999) -> list[Path]:
    """A draft folder and a draft file as a killed process leaves them."""
    folder, file = place / f"{DRAFT}1", place / f"{DRAFT}2"
    (folder / "inner").mkdir(parents=True)
    file.write_text("half")
    for path in (folder, file):
        os.utime(path, (time.time() - age_s, time.time() - age_s))
    return [folder, file]


def test_drafts_of_killed_processes_are_swept_wherever_they_are(tmp_path: Path) -> None:
    left = [draft for name in ("a", "a/b") for draft in left_behind(tmp_path / name)]
    (tmp_path / "a" / "kept").write_text("x")
    assert sweep(tmp_path) == 4
    assert not any(draft.exists() for draft in left)
    assert (tmp_path / "a" / "kept").exists()


def test_drafts_that_somebody_writes_or_has_just_made_stay(tmp_path: Path) -> None:
    left_behind(tmp_path / "young", age_s=1)
    with draft_folder(tmp_path) as draft, drafted_file(tmp_path / "file") as file:
        for path in (draft, file):
            os.utime(path, (1, 1))
        assert sweep(tmp_path) == 0
        assert draft.exists()
        assert file.exists()
    assert sweep(tmp_path / "young") == 0


def test_what_somebody_holds_is_not_abandoned(tmp_path: Path) -> None:
    with held(tmp_path):
        assert not is_abandoned(tmp_path)
    assert is_abandoned(tmp_path)
    assert not is_abandoned(tmp_path / "nothing")
    with held(tmp_path / "nothing"):  # gone by then: nothing to show
        pass


def test_a_worker_sweeps_when_it_starts(workspace: Workspace) -> None:
    left = left_behind(workspace.folder / "collections")
    work(workspace, "jobs", idle_s=0.01)
    assert not any(draft.exists() for draft in left)


def test_a_name_is_taken_once_and_new_things_get_names_of_their_own(tmp_path: Path) -> None:
    place = tmp_path / "place"

    def write(folder: Path) -> None:
        (folder / "x").write_text("x")

    def slowly(folder: Path) -> None:
        write(folder)
        assert store_new(place, "name", write) == "name"  # another process is faster just now

    assert store_new(place, "name", slowly) == "name-2"
    assert store_new(place, "name", write) == "name-3"
    with draft_folder(tmp_path / "place") as draft:
        assert not take_name(draft, tmp_path / "place" / "name")
        (draft / "y").write_text("y")
        assert take_name(draft, tmp_path / "place" / "other")
    names = sorted(path.name for path in (tmp_path / "place").iterdir())
    assert names == ["name", "name-2", "name-3", "other"]


def test_a_removed_folder_is_never_seen_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index" / "content").mkdir(parents=True)
    (tmp_path / "index" / "record.json").write_text("{}")
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)  # as if killed before it
    remove_folder(tmp_path / "index")
    assert not (tmp_path / "index").exists()
    assert len(list(tmp_path.glob(f"{DRAFT}*"))) == 1
    remove_folder(tmp_path / "index")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def fail() -> None:
        with drafted_file(path) as draft:
            draft.write_text("half")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    assert path.read_text() == "old"
    with drafted_file(path) as draft:
        draft.write_text("new")
    assert path.read_text() == "new"
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_a_result_that_was_half_written_when_its_worker_was_killed_is_not_counted(
    sample: tuple[Workspace, str, str],
) -> None:
    workspace, _, experiment = sample
    before = list_experiments(workspace), list_figures(workspace, experiment)
    systems = workspace.experiment_folder(experiment) / "systems"
    shutil.copytree(systems / "0", systems / f"{DRAFT}1")
    assert (list_experiments(workspace), list_figures(workspace, experiment)) == before
