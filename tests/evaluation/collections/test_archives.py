import io
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from evaluation.collections import archives, sources
from evaluation.collections.archives import members
from evaluation.collections.sources import Reading, SourceFile
from evaluation.errors import CancelledError, InputError
from tests.evaluation.collections.uploads import BEIR, Files, as_bytes, gzipped, tarred, zipped

Packer = Callable[..., bytes]


def listed(folder: Path, data: bytes, name: str) -> list[SourceFile]:
    (folder / name).write_bytes(data)
    return members(folder / name, name)


def contents(files: list[SourceFile]) -> dict[str, bytes]:
    found = {}
    for file in reversed(files):
        with Reading().open(file) as stream:
            found[file.name] = stream.read()
    return found


def zip_with(name: str, data: bytes, mode: int = 0) -> bytes:
    """A .zip with one member of any name and Unix mode."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo("x")
        info.filename = name
        info.external_attr = mode << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, data)
    return buffer.getvalue()


def tar_with(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> bytes:
    """A .tar.gz with one member of any name and type."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, target
        archive.addfile(info)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "pack"), [("a.zip", zipped), ("a.tar.gz", tarred), ("a.TGZ", tarred)]
)
def test_members_are_listed_and_read_in_any_order(tmp_path: Path, name: str, pack: Packer) -> None:
    files = listed(tmp_path, pack(BEIR, "top/"), name)
    assert [file.name for file in files] == [f"top/{member}" for member in BEIR]
    assert contents(files) == {f"top/{member}": as_bytes(text) for member, text in BEIR.items()}


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/passwd", "..\\x", "C:\\x", "a/.."])
def test_names_that_lead_outside_are_refused(tmp_path: Path, name: str) -> None:
    for data, archive in ((zip_with(name, b"x"), "a.zip"), (tar_with(name), "a.tgz")):
        with pytest.raises(InputError, match="leads outside"):
            listed(tmp_path, data, archive)


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE],
)
def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path, kind: bytes) -> None:
    with pytest.raises(InputError, match="is a link or a device"):
        listed(tmp_path, tar_with("x", kind, "/etc/passwd"), "a.tar.gz")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_in_a_zip_are_refused(tmp_path: Path, kind: int) -> None:
    with pytest.raises(InputError, match="is a link or a device"):
        listed(tmp_path, zip_with("x", b"/etc/passwd", kind | 0o777), "a.zip")


def test_a_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    data = zip_with("a", b"x")
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("a", "y")
    with pytest.raises(InputError, match="'a' twice"):
        listed(tmp_path, buffer.getvalue(), "a.zip")


@pytest.mark.parametrize(("name", "pack"), [("a.zip", zipped), ("a.tar.gz", tarred)])
def test_an_archive_cut_off_anywhere_is_refused(tmp_path: Path, name: str, pack: Packer) -> None:
    whole = pack(BEIR)
    for length in range(0, len(whole) - 1, 23):
        with pytest.raises(InputError):
            contents(listed(tmp_path, whole[:length], name))


def test_damaged_bytes_inside_a_zip_are_noticed_when_they_are_read(tmp_path: Path) -> None:
    whole = bytearray(zipped(BEIR))
    whole[60] ^= 0xFF
    with pytest.raises(InputError, match="damaged"):
        contents(listed(tmp_path, bytes(whole), "a.zip"))


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    whole = bytearray(zip_with("a", b"x"))
    for marker, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole[whole.index(marker) + flags] |= 1
    with pytest.raises(InputError, match="protected by a password"):
        listed(tmp_path, bytes(whole), "a.zip")


def test_a_zip_packed_in_an_unknown_way_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a", "x")
    with pytest.raises(InputError, match="not understood here"):
        listed(tmp_path, buffer.getvalue(), "a.zip")


# Bombs: the bounds are lowered so that the tests stay small

ZEROS: Files = {"corpus.jsonl": b"0" * 1_000_000}


@pytest.mark.parametrize(("name", "pack"), [("a.zip", zipped), ("a.tar.gz", tarred)])
def test_an_archive_that_unpacks_to_far_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, pack: Packer
) -> None:
    monkeypatch.setattr(archives, "RATIO_FREE_BYTES", 100_000)
    with pytest.raises(InputError, match="unpacks to"):
        listed(tmp_path, pack(ZEROS), name)


def test_many_members_that_are_too_large_together_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MAX_TOTAL_BYTES", 5_000_000)
    files = {f"{number}.jsonl": b"0" * 1_000_000 for number in range(6)}
    for name, data in (("a.zip", zipped(files)), ("a.tar.gz", tarred(files))):
        with pytest.raises(InputError, match="unpacks to"):
            listed(tmp_path, data, name)


def test_a_file_under_gzip_inside_an_archive_is_counted_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "RATIO_FREE_BYTES", 100_000)
    files = listed(tmp_path, zipped({"x.jsonl.gz": gzipped(b"0" * 1_000_000)}), "a.zip")
    with pytest.raises(InputError, match="unpacks to more than 200 times"):
        contents(files)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 10)
    files = {f"{number}": "" for number in range(11)}
    for name, data in (("a.zip", zipped(files)), ("a.tar.gz", tarred(files))):
        with pytest.raises(InputError, match="more than 10 files"):
            listed(tmp_path, data, name)


def test_many_members_of_a_tar_are_read_in_one_pass(tmp_path: Path) -> None:
    files = {f"{number:03}.jsonl": f"{number}" * 2_000 for number in range(300)}
    listing = listed(tmp_path, tarred(files), "a.tar.gz")
    passes = []
    for file in listing:
        with file.open() as stream:
            passes.append(stream.read())
    assert passes == [as_bytes(text) for text in files.values()]
    with listing[0].open() as first, listing[7].open() as second:  # turn and turn about
        assert first.read(3) + second.read(3) + first.read(3) == b"000777000"


def test_listing_a_tar_can_be_stopped(tmp_path: Path) -> None:
    (tmp_path / "a.tgz").write_bytes(tarred(BEIR))

    def stop() -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        members(tmp_path / "a.tgz", "a.tgz", stop)
