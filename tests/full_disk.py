"""Every kind of write, ready to be tried on a disk that is full, and what must hold after it.

As a script (`python -m tests.full_disk FOLDER WORKSPACE SEED ROUNDS`) it fills the disk that the
folder is on, which should be a small one of its own, under copies of a prepared workspace.
"""

import json
import os
import re
import resource
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from evaluation import disk_room, worker
from evaluation.backup import back_up
from evaluation.cache import KINDS
from evaluation.collections.attachments import CONCEPTS, concepts_of
from evaluation.collections.collection import Collection, Qrels, Queries, corpus_of
from evaluation.collections.demo import installed
from evaluation.errors import DiskFullError
from evaluation.files import folder_sums, new_array, read_json
from evaluation.jobs import Jobs
from evaluation.progress import SILENT
from evaluation.store import open_results
from evaluation.workspace import ROOT, Workspace
from tests.disk_writes import INDEXES, WRITES, Write, collection_of
from tests.sample import sample_workspace, small_collection

SENTENCE = re.compile(
    r"The disk is full: [^\n]{3,120} could not be written \([\d,.]+ MB are free there[^\n]*\)\. "
    r"What was there before is unchanged\. Delete from the cache [^\n]* resume the job\."
)


def prepare(folder: Path) -> Workspace:
    """Make a workspace with something of each kind in it."""
    workspace, collection, _ = sample_workspace(folder)
    table = concepts_of({"river": "water that flows", "engine": "a machine"})
    workspace.add_attachment(collection, CONCEPTS, table, {})
    upload = folder / "uploads" / ("a" * 32)
    upload.mkdir(parents=True)
    _write_beir(upload)
    (folder / "uploads" / ("b" * 32)).mkdir()
    words = np.random.default_rng(6).integers(0, 9000, (2000, 40)).tolist()
    texts = [(f"d{n}", "", " ".join(f"w{w}" for w in row)) for n, row in enumerate(words)]
    queries, judged = Queries.of({"q": "w1 w2"}), {"test": Qrels.of_dict({"q": {"d1": 1}})}
    larger = Collection("Larger", corpus_of(texts), queries, judged)
    workspace.add_collection(larger.name, larger.save)
    gone = workspace.add_collection("Gone", small_collection(seed=9).save)
    workspace.discard("collections", gone)
    Jobs(workspace.jobs_file).submit("experiment", "First", {"experiment": "sample"})
    back_up(workspace, folder / "kept.tar.gz", False, SILENT)
    disk_room.keep_reserve(folder)  # as a worker does when it starts
    return workspace


def _write_beir(folder: Path) -> None:
    """A collection whose documents get a further column late, so that its file is copied."""
    words = np.random.default_rng(5).integers(0, 5000, (1500, 30))
    with zipfile.ZipFile(folder / "given.zip", "w") as archive:
        lines = [
            {"_id": f"d{n}", "text": " ".join(f"w{w}" for w in row)}
            | ({"metadata": {"year": n}} if n > 1200 else {})
            for n, row in enumerate(words.tolist())
        ]
        archive.writestr("corpus.jsonl", "\n".join(map(json.dumps, lines)))
        queries = [{"_id": f"q{n}", "text": f"w{n} w{n + 1}"} for n in range(300)]
        archive.writestr("queries.jsonl", "\n".join(map(json.dumps, queries)))
        judged = "".join(f"q{n}\td{n}\t1\n" for n in range(300))
        archive.writestr("qrels/test.tsv", "query-id\tcorpus-id\tscore\n" + judged)
        run = "".join(f"q{n} Q0 d{m} {m} {9 - m} x\n" for n in range(300) for m in range(9))
        archive.writestr("runs/first.trec", run)


def state_of(folder: Path) -> dict[str, str]:
    """Hash what is visible in a workspace, but for the job table, whose records are checked."""
    found = folder_sums(folder)
    return {n: s for n, s in found.items() if not n.startswith(("jobs.sqlite", "reserve", "fill"))}


def check_sound(workspace: Workspace, before: dict[str, str]) -> None:
    """Check that nothing is half-written, all can be read, and what was there is unchanged."""
    drafts = list(workspace.folder.rglob(".draft-*"))
    assert not drafts, drafts
    after = state_of(workspace.folder)
    assert {name: after.get(name) for name in before} == before
    for stored in workspace.collections():
        collection = workspace.collection(stored.id)
        assert collection.fingerprints
        workspace.health(stored.id)
        for run in workspace.runs(stored.id):
            assert len(workspace.run(stored.id, run.id)) == run.record["hits"]
    for folder in workspace.experiments_folder().glob("*"):
        for row in open_results(workspace, folder.name).done:
            assert len(row.run().hits(row.run().query_ids[0]))
            row.stored_scores()
    for entry in workspace.cache.entries():
        assert workspace.cache.find_sound(entry.kind, entry.key), entry
    for kind in KINDS:
        keys = [path.name for path in (workspace.cache.folder / kind).glob("*")]
        assert all(workspace.cache.find(kind, key) for key in keys), keys
    for path in (workspace.folder / "trash").glob("*.json"):
        read_json(path)
    installed(workspace)
    assert Jobs(workspace.jobs_file).recent()


@contextmanager
def sizes_limited(most: int) -> Iterator[None]:
    """Let no file of this process grow beyond some bytes: a write then fails (EFBIG)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def disk_filled(folder: Path, left: int) -> Iterator[None]:
    """Fill the disk that a folder is on until only some bytes are left (ENOSPC)."""
    path = folder / "fill"
    try:
        with path.open("wb", buffering=0) as file:
            free = disk_room.free_bytes(folder)
            os.posix_fallocate(file.fileno(), 0, max(1, free - left))
        yield
    finally:
        path.unlink()


def try_write(
    write: Write, base: Path, folder: Path, full: Callable[[], Any], expected: object
) -> str:
    """Do a write on a full disk, check everything, then do it again with room; gives the message.

    "" if there was room enough all the same.
    """
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    os.environ["RANKLAB_MODEL_CACHE"] = str(folder / "models")
    workspace, message = Workspace(folder), ""
    before = state_of(folder)
    with full():
        try:
            found = write.act(workspace)
        except DiskFullError as error:
            message = str(error)
    if message:
        assert SENTENCE.fullmatch(message), message
        assert re.match(f"The disk is full: ({write.what})", message), (write.name, message)
        check_sound(workspace, before)
        found = write.act(workspace)
    assert found == expected, write.name
    return message


def reference(write: Write, base: Path, folder: Path) -> tuple[object, int, int]:
    """Do a write with room; gives its result, the largest file and the bytes that it wrote."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    os.environ["RANKLAB_MODEL_CACHE"] = str(folder / "models")
    before = {path for path in folder.rglob("*") if path.is_file()}
    found = write.act(Workspace(folder))
    new = [
        path.stat().st_size for path in folder.rglob("*") if path.is_file() and path not in before
    ]
    return found, max(new, default=4000), 8192 * (len(new) + 1) + sum(new)


def check_nothing_left(base: Path, folder: Path) -> None:
    """Check what must go on where not a byte is left: reading, recording, deleting, pages."""
    shutil.rmtree(folder)
    shutil.copytree(base, folder)
    workspace = Workspace(folder)
    jobs = Jobs(workspace.jobs_file)
    first = jobs.recent()[0].id
    disk_room.spend_reserve(folder)
    with disk_filled(folder, 0):
        _check_no_signal(folder / "vectors.npy")
        assert jobs.get(first).title == "First"  # without a reserve it can still be read
        with pytest.raises(DiskFullError, match=SENTENCE):
            jobs.finish(first, "failed", "x")
    disk_room.keep_reserve(folder)
    assert (folder / disk_room.RESERVE).stat().st_size == disk_room.RESERVE_BYTES
    with disk_filled(folder, 0):
        jobs.finish(first, "failed", "x" * 1000)
        assert jobs.get(first).error == "x" * 1000
        ticket = workspace.discard("collections", collection_of(workspace))
        assert workspace.restore(ticket)
        _check_pages(workspace)
    disk_room.keep_reserve(folder)
    assert (folder / disk_room.RESERVE).exists()


def _check_no_signal(path: Path) -> None:
    """Filling an array through memory must fail before a page of it has no room on the disk."""
    with pytest.raises(OSError, match="No space left") as caught:
        new_array(path, np.float32, (1000, 100))[:] = 1
    assert disk_room.is_full(caught.value)
    path.unlink()


def _check_pages(workspace: Workspace) -> None:
    """Open every page; on the page Workspace, make room."""
    from streamlit.testing.v1 import AppTest

    os.environ["RANKLAB_WORKSPACE"] = str(workspace.folder)
    chosen = {"collection": collection_of(workspace), "experiment": "sample", "systems": "0,1"}
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    app.query_params.update(chosen)
    with patch.object(worker, "start"):
        for path in sorted((ROOT / "pages").glob("*.py")):
            app.switch_page(f"pages/{path.name}").run()
            assert not app.exception, (path.name, app.exception)
            assert not [error for error in app.error if "disk" in error.value], path.name
    for entry in list(workspace.cache.entries()):
        workspace.cache.remove(entry.kind, entry.key)


def main(folder: Path, base: Path, seed: int, rounds: int) -> None:
    """Try every write some times on the small disk that the folder is on."""
    random, failed = np.random.default_rng(seed), 0
    every = (*WRITES, *(INDEXES if rounds > 1 else ()))
    for write in every:
        expected, _, most = reference(write, base, folder / "workspace")
        for share in random.random(rounds):
            full = partial(disk_filled, folder, int(most * share * share))
            failed += bool(try_write(write, base, folder / "workspace", full, expected))
    check_nothing_left(base, folder / "workspace")
    sys.stdout.write(f"{failed} of {rounds * len(every)} writes met a full disk\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
