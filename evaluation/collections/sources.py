"""What was given to read: named files, unpacked on the way, counted, checked and reported."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from evaluation.collections.limits import (
    MAX_LINE_BYTES,
    MAX_RATIO,
    MAX_TOTAL_BYTES,
    RATIO_FREE_BYTES,
)
from evaluation.collections.report import Notes
from evaluation.errors import InputError
from evaluation.progress import SILENT, Progress

BUFFER = 1 << 18
GZIP_MAGIC = b"\x1f\x8b"
MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
PACKING_FAULTS = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)


@dataclass(frozen=True)
class SourceFile:
    """One file that was given, wherever it lies.

    Attributes:
        name: its path inside what was given, such as `scifact/qrels/test.tsv`.
        size: bytes as stored.
        open: gives its stored bytes.
        path: where it lies on disk; None inside an archive.
    """

    name: str
    size: int
    open: Callable[[], AbstractContextManager[BinaryIO]]
    path: Path | None = None

    @property
    def packed(self) -> bool:
        """Whether it is one file under gzip."""
        return self.name.lower().endswith(".gz")

    @property
    def plain_name(self) -> str:
        """Its path without `.gz`."""
        return self.name[:-3] if self.packed else self.name


def file_on_disk(path: Path, name: str) -> SourceFile:
    """Describe a plain file on disk."""
    return SourceFile(name, path.stat().st_size, lambda: path.open("rb"), path)


@dataclass
class Reading:
    """One import as it reads: how far it is, how much it may still unpack, what it noticed."""

    progress: Progress = SILENT
    total: int | None = None
    done: int = 0
    unpacked: int = 0
    notes: Notes = field(default_factory=Notes)

    @contextmanager
    def open(self, file: SourceFile) -> Iterator[BinaryIO]:
        """Give the unpacked bytes of a file.

        Raises:
            InputError: while reading, if the packing is damaged or unpacks to too much.
            CancelledError: while reading, from the progress listener.
        """
        with ExitStack() as stack:
            stored = stack.enter_context(file.open())
            stream = _buffered(stack, stored, file.name, self.advance)
            if file.packed:
                if stream.peek(2)[:2] != GZIP_MAGIC:
                    raise InputError(
                        f"{file.name} is called .gz but is not a gzip file. Compress it with gzip, "
                        "or take the .gz off its name."
                    )
                unpacked = cast(BinaryIO, stack.enter_context(gzip.GzipFile(fileobj=stream)))
                stream = _buffered(stack, unpacked, file.name, Unpacking(self, file).advance)
            yield cast(BinaryIO, stream)

    @contextmanager
    def lines(self, file: SourceFile) -> Iterator["Lines"]:
        """Give the lines of a UTF-8 text file."""
        with self.open(file) as stream:
            yield Lines(stream, file.name)

    def head(self, file: SourceFile, size: int = 1 << 16) -> bytes:
        """Give the first unpacked bytes of a file; they do not count as read."""
        with Reading().open(file) as stream:
            return stream.read(size)

    def advance(self, count: int) -> None:
        """Count stored bytes as read. Raises CancelledError when the listener says so."""
        self.done += count
        self.progress.report(self.done, self.total, "bytes")


@dataclass
class Unpacking:
    """Counts what one packed file unpacks to, and stops what is made to fill the disk."""

    reading: Reading
    file: SourceFile
    count: int = 0

    def advance(self, count: int) -> None:
        """Take `count` more unpacked bytes. Raises InputError when it becomes too much."""
        self.count += count
        self.reading.unpacked += count
        if self.reading.unpacked > MAX_TOTAL_BYTES:
            raise InputError(
                f"{self.file.name} unpacks to more than {MAX_TOTAL_BYTES // 10**9} GB, which is "
                "more than one import may hold. Give a smaller collection."
            )
        if self.count > max(RATIO_FREE_BYTES, MAX_RATIO * self.file.size):
            raise InputError(
                f"{self.file.name} unpacks to more than {MAX_RATIO} times its size, as files do "
                "that are made to fill a disk. Give the unpacked file instead."
            )


class Lines:
    """The lines of a text file without their ends, and where the reader stands."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.stream = stream
        self.name = name
        self.number = 0

    def place(self) -> str:
        """Say where the reader stands: `queries.jsonl, line 12`."""
        return f"{self.name}, line {self.number}"

    def fault(self, what: str, advice: str) -> InputError:
        """Make the error for something wrong on the present line."""
        return InputError(f"{self.place()}: {what} {advice}")

    def __iter__(self) -> Iterator[str]:
        """Go through all lines, empty ones included; a byte order mark is left out."""
        while line := self.stream.readline(MAX_LINE_BYTES + 1):
            self.number += 1
            if len(line) > MAX_LINE_BYTES:
                raise self.fault(
                    f"The line is longer than {MAX_LINE_BYTES // 10**6} MB.",
                    "Put each record on a line of its own and shorten or split very long ones.",
                )
            if self.number == 1:
                line = self._without_mark(line)
            elif line.startswith(MARK):
                raise self.fault(
                    "The line begins with a byte order mark, as where files were joined.",
                    "Take it out.",
                )
            yield self._decoded(line.rstrip(b"\r\n"))

    def filled(self) -> Iterator[str]:
        """Go through the lines that are not blank."""
        return (line for line in self if line and not line.isspace())

    def _without_mark(self, line: bytes) -> bytes:
        if line.startswith(UTF16_MARKS):
            raise self.fault("The file is in UTF-16.", "Save it as UTF-8.")
        return line.removeprefix(MARK)

    def _decoded(self, line: bytes) -> str:
        if b"\0" in line:
            raise self.fault(
                f"Byte {line.index(0) + 1} is NUL, which no text holds.",
                "Save the file as plain UTF-8 text.",
            )
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self.fault(
                f"Byte {error.start + 1} (0x{line[error.start]:02x}) is not UTF-8.",
                "Save the file as UTF-8.",
            ) from None


class _Watched(io.RawIOBase):
    """A stream that tells how much was read and says in a sentence that its packing is damaged."""

    def __init__(self, inner: BinaryIO, name: str, advance: Callable[[int], None]) -> None:
        self.inner, self.name, self.advance = inner, name, advance

    def readable(self) -> bool:
        return True

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]
        try:
            data = self.inner.read(len(target))
        except PACKING_FAULTS as error:
            raise InputError(
                f"{self.name} is damaged or cut off ({error}). Pack or copy it again."
            ) from None
        target[: len(data)] = data
        self.advance(len(data))
        return len(data)


def _buffered(
    stack: ExitStack, inner: BinaryIO, name: str, advance: Callable[[int], None]
) -> io.BufferedReader:
    watched = _Watched(inner, name, advance)
    return stack.enter_context(io.BufferedReader(watched, BUFFER))
