"""Vector sets: vectors of documents and queries, made elsewhere, that belong to a collection.

A set is kept in a folder of its own among the attachments, called `vectors-` and an id made of its
name, so that several, of different models, stand beside each other. `documents.npy` has a row per
document of the corpus, in its order; rows without a vector are holes, and `documents_given.npy`
says which are not. The same goes for the queries.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.files import folder_sums, open_table, read_json, write_array, write_table

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Given = npt.NDArray[np.bool_]
PREFIX = "vectors-"
DOCUMENTS, QUERIES = "documents", "queries"
NAMES = "query_ids.arrow"
UNIT = 1e-5  # how far from one a length may be, to count as one


@dataclass(frozen=True, eq=False)
class VectorSet:
    """One set, as it is kept; nothing is read before it is used.

    Attributes:
        folder: where it lies.
        record: its `name`, `fingerprint`, and what was found of `documents` and `queries`.
    """

    folder: Path
    record: Mapping[str, Any]

    @property
    def fingerprint(self) -> str:
        """A hash of all vectors and of whose they are."""
        return str(self.record["fingerprint"])

    @property
    def dimension(self) -> int:
        """Numbers per vector."""
        return int(self.record["dimension"])

    @property
    def documents(self) -> Vectors:
        """The vectors of the documents, (documents, dimension), memory-mapped; some are holes."""
        return _open(self.folder, DOCUMENTS)

    @cached_property
    def given(self) -> Given:
        """Which documents have a vector."""
        found: Given = np.load(self.folder / f"{DOCUMENTS}_given.npy", allow_pickle=False)
        return found

    @property
    def of_length_one(self) -> bool:
        """Whether all vectors have the length one, so that cosine and dot product are the same."""
        lengths = [self.record[part]["lengths"] for part in (DOCUMENTS, QUERIES)]
        return all(abs(length - 1) <= UNIT for pair in lengths for length in pair)

    def of_queries(self, query_ids: Sequence[str]) -> Vectors:
        """Give the vectors of queries, (queries, dimension); NaN in each number where none is."""
        vectors = _open(self.folder, QUERIES)
        rows = np.array([self._query_rows.get(query_id, -1) for query_id in query_ids], np.int64)
        found = np.full((len(rows), self.dimension), np.nan, np.float32)
        found[rows >= 0] = vectors[rows[rows >= 0]]
        return found

    @cached_property
    def _query_rows(self) -> dict[str, int]:
        names = open_table(self.folder / NAMES)["query_id"].to_pylist()
        given = np.load(self.folder / f"{QUERIES}_given.npy", allow_pickle=False)
        return {name: row for row, name in enumerate(names) if given[row]}


def open_sets(place: Path) -> dict[str, VectorSet]:
    """Open the sets among the attachments in a folder, by the name of their own folder."""
    found = sorted(place.glob(f"{PREFIX}*/record.json"))
    return {path.parent.name: VectorSet(path.parent, read_json(path)) for path in found}


def close_set(folder: Path, query_ids: Sequence[str]) -> str:
    """Write down whose vectors those of the queries in a folder are; gives the hash of it all."""
    write_table(folder / NAMES, pa.table({"query_id": pa.array(query_ids, pa.string())}))
    sums = sorted(folder_sums(folder).items())
    return hashlib.blake2b(repr(sums).encode(), digest_size=16).hexdigest()


class VectorWriter(AbstractContextManager["VectorWriter"]):
    """Writes vectors into a `.npy` file row by row, in any order, through no memory of its own."""

    def __init__(self, path: Path, rows: int, dimension: int) -> None:
        self.path, self.width = path, 4 * dimension
        self.given: Given = np.zeros(rows, bool)
        self.file = path.open("wb")
        head = {"descr": "<f4", "fortran_order": False, "shape": (rows, dimension)}
        np.lib.format.write_array_header_1_0(self.file, head)
        self.start = self.file.tell()
        self.file.truncate(self.start + rows * self.width)
        self.file.flush()

    def put(self, rows: Rows, vectors: Vectors) -> None:
        """Write the vectors of some rows."""
        data = np.ascontiguousarray(vectors, "<f4")
        breaks = np.flatnonzero(np.diff(rows) != 1) + 1
        starts = [0, *breaks.tolist()] if len(rows) else []
        for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
            place = self.start + int(rows[start]) * self.width
            _write(self.file.fileno(), data[start:end].data.cast("B"), place)
        self.given[rows] = True

    def close(self) -> None:
        """Write down which rows have a vector, beside the vectors."""
        self.file.close()
        given = self.path.with_name(f"{self.path.stem}_given.npy")
        write_array(given, self.given)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close() if fault[0] is None else self.file.close()


def _write(file: int, data: memoryview, place: int) -> None:
    while data:
        written = os.pwrite(file, data, place)
        data, place = data[written:], place + written


def _open(folder: Path, part: str) -> Vectors:
    found: Vectors = np.load(folder / f"{part}.npy", mmap_mode="r", allow_pickle=False)
    return found
