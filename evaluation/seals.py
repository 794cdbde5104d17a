"""Seals: a hash of every stored file, so that damage on the disk is noticed, never counted.

A disk may give other bytes than were written to it. Whatever is stored to stay is sealed before it
takes its name, and checked before it is used: each file once per process, as long as it is not
written anew. What older versions stored has no seal, and is trusted.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from evaluation.drafts import remove_folder
from evaluation.errors import EvaluationError
from evaluation.files import file_sum, folder_sums, read_json, write_json

SEAL = "seal.json"


class DamagedError(EvaluationError):
    """Stored files are no longer what was stored."""


def seal(folder: Path, without: Sequence[str] = ()) -> None:
    """Write down the hash of every file below a folder that is about to take its name.

    Args:
        folder: a draft with everything in it.
        without: files and folders in it that change later, or have seals of their own.
    """
    sums = folder_sums(folder)
    kept = {name: sums[name] for name in sums if name.split("/")[0] not in (*without, SEAL)}
    write_json(folder / SEAL, kept)


def check(folder: Path, what: str, part: str = "") -> None:
    """Make sure that the files of a sealed folder, or one part of it, are those that were stored.

    Raises:
        DamagedError: one is not; it names the file, and says what to do.
    """
    for name, known in _sums(folder, what).items():
        if name.startswith(part) and not _is_sound(folder / name, known):
            raise DamagedError(_sentence(folder / name, what))


def is_sound(folder: Path) -> bool:
    """Say whether a folder is there, and its files are those that were stored."""
    try:
        check(folder, "")
    except DamagedError:
        return False
    return folder.exists()


def clear_damaged(folder: Path) -> None:
    """Delete a folder that holds something else than what was stored, so that it is made again."""
    if not is_sound(folder):
        remove_folder(folder)


def damage(path: Path, what: str) -> DamagedError:
    """The error for a file that cannot be read as what it is."""
    return DamagedError(_sentence(path, what))


def _sums(folder: Path, what: str) -> dict[str, str]:
    path = folder / SEAL
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError):
        raise damage(path, what) from None


@lru_cache(maxsize=4096)
def _read(path: Path, changed: int) -> dict[str, str]:
    return {str(name): str(known) for name, known in read_json(path).items()}


def _is_sound(path: Path, known: str) -> bool:
    try:
        about = path.stat()
        return _fits(path, (about.st_ino, about.st_size, about.st_mtime_ns), known)
    except OSError:
        return False


@lru_cache(maxsize=65536)
def _fits(path: Path, changed: tuple[int, ...], known: str) -> bool:
    return file_sum(path) == known


def _sentence(path: Path, what: str) -> str:
    return (
        f"{what} is damaged: the file {path.name} no longer holds what was stored. Check the disk; "
        "then restore a backup, or delete it and make it again."
    )
