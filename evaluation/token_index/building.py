"""Building an index of token vectors: train on some documents, then compress block by block."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.files import write_array, write_table
from evaluation.models.loading import patiently
from evaluation.models.token_encoding import Encode
from evaluation.models.token_store import Half
from evaluation.progress import Progress
from evaluation.token_index.compression import (
    SEED,
    Compression,
    Vectors,
    sample_size,
    train,
)
from evaluation.token_index.growing import GrowingArray

BLOCK = 512  # documents whose vectors are in memory together

Documents = dict[int, tuple[Half, list[str]]]  # by row: token vectors, names of the tokens


@dataclass(frozen=True)
class Source:
    """Where the documents of an index come from.

    Attributes:
        count: how many there are.
        texts: gives the texts in some rows.
        encode: gives their token vectors.
        dimension: of these.
    """

    count: int
    texts: Callable[[npt.NDArray[np.int64]], list[str]]
    encode: Encode
    dimension: int


def build(
    source: Source, folder: Path, centroids: int, code_bytes: int, progress: Progress
) -> None:
    """Write the index of some documents (see `TokenIndex` for the files).

    The first documents encoded are those that the compression learns from, drawn by a fixed seed;
    they are kept until their turn, so that each document is encoded once.

    Args:
        source: the documents.
        folder: exists; empty but for what others keep in it.
        centroids: how many; 0 for as many as suit the corpus.
        code_bytes: most bytes that stand for a vector; 0 keeps 16 bits per dimension.
        progress: reports `(documents done, documents, "documents")`.
    """
    encoding = _Encoding(source, progress)
    sample = _sample(encoding, sample_size(centroids))
    lengths = [len(half) for half, _ in sample.values()]
    tokens = int(np.mean(lengths) * source.count) if lengths else 0
    vectors = _vectors([half for half, _ in sample.values()], source.dimension)
    compression = patiently(
        lambda: train(vectors, tokens, centroids, code_bytes),
        lambda: progress.report(encoding.done, source.count),
    )
    compression.save(folder)
    writing = _Writing(compression, folder, source.dimension)
    with writing.stored:
        for start in range(0, source.count, BLOCK):
            block = range(start, min(start + BLOCK, source.count))
            known = {row: sample.pop(row) for row in block if row in sample}
            found = known | encoding.of([row for row in block if row not in known])
            for row in block:
                writing.add(*found[row])
            writing.flush()
        writing.close()


class _Encoding:
    """Encodes documents by their rows, and reports how many it has done."""

    def __init__(self, source: Source, progress: Progress) -> None:
        self.source, self.progress, self.done = source, progress, 0

    def of(self, rows: Sequence[int]) -> Documents:
        """Give vectors and token names of some documents."""
        found: Documents = {}
        self.progress.report(self.done, self.source.count)

        def take(place: int, half: Half, tokens: list[str]) -> None:
            found[rows[place]] = half, tokens
            self.done += 1
            self.progress.report(self.done, self.source.count)

        if len(rows):
            self.source.encode(self.source.texts(np.array(rows, np.int64)), take)
        return found


def _sample(encoding: _Encoding, wanted: int) -> Documents:
    """Encode documents in a random order until there are enough vectors; by row, ascending."""
    order = np.random.default_rng(SEED).permutation(encoding.source.count)
    found: Documents = {}
    held = 0
    for rows in _parts(order):
        if held >= wanted:
            break
        part = encoding.of(rows)
        held += sum(len(half) for half, _ in part.values())
        found |= part
    return {row: found[row] for row in range(encoding.source.count) if row in found}


def _parts(order: npt.NDArray[np.int64]) -> Iterator[list[int]]:
    for start in range(0, len(order), BLOCK // 4):
        yield order[start : start + BLOCK // 4].tolist()


def _vectors(parts: Sequence[Half], dimension: int) -> Vectors:
    return np.concatenate([np.zeros((0, dimension), np.float16), *parts]).astype(np.float32)


class _Writing:
    """Compresses documents as they come, and writes what an index consists of."""

    def __init__(self, compression: Compression, folder: Path, dimension: int) -> None:
        self.compression, self.folder, self.dimension = compression, folder, dimension
        book = compression.codebook
        width, kind = (dimension, np.float16) if book is None else (len(book), np.uint8)
        self.stored = GrowingArray(folder / "stored.npy", width, kind)
        self.waiting, self.lengths = list[Half](), list[int]()
        self.names, self.holding = dict[str, int](), Counter[int]()
        self.codes, self.nearest = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]

    def add(self, half: Half, tokens: Sequence[str]) -> None:
        """Take the next document."""
        codes = [self.names.setdefault(token, len(self.names)) for token in tokens]
        self.holding.update(set(codes))
        self.codes.append(np.array(codes, np.int32))
        self.lengths.append(len(half))
        self.waiting.append(half)

    def flush(self) -> None:
        """Compress what was taken."""
        vectors = _vectors(self.waiting, self.dimension)
        nearest = self.compression.nearest(vectors)
        self.stored.add(self.compression.encode(vectors, nearest))
        self.nearest.append(nearest.astype(np.int32))
        self.waiting = []

    def close(self) -> None:
        """Write the arrays that need all documents."""
        self.stored.close()
        nearest, count = np.concatenate(self.nearest), len(self.compression.centroids)
        arrays: dict[str, npt.NDArray[Any]] = {
            "ends": np.cumsum(np.array(self.lengths, np.int64)),
            "nearest": _narrow(nearest, count),
            "tokens": _narrow(np.concatenate(self.codes), len(self.names)),
            "members": np.argsort(nearest, kind="stable").astype(np.int32),
            "member_ends": np.cumsum(np.bincount(nearest, minlength=count)),
        }
        for name, array in arrays.items():
            write_array(self.folder / f"{name}.npy", array)
        holding = pa.array([self.holding[code] for code in range(len(self.names))], pa.int64())
        names = pa.array(list(self.names), pa.string())
        write_table(self.folder / "names.arrow", pa.table({"token": names, "documents": holding}))


def _narrow(values: npt.NDArray[np.int32], count: int) -> npt.NDArray[Any]:
    """Give codes below `count` in as few bytes as they need."""
    return values.astype(np.min_scalar_type(max(count - 1, 0)))
