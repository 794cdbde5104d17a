"""Uploads made from nothing, and what an import leaves in a workspace, for the tests of imports."""

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from typing import Any

from evaluation.collections.import_request import ImportOutcome, ImportRequest
from evaluation.collections.importing import import_collection
from evaluation.workspace import Workspace

Files = Mapping[str, str | bytes]

CORPUS = "\n".join(
    json.dumps({"_id": f"d{n}", "title": f"Title {n}", "text": f"The text of document {n}."})
    for n in range(1, 6)
)
QUERIES = '{"_id": "q1", "text": "first"}\n{"_id": "q2", "text": "second"}\n'
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t1\nq2\td3\t1\n"
RUN = "q1 Q0 d1 1 3.5 tag\nq1 Q0 d2 2 2.5 tag\nq2 Q0 d9 1 1.5 tag\n"
BEIR: dict[str, str | bytes] = {
    "corpus.jsonl": CORPUS,
    "queries.jsonl": QUERIES,
    "qrels/test.tsv": QRELS,
}


def as_bytes(content: str | bytes) -> bytes:
    """Give the bytes of a file."""
    return content if isinstance(content, bytes) else content.encode()


def upload(workspace: Workspace, files: Files) -> str:
    """Write files as one upload; gives its source string."""
    upload_id = ""
    for name, content in files.items():
        path, source = workspace.places.new_upload(name, upload_id)
        upload_id = source.removeprefix("upload:")[:32]
        path.write_bytes(as_bytes(content))
    return f"upload:{upload_id}"


def import_upload(workspace: Workspace, files: Files, **request: Any) -> ImportOutcome:
    """Upload files and import them."""
    sources = (upload(workspace, files),)
    return import_collection(workspace, ImportRequest("Tiny", sources, **request))


def zipped(files: Files, prefix: str = "") -> bytes:
    """Pack files as a .zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(prefix + name, as_bytes(content))
    return buffer.getvalue()


def tarred(files: Files, prefix: str = "") -> bytes:
    """Pack files as a .tar.gz."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(prefix + name)
            info.size = len(as_bytes(content))
            archive.addfile(info, io.BytesIO(as_bytes(content)))
    return buffer.getvalue()


def gzipped(content: str | bytes) -> bytes:
    """Pack one file with gzip."""
    return gzip.compress(as_bytes(content))


def listing(workspace: Workspace) -> set[str]:
    """Name everything in a workspace except the uploads themselves."""
    found = (path.relative_to(workspace.folder).as_posix() for path in workspace.folder.rglob("*"))
    return {name for name in found if not name.startswith("uploads")}
