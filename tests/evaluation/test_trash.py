import os
import time
from pathlib import Path

import pytest

from evaluation.errors import UnknownNameError
from evaluation.files import write_json
from evaluation.trash import DAY_S, Trash
from evaluation.workspace import Workspace


def deleted(trash: Trash, name: str, days: float) -> str:
    """Put a folder into the trash as if that had been some days ago."""
    place = trash.folder.parent / name
    place.mkdir()
    (place / "x.txt").write_text("x")
    ticket = trash.put(place, {"kind": "experiments", "id": name, "name": name})
    item = next(item for item in trash.items() if item.id == ticket)
    write_json(
        trash.folder / f"{ticket}.json", item.record | {"deleted": time.time() - days * DAY_S}
    )
    return ticket


@pytest.mark.parametrize(("days", "left"), [(0, 30), (0.5, 30), (29.5, 1), (30.01, 0), (400, 0)])
def test_what_is_deleted_is_kept_for_thirty_days(tmp_path: Path, days: float, left: int) -> None:
    trash = Trash(tmp_path / "trash")
    deleted(trash, "a", days)
    assert [trash.days_left(item) for item in trash.items()] == [left]


def test_only_what_is_older_than_thirty_days_goes_for_good(tmp_path: Path) -> None:
    trash = Trash(tmp_path / "trash")
    kept = deleted(trash, "kept", 29.9)
    deleted(trash, "old", 30.1)
    assert trash.expire() == ["old"]
    assert [item.id for item in trash.items()] == [kept]
    assert trash.expire() == []
    assert sorted(path.name for path in trash.folder.iterdir()) == sorted([kept, f"{kept}.json"])


def test_an_empty_trash_has_nothing_to_expire(tmp_path: Path) -> None:
    assert Trash(tmp_path / "none").expire() == []


def test_what_another_process_deleted_first_is_told_and_leaves_no_record(tmp_path: Path) -> None:
    trash, record = Trash(tmp_path / "trash"), {"kind": "runs", "id": "a", "name": "A"}
    with pytest.raises(UnknownNameError, match="no uploaded run called 'a'"):
        trash.put(tmp_path / "gone", record)
    assert list(trash.folder.iterdir()) == []


def test_what_takes_a_place_sends_what_was_there_to_the_trash(tmp_path: Path) -> None:
    trash, record = Trash(tmp_path / "trash"), {"kind": "attachments", "id": "a", "name": "A"}
    for text in ("old", "new"):
        (tmp_path / text).mkdir()
        (tmp_path / text / "x").write_text(text)
        trash.swap_in(tmp_path / text, tmp_path / "place", record)
    assert (tmp_path / "place" / "x").read_text() == "new"
    assert [(item.folder / "x").read_text() for item in trash.items()] == ["old"]


def test_the_record_of_a_deed_that_was_killed_goes_after_a_while(tmp_path: Path) -> None:
    trash = Trash(tmp_path / "trash")
    kept = deleted(trash, "kept", 1)
    for name, age in (("old", 999.0), ("young", 0.0)):
        write_json(trash.folder / f"{name}.json", {})
        os.utime(trash.folder / f"{name}.json", (time.time() - age, time.time() - age))
    trash.expire()
    names = sorted(path.name for path in trash.folder.glob("*.json"))
    assert names == sorted([f"{kept}.json", "young.json"])


@pytest.mark.parametrize("kind", ["collections", "experiments"])
def test_what_is_deleted_between_two_looks_of_another_process_is_told(
    kind: str, sample: tuple[Workspace, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = sample[0]
    gone = workspace.folder / kind / "gone"
    monkeypatch.setattr(Workspace, "_known", lambda *_: gone)
    with pytest.raises(UnknownNameError, match=f"no {kind[:-1]} called 'gone'"):
        workspace.discard(kind, "gone")
