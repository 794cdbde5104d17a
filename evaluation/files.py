"""Writing so that a file appears complete or not at all, and tables that open without reading."""

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.disk_room import writing
from evaluation.drafts import draft_folder, drafted_file, flush_all, take_name


@contextmanager
def drafted_folder(target: Path, what: str = "what was made") -> Iterator[Path]:
    """Give an empty draft folder beside `target` that takes its name when the block ends well.

    If `target` exists by then (another process was faster), the draft is dropped: contents are
    only ever written under names that say what they are; `stored.store_new` is for all others. On
    any error nothing is left behind. What `target` is to be in is made if it is missing, but
    nothing above it: what was deleted meanwhile does not come back as a shell.

    Raises:
        DiskFullError: there is no room for it; `what` is its name in the message.
    """
    with writing(what, target.parent):
        target.parent.mkdir(exist_ok=True)
        with draft_folder(target.parent) as draft:
            yield draft
            flush_all(draft)
            take_name(draft, target)


def write_text(path: Path, text: str) -> None:
    """Write a text file so that a reader sees the old or the new one, never a half."""
    with drafted_file(path) as draft:
        draft.write_text(text, "utf-8")


def write_json(path: Path, value: object) -> None:
    """Write a value as readable JSON, complete or not at all."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")


def read_json(path: Path) -> Any:
    """Read a JSON file of our own."""
    return json.loads(path.read_text("utf-8"))


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table as one uncompressed Arrow file, so that it can be memory-mapped."""
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


class _Unbuffered:
    """No file of the system to numpy, so that it hands every byte to Python's `write`."""

    def __init__(self, file: BinaryIO) -> None:
        self.write = file.write


def write_array(path: Path, array: npt.NDArray[Any]) -> None:
    """Write a .npy file, complete or not at all.

    `numpy.save` does not: it leaves the end of a file in a buffer, and does not look whether the
    disk took that.

    Raises:
        OSError: there is no room for it.
    """
    with path.open("wb") as file:
        np.lib.format.write_array(_Unbuffered(file), np.asanyarray(array), allow_pickle=False)


def write_faiss(path: Path, index: Any) -> None:
    """Write an index of faiss, which by itself does not look whether the disk took its end, too.

    Raises:
        OSError: there is no room for it.
    """
    import faiss

    with path.open("wb") as file:
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]


def new_array(path: Path, dtype: npt.DTypeLike, shape: tuple[int, ...]) -> np.memmap[Any, Any]:
    """Make a .npy file to be filled through memory, with its whole room taken at once.

    Without that, writing into the map of a file that the disk has no room for would kill the
    process by a signal.

    Raises:
        OSError: there is no room for it.
    """
    made = np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=shape)
    with path.open("r+b") as file:
        try:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
        except AttributeError:
            return made  # a system without that call
        except OSError as error:
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):  # a disk without it
                raise
    return made


def open_table(path: Path) -> pa.Table:
    """Open an Arrow file as a memory-mapped table; nothing is read until it is used."""
    with pa.memory_map(str(path), "rb") as source:
        return pa.ipc.open_file(source).read_all()


def folder_bytes(folder: Path) -> int:
    """Add up the sizes of all files below a folder.

    Another process may write or delete there meanwhile: what is gone by then does not count.
    """
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += (Path(place) / name).lstat().st_size
    return total


def changed_at(path: Path) -> int:
    """Tell when a file or folder was last changed, in nanoseconds since 1970; 0 if it is gone."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def folder_sums(folder: Path) -> dict[str, str]:
    """Hash every file below a folder, by its path there."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): file_sum(path) for path in paths}


def file_sum(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
