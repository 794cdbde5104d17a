"""Writing so that a file appears complete or not at all, and tables that open without reading."""

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyarrow as pa


@contextmanager
def drafted_folder(target: Path) -> Iterator[Path]:
    """Give an empty draft folder beside `target` that takes its name when the block ends well.

    If `target` exists by then (another process was faster), the draft is dropped: contents are
    only ever written under names that say what they are. On any error nothing is left behind.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.parent / f".draft-{uuid.uuid4().hex}"
    draft.mkdir()
    try:
        yield draft
        for path in draft.rglob("*"):
            if path.is_file():
                flush(path)
        if target.exists():
            return
        try:
            draft.rename(target)
        except OSError:
            if not target.exists():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file so that a reader sees the old or the new one, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".draft-{uuid.uuid4().hex}")
    try:
        draft.write_text(text, "utf-8")
        flush(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_json(path: Path, value: object) -> None:
    """Write a value as readable JSON, complete or not at all."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")


def read_json(path: Path) -> Any:
    """Read a JSON file of our own."""
    return json.loads(path.read_text("utf-8"))


def flush(path: Path) -> None:
    """Ask the system to put a file's bytes on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table as one uncompressed Arrow file, so that it can be memory-mapped."""
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


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


def folder_sums(folder: Path) -> dict[str, str]:
    """Hash every file below a folder, by its path there."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            whole = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16))
        found[path.relative_to(folder).as_posix()] = whole.hexdigest()
    return found
