"""Backup and restore: a whole workspace as one file, checked when it is read back.

The file is a compressed tar archive. Its last member lists every file with size and hash, so that a
backup that was cut off or damaged is noticed before anything is restored. What is being written
while the backup runs (drafts) is left out: everything else in a workspace is complete.
"""

import hashlib
import io
import json
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from evaluation.collections.limits import MAX_NAME_LENGTH
from evaluation.collections.sources import PACKING_FAULTS
from evaluation.disk_room import writing
from evaluation.errors import DiskFullError, InputError
from evaluation.files import drafted_folder
from evaluation.jobs import Jobs
from evaluation.migration import RECORD
from evaluation.people import RECORD as PERSON
from evaluation.people import folders_of_people
from evaluation.progress import Progress
from evaluation.workspace import Workspace

MANIFEST = "ranklab-backup.json"
FORMAT = 1
PARTS = ("collections", "experiments", "trash")
SINGLE = ("demo.json", RECORD, PERSON)
CHUNK = 1 << 20
Row = dict[str, Any]


def back_up(workspace: Workspace, target: Path, cache: bool, progress: Progress) -> Row:
    """Write a workspace into one file; gives the number of files and bytes.

    Args:
        workspace: may be in use meanwhile.
        target: the file; must not exist yet.
        cache: whether indexes and runs of the cache are part of it; they can be computed again.
        progress: reports `(files done, files, "files")`.

    Raises:
        InputError: the target exists, or its folder does not.
    """
    if target.exists():
        raise InputError(f"{target} exists already. Choose another name, or delete it first.")
    if not target.parent.is_dir():
        raise InputError(f"The folder {target.parent} does not exist. Make it first.")
    with writing("the backup", target.parent):
        count = _write(workspace, target, cache, progress)
    return {"backup": str(target), "files": count, "bytes": target.stat().st_size}


def _write(workspace: Workspace, target: Path, cache: bool, progress: Progress) -> int:
    draft = target.with_name(f".draft-{target.name}")
    try:
        files = list(_files(workspace, cache))
        with tarfile.open(draft, "w:gz", compresslevel=1, dereference=True) as archive:
            listed = {
                name: _add(archive, name, path)
                for done, (name, path) in enumerate(files)
                if _report(progress, done, len(files))
            }
            for each in _each(workspace):
                listed |= _add_jobs(archive, each.jobs_file, workspace.folder)
            about = {"format": FORMAT, "created": time.time(), "files": listed}
            _add_bytes(archive, MANIFEST, json.dumps(about).encode())
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)
    progress.report(len(files), len(files), "files")
    return len(listed)


def restore(source: Path, folder: Path, progress: Progress) -> Row:
    """Make a workspace from a backup; gives the number of files.

    Args:
        source: a file that `back_up` wrote.
        folder: the new workspace; must be empty or not exist. It appears complete or not at all.
        progress: reports `(files done, files, "files")`.

    Raises:
        InputError: the folder holds something, or the file is no whole backup.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            f"{folder} is not empty. Restore into a new folder, then set RANKLAB_WORKSPACE to it."
        )
    try:
        with (
            tarfile.open(source, "r:gz") as archive,
            drafted_folder(folder, "what is in the backup") as draft,
        ):
            found = _extract(archive, draft, progress)
            about = _manifest(found, draft)
            if {n: v for n, v in found.items() if n != MANIFEST} != about["files"]:
                raise InputError(
                    f"{source} is damaged: its files are not those that it lists. "
                    "Take another backup."
                )
            (draft / MANIFEST).unlink()
            if folder.exists():
                folder.rmdir()
    except DiskFullError:
        raise
    except (*PACKING_FAULTS, tarfile.TarError, OSError, ValueError, RecursionError) as error:
        reason = "its headers make no sense" if isinstance(error, RecursionError) else error
        raise InputError(f"{source} cannot be restored ({reason}). Take another backup.") from error
    return {"workspace": str(folder), "files": len(about["files"])}


def _each(workspace: Workspace) -> list[Workspace]:
    """Give a workspace and those of the people who work on the same server."""
    return [workspace, *(Workspace(folder) for folder in folders_of_people(workspace.folder))]


def _files(workspace: Workspace, cache: bool) -> Iterator[tuple[str, Path]]:
    """Go through the files of all workspaces with their names in the archive, without drafts."""
    for each in _each(workspace):
        single = [each.folder / name for name in SINGLE if (each.folder / name).exists()]
        folders = [each.folder / part for part in (*PARTS, *(["cache"] if cache else []))]
        for path in [*single, *(path for f in folders for path in sorted(f.rglob("*")))]:
            inside = path.relative_to(workspace.folder)
            if path.is_file() and not any(part.startswith(".draft-") for part in inside.parts):
                yield inside.as_posix(), path


def _add(archive: tarfile.TarFile, name: str, path: Path) -> list[Any]:
    """Add a file; gives its size and hash. One that is deleted meanwhile is not to be had."""
    try:
        with path.open("rb") as file:
            info = archive.gettarinfo(arcname=name, fileobj=file)
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            reader = _Hashed(file)
            archive.addfile(info, reader)
    except FileNotFoundError as error:
        raise InputError(
            f"{name} was deleted while the backup was written. Start it again."
        ) from error
    return [info.size, reader.hash.hexdigest()]


def _add_jobs(archive: tarfile.TarFile, base: Path, whole: Path) -> dict[str, list[Any]]:
    """Add a consistent copy of a job table, which is written to all the time."""
    if not base.exists():
        return {}
    name = base.relative_to(whole).as_posix()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / base.name
        Jobs(base).copy(copy)
        return {name: _add(archive, name, copy)}


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))


class _Hashed(io.RawIOBase):
    """A file that is hashed while it is read."""

    def __init__(self, file: Any) -> None:
        self.file, self.hash = file, hashlib.blake2b(digest_size=16)

    def read(self, size: int = -1) -> bytes:
        part: bytes = self.file.read(size)
        self.hash.update(part)
        return part


def _extract(archive: tarfile.TarFile, draft: Path, progress: Progress) -> dict[str, list[Any]]:
    """Write plain files below the draft; anything else is no backup of ours."""
    found: dict[str, list[Any]] = {}
    for member in archive:
        parts = PurePosixPath(member.name).parts
        fit = member.isfile() and member.size >= 0 and len(member.name) <= MAX_NAME_LENGTH
        if not fit or ".." in parts or member.name.startswith("/"):
            raise InputError(
                f"{member.name[:80]!r} is no plain file of a backup. Take another backup."
            )
        place = draft.joinpath(*parts)
        place.parent.mkdir(parents=True, exist_ok=True)
        content = archive.extractfile(member)
        reader = _Hashed(content)
        with place.open("xb") as file:
            while part := reader.read(CHUNK):
                file.write(part)
        found[member.name] = [member.size, reader.hash.hexdigest()]
        progress.report(len(found), None, "files")
    return found


def _manifest(found: dict[str, list[Any]], draft: Path) -> Row:
    if MANIFEST not in found:
        raise InputError("The file holds no list of its content. It is no whole backup.")
    about = json.loads((draft / MANIFEST).read_text("utf-8"))
    if not isinstance(about, dict) or not isinstance(about.get("files", {}), dict):
        raise InputError("The list of what the file holds is damaged. Take another backup.")
    if about.get("format") != FORMAT or "files" not in about:
        raise InputError("The backup was written by another version of RankLab. Use that one.")
    return dict(about)


def _report(progress: Progress, done: int, total: int) -> bool:
    progress.report(done, total, "files")
    return True
