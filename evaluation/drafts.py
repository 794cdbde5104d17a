"""Drafts: what is being written or deleted, hidden, and known to be somebody's while it is.

A process that is killed leaves its draft behind. It held a lock on it, which the system has
released, so that the draft can be told from one that is at work, and swept away.
"""

import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evaluation.locking import held, is_abandoned

DRAFT = ".draft-"
SWEPT_AFTER_S = 60.0  # far longer than it takes to lock what was just made


@contextmanager
def draft_folder(place: Path) -> Iterator[Path]:
    """Give an empty hidden folder; what is left of it when the block ends is deleted."""
    draft = _hidden(place)
    draft.mkdir()
    with held(draft):
        try:
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def drafted_file(path: Path) -> Iterator[Path]:
    """Give an empty hidden file that replaces `path` when the block ends well."""
    draft = _hidden(path.parent)
    try:
        draft.touch(exist_ok=False)
        with held(draft):
            yield draft
            flush(draft)
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def take_name(folder: Path, target: Path) -> bool:
    """Give a folder its final name; False, and nothing done, if another has that name already.

    Of several processes at once, exactly one takes the name: no system renames a folder over one
    that holds files.
    """
    if target.exists():
        return False
    try:
        folder.rename(target)
    except OSError:
        if not target.exists():
            raise
        return False
    return True


def remove_folder(folder: Path) -> None:
    """Delete a folder so that nobody ever sees half of it; one that is not there is no fault."""
    hidden = _hidden(folder.parent)
    try:
        folder.rename(hidden)
    except FileNotFoundError:  # another process was faster
        return
    shutil.rmtree(hidden, ignore_errors=True)


def sweep(folder: Path, age_s: float = SWEPT_AFTER_S) -> int:
    """Delete the drafts that killed processes left below a folder; gives how many.

    One that a process still works on stays, whatever its age. Indexes themselves are not entered.
    """
    limit, swept = time.time() - age_s, 0
    for place, folders, files in os.walk(folder):
        drafts = [Path(place) / name for name in (*folders, *files) if name.startswith(DRAFT)]
        folders[:] = [n for n in folders if not n.startswith(DRAFT) and n != "content"]
        swept += sum(_swept(draft, limit) for draft in drafts)
    return swept


def flush(path: Path) -> None:
    """Ask the system to put a file's bytes on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def flush_all(folder: Path) -> None:
    """Ask the system to put all files below a folder on the disk."""
    for path in folder.rglob("*"):
        if path.is_file():
            flush(path)


def _hidden(place: Path) -> Path:
    return place / f"{DRAFT}{uuid.uuid4().hex}"


def _swept(draft: Path, limit: float) -> bool:
    try:
        if draft.lstat().st_mtime > limit or not is_abandoned(draft):
            return False
    except FileNotFoundError:
        return False
    if draft.is_dir():
        shutil.rmtree(draft, ignore_errors=True)
    else:
        draft.unlink(missing_ok=True)
    return not draft.exists()
