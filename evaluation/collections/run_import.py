"""Run files on their way in: unpacked, read, and checked against the collection they are for."""

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow.compute as pc

from evaluation.collections.collection import Collection
from evaluation.collections.reading import Given
from evaluation.collections.sources import Reading
from evaluation.disk_room import writing
from evaluation.errors import InputError
from evaluation.run import Run

ENDINGS = re.compile(r"(\.(trec|txt|run|res|tsv|out|gz))+$", re.IGNORECASE)


def read_runs(
    reading: Reading, files: Sequence[Given], collection: Collection
) -> Iterator[tuple[str, Run, dict[str, Any]]]:
    """Go through run files: a name made from the file's, the run, and its findings.

    Raises:
        InputError: a file is no run, or a run has no query or no document in common with the
            collection.
    """
    from evaluation.measures.run_health import run_findings

    for given, name in zip(files, _names(files), strict=True):
        run = _read(reading, given)
        check_belongs(run, collection, given.file.name)
        findings = [finding.to_dict() for finding in run_findings(run, collection)]
        yield name, run, {"findings": findings}


def run_name(file_name: str) -> str:
    """Give the name of a run from its file: `runs/bm25-rm3.trec.gz` is `bm25-rm3`."""
    return ENDINGS.sub("", PurePosixPath(file_name).name) or "run"


def _names(files: Sequence[Given]) -> list[str]:
    """Name runs after their files; those that would share a name get their folders before it."""
    short = [run_name(given.file.name) for given in files]
    long = [ENDINGS.sub("", given.file.name) for given in files]
    return [s if short.count(s) == 1 else name for s, name in zip(short, long, strict=True)]


def check_belongs(run: Run, collection: Collection, name: str) -> None:
    """Refuse a run for another collection.

    Raises:
        InputError: none of its queries is in the collection, or none of its documents; for a
            collection without corpus, none of its documents is judged.
    """
    known = set(collection.queries.ids)
    if not known.intersection(run.query_ids):
        raise InputError(
            f"{name}: none of its {len(run.query_ids):,} queries is in {collection.name} (such as "
            f"{_some(run.query_ids)} there). Choose the collection that the run was made for."
        )
    judged = [qrels.table["doc_id"] for qrels in collection.qrels.values() if len(qrels)]
    own = [collection.corpus.table["doc_id"]] if collection.corpus is not None else judged
    shared = any(pc.any(pc.is_in(ids, value_set=run.doc_ids)).as_py() for ids in own)
    if own and len(run) and not shared:
        what = "in" if collection.corpus is not None else "judged in"
        raise InputError(
            f"{name}: none of its {len(run.doc_ids):,} documents is {what} {collection.name}. "
            "Choose the collection that the run was made for."
        )


@dataclass(frozen=True)
class Onwards:
    """Reports the reading of one run as part of the whole import.

    Attributes:
        reading: the import.
        weight: 1 to count the bytes of the run, 0 where they were counted while unpacking.
    """

    reading: Reading
    weight: int

    def report(self, done: int, total: int | None, unit: str = "bytes") -> None:
        """Report the bytes of the import so far."""
        reached = self.reading.done + self.weight * done
        self.reading.progress.report(reached, self.reading.total, "bytes")


def _read(reading: Reading, given: Given) -> Run:
    """Read a run from where it lies; what is packed is unpacked to a passing folder first."""
    from evaluation.collections.trec_run import read_run

    file = given.file
    if file.path is not None and not file.packed:
        run = read_run(file.path, name=file.name, progress=Onwards(reading, 1))
        reading.advance(file.size)
        return run
    room = writing("the unpacked run file", Path(tempfile.gettempdir()))
    with room, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.trec"
        with reading.open(file) as stream, path.open("wb") as target:
            shutil.copyfileobj(stream, target, 1 << 20)
        return read_run(path, name=file.name, progress=Onwards(reading, 0))


def _some(ids: Sequence[str]) -> str:
    return ", ".join(repr(item[:40]) for item in ids[:2])
