"""Looking into .zip and .tar.gz archives without writing anything to disk, and without trust."""

import gzip
import io
import stat
import struct
import tarfile
import weakref
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from evaluation.collections.file_names import check_names
from evaluation.collections.limits import (
    MAX_LISTING_BYTES,
    MAX_MEMBERS,
    MAX_RATIO,
    MAX_TOTAL_BYTES,
    RATIO_FREE_BYTES,
)
from evaluation.collections.sources import PACKING_FAULTS, SourceFile
from evaluation.errors import InputError

TAR_ENDINGS = (".tar.gz", ".tgz")
FOREIGN_ENDINGS = (".7z", ".rar", ".tar", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".bz2", ".xz")
UNDERSTOOD = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
PATCHED, LOCKED = 0x20, 0x41  # bits of a member in a zip
# what the standard library raises on headers that were written to break it, beside its own errors
BROKEN_HEADERS = (ValueError, OverflowError, NotImplementedError, RecursionError, struct.error)
Opener = Callable[[], AbstractContextManager[BinaryIO]]
REPACK = "Pack the collection's own files again as a plain .zip or .tar.gz."


def is_archive(name: str) -> bool:
    """Whether a file name is that of an archive that can be opened here."""
    return name.lower().endswith((".zip", *TAR_ENDINGS))


def is_foreign(name: str) -> bool:
    """Whether a file name is that of an archive that cannot be opened here."""
    return name.lower().endswith(FOREIGN_ENDINGS)


def members(
    path: Path, name: str, checkpoint: Callable[[], None] = lambda: None
) -> list[SourceFile]:
    """List the files in an archive, in archive order; their bytes are unpacked when they are read.

    Args:
        path: the archive on disk.
        name: what the visitor calls it, for messages.
        checkpoint: called now and then while the list is made; may raise to stop.

    Raises:
        InputError: it is no such archive, is damaged, protected by a password, or holds what a
            collection never holds: links, devices, paths that lead outside, thousands of files,
            or far more bytes than its size allows.
    """
    try:
        found = _zip(path, name) if name.lower().endswith(".zip") else _tar(path, name, checkpoint)
    except (*PACKING_FAULTS, *BROKEN_HEADERS, tarfile.TarError) as error:
        known = isinstance(error, (*PACKING_FAULTS, tarfile.TarError))
        reason = str(error)[:200] if known else "its headers make no sense"
        raise InputError(
            f"{name} is damaged, cut off, or not the archive its name says ({reason}). "
            "Pack or copy it again."
        ) from None
    check_names([file.name for file in found], name, REPACK)
    return found


def _zip(path: Path, name: str) -> list[SourceFile]:
    stored = _Listing(path, name)
    try:
        archive = zipfile.ZipFile(cast(BinaryIO, stored))
    except BaseException:
        stored.close()
        raise
    weakref.finalize(archive, _close, stored)
    if not all(info.filename for info in archive.infolist()):
        raise InputError(f"{name} holds a file without a name. {REPACK}")
    infos = [info for info in archive.infolist() if not info.is_dir()]
    _check_number(len(infos), name)
    for info in infos:
        _check_zip_member(info, name, path.stat().st_size)
    _check_total(sum(info.file_size for info in infos), name)
    return [SourceFile(info.filename, info.file_size, _zip_opener(archive, info)) for info in infos]


class _Listing(io.FileIO):
    """A .zip on disk whose list of members is only read if it is no longer than it may be."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path)
        self.label, self.bytes = name, path.stat().st_size

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = self.bytes - self.tell()
        if size > MAX_LISTING_BYTES:
            raise InputError(f"{self.label} holds more than {MAX_MEMBERS:,} files. {REPACK}")
        return super().read(size) or b""


def _check_zip_member(info: zipfile.ZipInfo, name: str, size: int) -> None:
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise _strange(name, info.filename)
    if info.flag_bits & LOCKED:
        raise InputError(f"{name} is protected by a password. {REPACK}")
    if not 0 <= info.header_offset < size:
        raise zipfile.BadZipFile("a file begins outside of it")
    if info.compress_type not in UNDERSTOOD or info.flag_bits & PATCHED:
        raise InputError(f"{name} is packed in a way that is not understood here. {REPACK}")
    if info.file_size > max(RATIO_FREE_BYTES, MAX_RATIO * info.compress_size):
        raise InputError(
            f"{name}: {info.filename} unpacks to more than {MAX_RATIO} times its size, as files do "
            "that are made to fill a disk. Give the unpacked file instead."
        )


def _zip_opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Opener:
    @contextmanager
    def opened() -> Iterator[BinaryIO]:
        try:
            stream = archive.open(info)
        except (zipfile.BadZipFile, *BROKEN_HEADERS) as error:
            reason = str(error) if isinstance(error, zipfile.BadZipFile) else "its header"
            raise InputError(f"{info.filename} is damaged ({reason[:200]}). {REPACK}") from None
        with stream:
            yield cast(BinaryIO, stream)

    return opened


def _tar(path: Path, name: str, checkpoint: Callable[[], None]) -> list[SourceFile]:
    found: list[SourceFile] = []
    whole = _Unpacked(path)
    with path.open("rb") as stored, gzip.GzipFile(fileobj=stored) as unpacked:
        limit = min(MAX_TOTAL_BYTES, max(RATIO_FREE_BYTES, MAX_RATIO * path.stat().st_size))
        counted = _Bounded(cast(BinaryIO, unpacked), name, limit, checkpoint)
        with tarfile.open(fileobj=cast(BinaryIO, counted), mode="r|") as archive:
            for info in archive:
                if info.size < 0:
                    raise tarfile.ReadError("a file of less than no bytes")
                counted.found(info.size)
                if info.isdir():
                    continue
                if not info.isreg() or info.issparse():
                    raise _strange(name, info.name)
                opener = partial(whole.member, info.offset_data, info.size)
                found.append(SourceFile(info.name, info.size, opener))
                _check_number(len(found), name)
    return found


class _Unpacked:
    """A .tar.gz that stays open while its members are in use.

    Unpacking goes forwards only, so members read in archive order cost one pass together; going
    back to an earlier one begins again.
    """

    def __init__(self, path: Path) -> None:
        stored = path.open("rb")
        self.stream = gzip.GzipFile(fileobj=stored)
        weakref.finalize(self, _close, self.stream, stored)

    @contextmanager
    def member(self, start: int, size: int) -> Iterator[BinaryIO]:
        """Give the bytes of one member."""
        yield cast(BinaryIO, _Slice(cast(BinaryIO, self.stream), start, size))


def _close(*files: io.IOBase) -> None:
    for file in files:
        file.close()


class _Bounded:
    """A stream for one pass over an archive that stops at a number of bytes.

    What stands between two files is bounded, too: headers are held in memory.
    """

    def __init__(
        self, inner: BinaryIO, name: str, limit: int, checkpoint: Callable[[], None]
    ) -> None:
        self.inner, self.name, self.left, self.checkpoint = inner, name, limit, checkpoint
        self.until_next = MAX_LISTING_BYTES

    def found(self, size: int) -> None:
        """Take note of a file of `size` bytes that comes next."""
        self.until_next = size + MAX_LISTING_BYTES

    def read(self, size: int) -> bytes:
        data = self.inner.read(size)
        self.left -= len(data)
        self.until_next -= len(data)
        if self.until_next < 0:
            raise InputError(f"{self.name} holds headers without end. {REPACK}")
        if self.left < 0:
            raise InputError(
                f"{self.name} unpacks to far more than an archive of its size should. "
                "Give the unpacked files instead."
            )
        self.checkpoint()
        return data


class _Slice(io.RawIOBase):
    """A stretch of a stream; other stretches of it may be read in between."""

    def __init__(self, inner: BinaryIO, start: int, size: int) -> None:
        self.inner, self.place, self.end = inner, start, start + size

    def read(self, size: int = -1) -> bytes:
        left = self.end - self.place
        wanted = left if size < 0 else min(size, left)
        self.inner.seek(self.place)
        data = self.inner.read(wanted)
        if wanted and not data:
            raise EOFError("the archive ends too early")
        self.place += len(data)
        return data


def _check_total(size: int, name: str) -> None:
    if size > MAX_TOTAL_BYTES:
        raise InputError(
            f"{name} unpacks to more than {MAX_TOTAL_BYTES // 10**9} GB, which is more than one "
            "import may hold. Give a smaller collection."
        )


def _check_number(count: int, name: str) -> None:
    if count > MAX_MEMBERS:
        raise InputError(f"{name} holds more than {MAX_MEMBERS:,} files. {REPACK}")


def _strange(archive: str, member: str) -> InputError:
    return InputError(
        f"{archive}: {member[:80]!r} is a link or a device, not a file. Pack plain files only."
    )
