"""Token vectors of documents, kept on disk by content, so that no document is encoded twice.

A store is a folder of shards, each written at once and never changed: the hashes of some texts,
where the vectors of each end, and all their vectors in 16 bits, memory-mapped. Stores share one
limit in bytes; beyond it the shards that were not used for longest are deleted.
"""

import hashlib
import json
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evaluation.drafts import remove_folder
from evaluation.files import drafted_folder, write_array
from evaluation.models.folders import cache_folder, token_bytes

Half = npt.NDArray[np.float16]
SHARD_BYTES = 32_000_000
DIGEST = 16  # bytes; two of a billion texts are the same to it once in 10^20
FORMAT = 1  # raise it when the same key would mean other vectors


def open_store(*identity: object) -> "TokenStore":
    """Open the store of vectors made in one way: model, revision, back end, length, prompt."""
    text = json.dumps([FORMAT, *identity])
    key = hashlib.blake2b(text.encode(), digest_size=DIGEST).hexdigest()
    return _opened(cache_folder() / "tokens" / key)


@dataclass(frozen=True)
class Shard:
    """Vectors of some texts: those of text `n` are rows `ends[n - 1]` to `ends[n]`."""

    folder: Path
    hashes: npt.NDArray[np.void]
    ends: npt.NDArray[np.int64]
    vectors: Half

    def of(self, number: int) -> Half:
        """Give the vectors of one text."""
        start = int(self.ends[number - 1]) if number else 0
        return self.vectors[start : int(self.ends[number])]


@dataclass
class TokenStore:
    """The shards in one folder; other processes may add and delete some meanwhile."""

    folder: Path
    shards: dict[str, Shard] = field(default_factory=dict)
    places: dict[bytes, tuple[str, int]] = field(default_factory=dict)

    def known(self, texts: Sequence[str]) -> Iterator[tuple[int, Half]]:
        """Give those texts whose vectors are here: place in `texts`, (tokens, dimension) array."""
        self._refresh()
        found = [self.places.get(_hash(text)) for text in texts]
        for name in {place[0] for place in found if place}:
            _touch(self.shards[name].folder)
        for row, place in enumerate(found):
            if place:
                yield row, self.shards[place[0]].of(place[1])

    @contextmanager
    def writer(self) -> Iterator["Writer"]:
        """Take vectors while the block runs; those taken are kept even if it is cancelled."""
        writer = Writer(self.folder)
        try:
            yield writer
        finally:
            writer.flush()
            _trim(self.folder.parent, token_bytes())

    def _refresh(self) -> None:
        names = {path.name for path in self.folder.glob("*") if not path.name.startswith(".")}
        gone = self.shards.keys() - names
        if gone:
            self.places = {key: p for key, p in self.places.items() if p[0] not in gone}
            self.shards = {name: s for name, s in self.shards.items() if name not in gone}
        for name in names - self.shards.keys():
            shard = _open_shard(self.folder / name)
            if shard is not None:
                self.shards[name] = shard
                keys = (value.tobytes() for value in shard.hashes)
                self.places |= {key: (name, number) for number, key in enumerate(keys)}


class Writer:
    """Collects vectors and writes a shard whenever there are enough of them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.left = folder, token_bytes()
        self.hashes, self.parts, self.bytes = list[bytes](), list[Half](), 0

    def add(self, text: str, vectors: Half) -> None:
        """Take the vectors of one text; nothing is kept of what one run has beyond the limit."""
        if vectors.nbytes > self.left:
            return
        self.left -= vectors.nbytes
        self.hashes.append(_hash(text))
        self.parts.append(vectors)
        self.bytes += vectors.nbytes
        if self.bytes >= SHARD_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what was collected."""
        if not self.hashes:
            return
        ends = np.cumsum([len(part) for part in self.parts])
        hashes = np.frombuffer(b"".join(self.hashes), np.dtype((np.void, DIGEST)))
        self.folder.mkdir(parents=True, exist_ok=True)
        with drafted_folder(self.folder / uuid.uuid4().hex, "the token vectors") as draft:
            arrays = {"hashes": hashes, "ends": ends, "vectors": np.concatenate(self.parts)}
            for name, array in arrays.items():
                write_array(draft / f"{name}.npy", array)
        self.hashes, self.parts, self.bytes = [], [], 0


@lru_cache(maxsize=8)
def _opened(folder: Path) -> TokenStore:
    return TokenStore(folder)


def _open_shard(folder: Path) -> Shard | None:
    """Open a shard; None if another process has deleted it meanwhile."""
    try:
        hashes, ends = (
            np.load(folder / f"{name}.npy", allow_pickle=False) for name in ("hashes", "ends")
        )
        vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Shard(folder, hashes, ends, vectors)


def _trim(root: Path, most: int) -> None:
    """Delete the shards that were not used for longest until the rest fits."""
    found = []
    for vectors in root.glob("*/[!.]*/vectors.npy"):
        try:
            about = vectors.stat()
        except FileNotFoundError:
            continue
        found.append((about.st_mtime_ns, about.st_size, vectors.parent))
    total = sum(size for _, size, _ in found)
    for _, size, folder in sorted(found):
        if total <= most:
            return
        remove_folder(folder)
        total -= size


def _touch(folder: Path) -> None:
    try:
        os.utime(folder / "vectors.npy")
    except FileNotFoundError:  # deleted meanwhile; what is open stays readable
        return


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST).digest()
