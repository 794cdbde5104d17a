"""A full disk: known by whatever a library raises, told in one sentence, with room to record it.

A quota that is used up and a limit on file sizes are treated alike: nothing more can be written.
"""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from evaluation.errors import DiskFullError

NUMBERS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
SQLITE = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE")
TEXTS = re.compile(  # of libraries that pass no number on: faiss, tokenizers, numpy, openvino
    "|".join(re.escape(os.strerror(number)) for number in NUMBERS)
    + r"|\d+ requested and \d+ written|Not enough free space|iostream error"
)
RESERVE, RESERVE_BYTES = "reserve", 1_000_000
LOW_BYTES = 256_000  # with less than this no record is sure to find room
AMPLE_BYTES = 50_000_000  # with more than this it is no full disk, but a quota or a limit


def is_full(error: BaseException | None) -> bool:
    """Whether an error, or one that it arose from, says that nothing more can be written."""
    while error is not None:
        known = isinstance(error, DiskFullError) or getattr(error, "errno", None) in NUMBERS
        if known or getattr(error, "sqlite_errorname", "") in SQLITE or TEXTS.search(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def writing(what: str, folder: Path) -> Iterator[None]:
    """Turn a full disk in the block into one sentence; any other error passes as it is.

    Args:
        what: what is written there, such as "the index".
        folder: where; the sentence says how much room there is.

    Raises:
        DiskFullError: the disk is full. What the block has written is for the block to delete.
    """
    try:
        yield
    except DiskFullError:
        raise
    except Exception as error:
        if is_full(error):
            raise DiskFullError(sentence(what, folder)) from error
        raise


def sentence(what: str, folder: Path) -> str:
    """Say that there is no room for something, how much there is, and what to do."""
    free = free_bytes(folder)
    more = ", but a quota or a limit on file sizes stops it" if free > AMPLE_BYTES else ""
    return (
        f"The disk is full: {what} could not be written ({free / 1e6:,.1f} MB are free there"
        f"{more}). What was there before is unchanged. Delete from the cache or the trash on the "
        "Workspace page, or set RANKLAB_CACHE_GB to keep the cache small; then try again, or "
        "resume the job."
    )


def free_bytes(folder: Path) -> int:
    """Give the room left on the disk that a folder is on, or will be on."""
    there = next((place for place in (folder, *folder.parents) if place.exists()), Path("/"))
    return shutil.disk_usage(there).free


def keep_reserve(folder: Path) -> None:
    """Keep a file that can be given up when the disk is full, so that this can be recorded."""
    path = folder / RESERVE
    if path.exists() or free_bytes(folder) < 20 * RESERVE_BYTES:
        return
    try:
        path.write_bytes(os.urandom(RESERVE_BYTES))  # nothing that a file system could press
    except OSError:
        path.unlink(missing_ok=True)


def make_room(folder: Path) -> None:
    """Give the reserve up if hardly anything is free, so that a small record can be written."""
    if free_bytes(folder) < LOW_BYTES:
        spend_reserve(folder)


def spend_reserve(folder: Path) -> None:
    """Give the reserve up; `keep_reserve` makes another one when there is room again."""
    with suppress(OSError):
        (folder / RESERVE).unlink(missing_ok=True)
