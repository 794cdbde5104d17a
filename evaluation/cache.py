"""The cache: indexes, runs of nodes, features of queries, under a hash of what they are of."""

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from evaluation.drafts import remove_folder
from evaluation.errors import UnknownNameError
from evaluation.files import (
    changed_at,
    drafted_folder,
    folder_bytes,
    folder_sums,
    read_json,
    write_json,
)
from evaluation.run import Run

Kind = Literal["index", "run", "feature"]
KINDS: tuple[Kind, ...] = get_args(Kind)
WHAT = {"index": "the index", "run": "the run", "feature": "the features of queries"}
KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Entry:
    """One thing in the cache: an index, the run of a node, or features of queries."""

    kind: Kind
    key: str
    folder: Path
    record: dict[str, Any]

    @property
    def bytes(self) -> int:
        """Size on disk."""
        return folder_bytes(self.folder)


@dataclass(frozen=True)
class Cache:
    """Indexes, runs and features below one folder. What is there is complete; drafts are hidden."""

    folder: Path

    def find(self, kind: Kind, key: str) -> Entry | None:
        """Give the entry stored under a key, or None."""
        folder = self._place(kind, key)
        try:
            record = read_json(folder / "record.json")
        except (FileNotFoundError, ValueError):
            return None
        whole = isinstance(record, dict) and record.keys() >= {"created", "bytes"}
        return Entry(kind, key, folder, record) if whole else None

    def find_sound(self, kind: Kind, key: str) -> Entry | None:
        """Give an entry whose files are those that were written; one that is damaged is deleted.

        Each entry is read through once per process, which notices a flipped bit.
        """
        entry = self.find(kind, key)
        if entry is None or _sound(entry.folder, entry.record["created"]):
            return entry
        self.remove(kind, key)
        return None

    def add(self, kind: Kind, key: str, write: Callable[[Path], dict[str, Any]]) -> Entry:
        """Let `write` fill a draft folder and return its record, then give it its name.

        If `write` raises, nothing is kept. If another process stored the same key first, its
        entry stays; both hold the same content. What lies there and cannot be read is deleted.
        """
        place = self._place(kind, key)
        place.parent.mkdir(parents=True, exist_ok=True)
        if self.find(kind, key) is None:
            remove_folder(place)
        with drafted_folder(place, WHAT[kind]) as draft:
            content = draft / "content"
            content.mkdir()
            record = write(content)
            record |= {"key": key, "created": time.time(), "bytes": folder_bytes(content)}
            record["sums"] = folder_sums(content)
            record["seal"] = _seal(record)
            write_json(draft / "record.json", record)
        entry = self.find(kind, key)
        if entry is None:
            raise UnknownNameError("cache entry", key, [])
        return entry

    def content(self, entry: Entry) -> Path:
        """Give the folder with what was stored, and mark it as used now."""
        with suppress(OSError):  # deleted meanwhile, or a disk that is read-only
            os.utime(entry.folder / "record.json")
        return entry.folder / "content"

    def last_use(self, entry: Entry) -> float:
        """When something was last stored or asked for (seconds since 1970); 0 if it is gone."""
        try:
            return (entry.folder / "record.json").stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def shrink(self, limit: int, since: float) -> list[Entry]:
        """Delete what was not used for longest until the rest fits; gives what was deleted.

        Args:
            limit: bytes that may stay.
            since: what was used at that time or later stays, even if it does not fit.
        """
        entries = sorted(self.entries(), key=self.last_use)
        total = sum(entry.record["bytes"] for entry in entries)
        gone = []
        for entry in entries:
            if total <= limit or self.last_use(entry) >= since:
                break
            self.remove(entry.kind, entry.key)
            total -= entry.record["bytes"]
            gone.append(entry)
        return gone

    def open_run(self, key: str) -> Run | None:
        """Open a stored run, or None."""
        entry = self.find("run", key)
        return Run.open(self.content(entry)) if entry else None

    def entries(self) -> Iterator[Entry]:
        """Go through everything stored, newest first."""
        found = [
            entry
            for kind in KINDS
            for folder in (self.folder / kind).glob("*/")
            if KEY.fullmatch(folder.name) and (entry := self.find(kind, folder.name))
        ]
        return iter(sorted(found, key=lambda entry: -entry.record["created"]))

    def version(self) -> tuple[int, ...]:
        """Give a mark that changes whenever something is added or removed."""
        return tuple(changed_at(self.folder / kind) for kind in KINDS)

    def remove(self, kind: Kind, key: str) -> None:
        """Delete one entry; it will be computed again when it is needed."""
        remove_folder(self._place(kind, key))

    def _place(self, kind: Kind, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise UnknownNameError("cache entry", key, [])
        return self.folder / kind / key


@lru_cache(maxsize=4096)
def _sound(folder: Path, created: float) -> bool:
    """Compare an entry with the hashes in its record, and that with its own; older have none."""
    del created  # only part of the key: the same key may be stored anew
    try:
        record = read_json(folder / "record.json")
        sums, seal = record.get("sums"), record.get("seal")
        if seal is not None and _seal(record) != seal:
            return False
        return sums is None or folder_sums(folder / "content") == sums
    except (OSError, ValueError):
        return False


def _seal(record: dict[str, Any]) -> str:
    """Hash a record, but for the hash itself, as it is when it was read from its file."""
    plain = json.dumps({k: v for k, v in record.items() if k != "seal"}, default=str)
    return hashlib.blake2b(plain.encode(), digest_size=16).hexdigest()
