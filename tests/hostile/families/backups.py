"""Backups that somebody has changed: slips, lies about content, damage."""

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evaluation.backup import MANIFEST, back_up, restore
from evaluation.progress import SILENT
from tests.evaluation.collections.uploads import BEIR, import_upload
from tests.hostile.actions import Act
from tests.hostile.case import Case, Place
from tests.hostile.packing import header, padded, pax


def restored(build: Callable[[Path], bytes]) -> Act:
    """Restore a backup; gives what is there then."""

    def act(place: Place) -> Any:
        file = place.write("b.tar.gz", build(place.folder))
        before = sorted(path.name for path in place.folder.iterdir())
        try:
            return restore(file, place.folder / "new", SILENT)["files"]
        finally:
            left = sorted(path.name for path in place.folder.iterdir())
            assert left == before or (place.folder / "new").exists(), left

    return act


def backup(
    *extra: tuple[str, bytes], manifest: object = None, kind: bytes = b"0"
) -> Callable[[Path], bytes]:
    """Write a backup of some files with any list of its content."""
    listed = json.dumps(manifest).encode()
    names = [*extra, (MANIFEST, listed)]
    blocks = b"".join(header(n.encode()[:100], len(c), kind) + padded(c) for n, c in names)
    return lambda _: gzip.compress(blocks + b"\0" * 1024)


def true_backup(change: Callable[[bytes], bytes]) -> Act:
    """Restore a true backup after a change of its bytes."""

    def act(place: Place) -> Any:
        target = place.folder / "true.tar.gz"
        back_up(place.workspace, target, False, SILENT)
        data = change(target.read_bytes())
        target.unlink()
        return restored(lambda _: data)(place) > 0

    return act


def stored(place: Place) -> None:
    """Put the sound collection into the workspace."""
    import_upload(place.workspace, BEIR)


def about(**changes: object) -> dict[str, object]:
    """Write a list of content."""
    return {"format": 1, "created": 0, "files": {}} | changes


def no_files() -> bytes:
    """Pack nothing."""
    buffer = io.BytesIO()
    tarfile.open(fileobj=buffer, mode="w:gz").close()
    return buffer.getvalue()


CANNOT = "cannot be restored|is damaged|no list of its content|no whole backup|no plain file"
CASES = (
    Case("a backup that is a text", restored(lambda _: b"hello"), CANNOT),
    Case("a backup of nothing", restored(lambda _: no_files()), CANNOT),
    Case("a backup with a way out", restored(backup(("../x", b"a"), manifest=about())), CANNOT),
    Case(
        "a backup with an absolute name",
        restored(backup(("/tmp/x", b"a"), manifest=about())),
        CANNOT,
    ),
    Case(
        "a backup with a symbolic link",
        restored(backup(("x", b""), manifest=about(), kind=b"2")),
        CANNOT,
    ),
    Case(
        "a backup with a device", restored(backup(("x", b""), manifest=about(), kind=b"3")), CANNOT
    ),
    Case(
        "a backup with one name twice",
        restored(backup(("x", b"a"), ("x", b"b"), manifest=about())),
        CANNOT,
    ),
    Case(
        "a backup with a file in a file",
        restored(backup(("x", b"a"), ("x/y", b"b"), manifest=about())),
        CANNOT,
    ),
    Case(
        "a backup with a name of 99 letters 30 deep",
        restored(backup(("a/" * 49 + "b", b"a"), manifest=about())),
        CANNOT,
    ),
    Case(
        "a backup with a wrong hash",
        restored(backup(("x", b"a"), manifest=about(files={"x": [1, "0" * 32]}))),
        CANNOT,
    ),
    Case(
        "a backup with a wrong size",
        restored(backup(("x", b"a"), manifest=about(files={"x": [9**20, ""]}))),
        CANNOT,
    ),
    Case(
        "a backup that lists what is not there",
        restored(backup(manifest=about(files={"x": [1, ""]}))),
        CANNOT,
    ),
    Case("a backup whose list is a list", restored(backup(manifest=[1])), CANNOT),
    Case("a backup whose list is a number", restored(backup(manifest=7)), CANNOT),
    Case(
        "a backup whose list names no files",
        restored(backup(manifest={"format": 1})),
        "written by another version",
    ),
    Case(
        "a backup of a format to come",
        restored(backup(manifest=about(format=2))),
        "written by another version",
    ),
    Case(
        "a backup whose list is no JSON",
        restored(
            lambda _: gzip.compress(
                header(MANIFEST.encode(), 1, b"0") + padded(b"{") + b"\0" * 1024
            )
        ),
        CANNOT,
    ),
    Case(
        "a backup whose list is nested",
        restored(
            lambda _: gzip.compress(
                header(MANIFEST.encode(), 100_000, b"0") + padded(b"[" * 100_000) + b"\0" * 1024
            )
        ),
        CANNOT,
    ),
    Case(
        "a backup of a thousand headers",
        restored(lambda _: gzip.compress(pax(comment="x") * 1000)),
        CANNOT,
    ),
    Case(
        "a backup with a broken sparse map",
        restored(
            lambda _: gzip.compress(
                pax(GNU_sparse_map="x", GNU_sparse_size="1", GNU_sparse_name="x")
                + header(b"x", 0, b"0")
            )
        ),
        CANNOT,
    ),
    Case(
        "a backup with a negative size",
        restored(lambda _: gzip.compress(header(b"x", b"\xff" * 12, b"0") + b"\0" * 1024)),
        CANNOT,
    ),
    Case(
        "a backup cut off",
        before=stored,
        act=true_backup(lambda data: data[: len(data) // 2]),
        says=CANNOT,
    ),
    Case(
        "a backup with flipped bytes",
        before=stored,
        act=true_backup(
            lambda data: data[:2000] + bytes(b ^ 255 for b in data[2000:2040]) + data[2040:]
        ),
        says=CANNOT,
    ),
    Case(
        "a backup without its end",
        before=stored,
        act=true_backup(lambda data: data[:-8]),
        gives=True,
    ),
    Case(
        "a backup as it was written", before=stored, act=true_backup(lambda data: data), gives=True
    ),
)
