"""What a workspace may hold: counted now and then, checked before anything large is written."""

import math
import os
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from evaluation.errors import EvaluationError
from evaluation.files import folder_bytes
from evaluation.people import FOLDER
from evaluation.workspace import Workspace

COUNTED_EVERY_S = 3.0
SHARE = 0.05  # of the time that counting may take
UNNOTICED = 1_000_000  # bytes: records, logs
MADE_AGAIN = ("cache", "exports")  # what can be deleted without losing anything
_counts: dict[Path, tuple[float, float, dict[str, int]]] = {}  # folder: when, how long, bytes
_counting = threading.Lock()


class QuotaError(EvaluationError):
    """There is no room left for what somebody is about to store."""


@dataclass(frozen=True)
class Room:
    """How much a workspace holds and may hold, in bytes.

    Attributes:
        parts: by the name of the folder; what lies beside the folders is under "".
        allowed: RANKLAB_WORKSPACE_GB; None for no limit.
        uploads_allowed: RANKLAB_UPLOADS_GB, for files that wait to be imported.
    """

    parts: dict[str, int]
    allowed: int | None
    uploads_allowed: int | None

    @property
    def used(self) -> int:
        """Everything that the workspace holds."""
        return sum(self.parts.values())

    @property
    def uploads(self) -> int:
        """What was uploaded and not imported so far."""
        return self.parts.get("uploads", 0)


def room(workspace: Workspace) -> Room:
    """Count a workspace, unless that was done a moment ago; other people's are not part of it.

    Counting takes at most a twentieth of the time: the larger the workspace, the older a count
    may be.

    Raises:
        EvaluationError: a limit in the server's settings is no number.
    """
    parts = _counted(workspace.folder)
    return Room(parts, _limit("RANKLAB_WORKSPACE_GB"), _limit("RANKLAB_UPLOADS_GB"))


def check(workspace: Workspace, wanted: int = 0) -> None:
    """Make sure that a workspace may take so many bytes more.

    Raises:
        QuotaError: it may not; the message says how much is used, by what, and what to delete.
    """
    found = room(workspace)
    if found.allowed is not None and found.used + max(wanted, 1) > found.allowed:
        spare = sum(found.parts.get(part, 0) for part in MADE_AGAIN)
        raise QuotaError(
            f"This workspace has no room{_for(wanted)}: {_size(found.used)} of "
            f"{_size(found.allowed)} are used. Delete something on the Workspace page (indexes and "
            f"rankings can be computed again: {_size(spare)}; deleted for good from the trash: "
            f"{_size(found.parts.get('trash', 0))}), or ask who runs the server for more."
        )


def check_anew(workspace: Workspace) -> None:
    """Count now, for the last count may be older than what a job has written; then `check`."""
    forget(workspace)
    check(workspace)


def check_upload(workspace: Workspace, wanted: int) -> None:
    """Make sure that a file of so many bytes may be uploaded into a workspace.

    Raises:
        QuotaError: the workspace has no room for it, or too much waits to be imported already.
    """
    check(workspace, wanted)
    found = room(workspace)
    limit = found.uploads_allowed
    if limit is not None and found.uploads + wanted > limit:
        raise QuotaError(
            f"There is no room{_for(wanted)}: {_size(found.uploads)} of {_size(limit)} for "
            "uploads wait to be imported. Import them, or delete them: Start over on the page "
            "where they were uploaded, Trash on the Workspace page."
        )


def stored(workspace: Workspace, written: int) -> None:
    """Add what was just written below `uploads` to the last count, so that the next check sees it.

    Without it, ten files could be uploaded between two counts.
    """
    with _counting:
        if workspace.folder in _counts:
            when, took, parts = _counts[workspace.folder]
            grown = parts | {"uploads": parts.get("uploads", 0) + written}
            _counts[workspace.folder] = (when, took, grown)


def forget(workspace: Workspace) -> None:
    """Count anew at the next question, because something was deleted."""
    with _counting:
        _counts.pop(workspace.folder, None)


class Watch:
    """Tells when a job outgrows its workspace; asked now and then while the job is at work."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace, self.fault = workspace, ""
        self.before = sum(_counted(workspace.folder).values())

    def outgrown(self) -> bool:
        """Say whether the job has filled its workspace; `fault` then says so in a sentence.

        A job that writes next to nothing, such as a search with an index that is there, may go on
        in a workspace that was full before.
        """
        try:
            if room(self.workspace).used > self.before + UNNOTICED:
                check(self.workspace)
        except EvaluationError as error:
            self.fault = str(error)
        return bool(self.fault)


def _limit(setting: str) -> int | None:
    given = os.environ.get(setting, "").strip()
    try:
        return int(float(given) * 1e9) if given else None
    except (ValueError, OverflowError) as error:
        raise EvaluationError(
            f"The setting {setting} is {given[:20]!r}, which is no number of gigabytes. Whoever "
            "runs the server has to mend it: nothing can be stored until then."
        ) from error


def _counted(folder: Path) -> dict[str, int]:
    when, took, parts = _counts.get(folder, (-math.inf, 0.0, {}))
    fresh = time.monotonic() - when < max(COUNTED_EVERY_S, took / SHARE)
    if fresh or not _counting.acquire(blocking=not parts):
        return parts  # somebody else is counting: nobody waits for that who has an older count
    try:
        began = time.perf_counter()
        parts = _count(folder)
        _counts[folder] = (time.monotonic(), time.perf_counter() - began, parts)
    finally:
        _counting.release()
    return parts


def _count(folder: Path) -> dict[str, int]:
    parts = {"": 0}
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != FOLDER:
                    parts[entry.name] = folder_bytes(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                with suppress(FileNotFoundError):  # deleted meanwhile
                    parts[""] += entry.stat(follow_symlinks=False).st_size
    return parts


def _for(wanted: int) -> str:
    return f" for {_size(wanted)} more" if wanted else ""


def _size(count: float) -> str:
    """Write bytes as people do: 512 bytes, 1.5 MB."""
    for unit in ("bytes", "kB", "MB"):
        if count < 999.5:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} GB" if count < 999.5 else f"{count:,.0f} GB"
