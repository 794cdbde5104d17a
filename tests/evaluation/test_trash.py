import time
from pathlib import Path

import pytest

from evaluation.files import write_json
from evaluation.trash import DAY_S, Trash


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
