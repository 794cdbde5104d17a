"""Source strings: how a visitor names what to import, without ever naming a path.

- `upload:<32 hex digits>` or `upload:<32 hex digits>/<file>`: what was uploaded in the browser
- `root:<name>`: a file or folder below the import root that the server was given
- `demo:<name>`: a bundled collection
"""

import re
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.collections.archives import is_archive, members
from evaluation.collections.file_names import UNFIT, check_names
from evaluation.collections.limits import MAX_MEMBERS
from evaluation.collections.sources import Reading, SourceFile, file_on_disk
from evaluation.drafts import remove_folder
from evaluation.errors import InputError
from evaluation.files import changed_at, folder_bytes

SOURCE = re.compile(r"(upload|root|demo):([^\x00-\x1f]{1,1000})")
UPLOAD = re.compile(r"[0-9a-f]{32}")
PART = re.compile(r"[^/\\:\x00-\x1f\x7f\ud800-\udfff]{1,160}")
SEPARATORS = re.compile(r"[\\:]")
MAX_PART_BYTES, MAX_PARTS = 200, 8  # of a path: what every file system takes


@dataclass(frozen=True)
class Places:
    """The folders that source strings may point into."""

    uploads: Path
    root: Path | None
    demo: Path

    def locate(self, source: str) -> Path:
        """Give the file or folder behind a source string.

        Raises:
            InputError: it is no source string, leads outside, or nothing is there.
        """
        found = SOURCE.fullmatch(source)
        if found is None:
            raise InputError(
                f"{source[:80]!r} is not something to import. Choose an uploaded file, a name in "
                "the import root, or a demo collection."
            )
        kind, rest = found[1], found[2]
        base, parts = self._base(kind), rest.split("/")
        if kind == "upload" and not UPLOAD.fullmatch(parts[0]):
            raise InputError(f"{source[:80]!r} names no upload. Upload the files again.")
        if any(not _is_name(part) for part in parts):
            raise InputError(f"{source[:80]!r} leads outside. Choose one of the names on offer.")
        path = base.joinpath(*parts)
        if not path.resolve().is_relative_to(base.resolve()):
            raise InputError(
                f"{source[:80]!r} is a link to another place. Give the files themselves."
            )
        if not path.exists():
            raise InputError(f"{source[:80]!r} is not there (any more). Choose it again.")
        return path

    def candidates(self) -> list[dict[str, Any]]:
        """List what lies directly in the import root: name, source, whether a folder, bytes."""
        found = []
        for path in sorted(self.root.iterdir()) if self.root and self.root.is_dir() else []:
            if _is_name(path.name) and not path.is_symlink() and (path.is_dir() or path.is_file()):
                size = folder_bytes(path) if path.is_dir() else path.stat().st_size
                found.append(
                    {
                        "name": path.name,
                        "source": f"root:{path.name}",
                        "folder": path.is_dir(),
                        "bytes": size,
                    }
                )
        return found

    def new_upload(self, name: str, upload_id: str = "") -> tuple[Path, str]:
        """Give a path to write an uploaded file to, and the source string that stands for it.

        Args:
            name: what the browser calls the file; only its harmless parts are used.
            upload_id: the 32 hex digits of an upload this file belongs to; a new one if empty.
        """
        upload_id = upload_id or uuid.uuid4().hex
        if not UPLOAD.fullmatch(upload_id):
            raise InputError("The upload has no valid number. Upload the files again.")
        parts = [_harmless(part) for part in name.split("/")[-MAX_PARTS:]]
        parts = [part for part in parts if part] or ["file"]
        path = self.uploads.joinpath(upload_id, *parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path, f"upload:{upload_id}/{'/'.join(parts)}"

    def forget(self, source: str) -> None:
        """Delete the upload that a source string belongs to; other sources stay."""
        kind, _, rest = source.partition(":")
        upload_id = rest.split("/")[0]
        if kind == "upload" and UPLOAD.fullmatch(upload_id):
            remove_folder(self.uploads / upload_id)

    def holds(self, source: str) -> bool:
        """Say whether a source string stands for something that is there."""
        try:
            return self.locate(source).exists()
        except InputError:
            return False

    def unused_uploads(self, age_s: float) -> list[dict[str, Any]]:
        """List uploads that no import has taken for `age_s` seconds: source string and bytes."""
        limit, found = time.time() - age_s, []
        for folder in sorted(self.uploads.glob("*/")):
            if UPLOAD.fullmatch(folder.name) and 0 < changed_at(folder) / 1e9 < limit:
                found.append({"source": f"upload:{folder.name}", "bytes": folder_bytes(folder)})
        return found

    def _base(self, kind: str) -> Path:
        if kind == "root" and self.root is None:
            raise InputError(
                "This server has no import root. Start it with RANKLAB_IMPORT_ROOT set to a folder."
            )
        return {"upload": self.uploads, "root": self.root or self.demo, "demo": self.demo}[kind]


def _is_name(part: str) -> bool:
    """Whether a part of a source string can be the name of a file or folder on offer."""
    fits = PART.fullmatch(part) and len(part.encode()) <= MAX_PART_BYTES
    return bool(fits) and not part.startswith(".")


def _harmless(part: str) -> str:
    """Give what is harmless of a name; its end is kept, which says what kind of file it is."""
    plain = SEPARATORS.sub("_", UNFIT.sub("_", part)).encode()[-160:].decode("utf-8", "ignore")
    return plain.strip().lstrip(".")


def files_at(path: Path, reading: Reading | None = None) -> list[SourceFile]:
    """List the files of a folder, of an archive, or the one file that a path is.

    Raises:
        InputError: a folder holds links or far too many files, an archive is not fit to be read.
    """
    reading = reading or Reading()
    if path.is_file():
        return _unpacked(path, path.name, reading)
    found: list[SourceFile] = []
    for item in sorted(path.rglob("*")):
        name = item.relative_to(path).as_posix()
        if item.is_symlink():
            raise InputError(f"{path.name}/{name} is a link. Give the files themselves.")
        if item.is_file() and not any(part.startswith(".") for part in Path(name).parts):
            found += _unpacked(item, name, reading)
        if len(found) > MAX_MEMBERS:
            raise InputError(f"{path.name} holds more than {MAX_MEMBERS:,} files. Give fewer.")
    check_names((file.name for file in found), path.name, "Give files with other names.")
    return found


def _unpacked(path: Path, name: str, reading: Reading) -> list[SourceFile]:
    if is_archive(path.name):
        return members(path, name, lambda: reading.progress.report(0, None, "bytes"))
    return [file_on_disk(path, name)]
