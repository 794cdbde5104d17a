"""A lock between processes that the system releases when its holder dies."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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


def _lock(descriptor: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows has another call for the same thing
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
