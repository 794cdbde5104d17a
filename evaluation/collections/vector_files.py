"""Vectors in a file, block by block: `.npy`, alone or beside a file of ids, or Parquet with ids.

A block holds some megabytes, so a file of any size is read in the same little memory.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import BinaryIO

import numpy as np

from evaluation.collections.limits import BLOCK_BYTES
from evaluation.collections.npy import Head, read_head
from evaluation.collections.records import checked_id
from evaluation.collections.sources import Lines, Reading, SourceFile
from evaluation.collections.vector_blocks import Block, VectorFile, check_size, checked
from evaluation.collections.vector_parquet import open_parquet
from evaluation.errors import InputError

ARRAYS, PARQUET = (".npy",), (".parquet", ".pq")
GIVE = "Give .npy (two dimensions of float numbers) or Parquet (a column of ids, one of lists)."


@contextmanager
def open_vectors(
    reading: Reading, file: SourceFile, ids: SourceFile | None = None
) -> Iterator[VectorFile]:
    """Open a file of vectors.

    Args:
        reading: hears how much is read.
        file: `.npy` (also packed) or Parquet.
        ids: beside `.npy`, a text file with the id of each row on a line of its own.

    Raises:
        InputError: here or while blocks are read: what is wrong, where, and what to do.
    """
    ending = PurePosixPath(file.plain_name.lower()).suffix
    if ending in PARQUET:
        if ids is not None:
            raise InputError(f"{file.name} holds its own ids. Leave {ids.name} out.")
        with open_parquet(reading, file) as found:
            yield found
        return
    if ending not in ARRAYS:
        raise InputError(f"{file.name} is no file of vectors that can be read here. {GIVE}")
    with reading.open(file) as stream:
        head = read_head(stream, file.name)
        check_size(file.name, head.rows, head.dimension)
        blocks = _npy_blocks(stream, file.name, head)
        about = file.name, head.rows, head.dimension, head.kind.name
        if ids is None:
            yield VectorFile(*about, False, blocks)
            return
        with reading.lines(ids) as lines:
            yield VectorFile(*about, True, _named(blocks, lines, file.name))


def _npy_blocks(stream: BinaryIO, name: str, head: Head) -> Iterator[Block]:
    width = head.dimension * head.kind.itemsize
    size, done = max(1, BLOCK_BYTES // width), 0
    while done < head.rows:
        wanted = min(size, head.rows - done)
        data = stream.read(wanted * width)
        if len(data) < wanted * width:
            raise InputError(
                f"{name} is cut off: its head promises {head.rows:,} rows of {head.dimension:,} "
                f"numbers, and row {done + len(data) // width + 1:,} is not whole. Copy it again."
            )
        given = np.frombuffer(data, head.kind).reshape(wanted, head.dimension)
        yield Block(checked(given, name, done))
        done += wanted
    if stream.read(1):
        raise InputError(
            f"{name} goes on after the {head.rows:,} rows that its head promises. Save one array "
            "per file."
        )


def _named(blocks: Iterator[Block], lines: Lines, name: str) -> Iterator[Block]:
    """Put the ids in a file of lines beside the rows of another."""
    texts = iter(lines)
    for block in blocks:
        count = len(block.vectors)
        ids = [checked_id(text, "id", _OnLine(lines)) for text in islice(texts, count)]
        if len(ids) < count:
            raise InputError(
                f"{lines.name} ends after {lines.number:,} ids, and {name} has more rows. "
                "Give one id per row."
            )
        yield Block(block.vectors, ids)
    if next(texts, None) is not None:
        raise InputError(
            f"{lines.name} has more lines than {name} has rows ({lines.number - 1:,}). "
            "Give one id per row."
        )


@dataclass(frozen=True)
class _OnLine:
    lines: Lines

    def fault(self, what: str, advice: str) -> InputError:
        return self.lines.fault(what, advice)
