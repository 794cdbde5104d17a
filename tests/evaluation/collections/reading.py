"""A text as a file to read, for the tests of single readers."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from evaluation.collections.sources import Lines, Reading, SourceFile


def given(content: str | bytes, name: str = "file.txt") -> SourceFile:
    """Give a file that lies in memory."""
    data = content if isinstance(content, bytes) else content.encode()

    @contextmanager
    def opened() -> Iterator[BinaryIO]:
        yield io.BytesIO(data)

    return SourceFile(name, len(data), opened)


def lines_of(content: str | bytes) -> list[str]:
    """Give the lines that readers see."""
    with Reading().lines(given(content)) as lines:
        return list(lines)


def place() -> Lines:
    """Give a place in a file, for checks that need one."""
    return Lines(io.BytesIO(b""), "file.txt")
