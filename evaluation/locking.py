"""Locks between processes that the system releases when their holder dies."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from evaluation.errors import EvaluationError

WAIT_S, POLL_S = 60.0, 0.05


@contextmanager
def only_one(path: Path) -> Iterator[bool]:
    """Hold a lock file while the block runs; gives False, without waiting, if another holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            _lock(file.fileno())
        except OSError:
            yield False
            return
        yield True


@contextmanager
def alone(path: Path, what: str) -> Iterator[None]:
    """Hold a lock file while the block runs, waiting up to a minute for another holder.

    Raises:
        EvaluationError: another process has been at it (what it does is said) for a minute.
    """
    limit = time.monotonic() + WAIT_S
    while time.monotonic() < limit:
        with only_one(path) as first:
            if first:
                yield
                return
        time.sleep(POLL_S)
    raise EvaluationError(
        f"Another process has been {what} for a minute. Try again, or restart the server."
    )


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Show other processes, while the block runs, that somebody works on a file or folder.

    Where the system or the disk knows no such locks, nothing is shown; `is_abandoned` is never
    true there.
    """
    descriptor = _opened(path)
    try:
        if descriptor is not None:
            with suppress(OSError):
                _lock(descriptor)
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def is_abandoned(path: Path) -> bool:
    """Say whether nobody holds a file or folder, so that what wrote it is gone."""
    descriptor = _opened(path)
    if descriptor is None:
        return False
    try:
        _lock(descriptor)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _opened(path: Path) -> int | None:
    """Open a file or folder only to lock it; None where that cannot be done."""
    if os.name == "nt":  # an open file could not be renamed there, and a folder not be opened
        return None
    try:
        return os.open(path, os.O_RDONLY)
    except OSError:
        return None


def _lock(descriptor: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows has another call for the same thing
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
