"""Workspaces that older versions wrote, as they were on the disk; see tests/data/workspaces."""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PLACE = Path(__file__).resolve().parent / "data" / "workspaces"
OLDER = ("foundations", "first-pages", "tuning", "methods")


@dataclass(frozen=True)
class Older:
    """An older workspace, unpacked, and what its own version said of it."""

    folder: Path
    collection: str
    experiment: str
    grid: str | None
    run: str
    job: str
    scores: dict[str, dict[str, list[float]]]


def unpack(name: str, folder: Path) -> Older:
    """Unpack the workspace that the version of that name wrote."""
    with zipfile.ZipFile(PLACE / f"{name}.zip") as archive:
        archive.extractall(folder)
    said: dict[str, Any] = json.loads((folder / "expected.json").read_text("utf-8"))
    (folder / "expected.json").unlink()
    return Older(folder, **said)
