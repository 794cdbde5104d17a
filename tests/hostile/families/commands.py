"""The command line: files that are none, per-query scores, backups, and words that make no sense."""

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from evaluation import __main__ as command_line
from evaluation.backup import MANIFEST, back_up, restore
from evaluation.errors import EvaluationError
from evaluation.progress import SILENT
from tests.evaluation.collections.uploads import BEIR, import_upload
from tests.hostile.actions import Act
from tests.hostile.case import Case, Place
from tests.hostile.families.archives import header, padded, pax
from tests.hostile.families.parquet_files import table

RUN = "q1 Q0 d1 1 3.5 x\n"
QRELS = "q1 0 d1 1\n"
IDS = [f"q{n}" for n in range(8)]
SCORES = "query_id,nDCG@10\n" + "".join(f"{name},0.5\n" for name in IDS)


def call(*words: str, **files: str | bytes) -> Act:
    """Write files and call the command line; what it says on standard error is the answer."""

    def act(place: Place) -> Any:
        for name, content in files.items():
            place.write(name.replace("_", "."), content)
        said, told = io.StringIO(), io.StringIO()
        with redirect_stderr(said), redirect_stdout(told):
            code = command_line.main(words)
        if code in (1, 2):
            raise EvaluationError(said.getvalue().strip())
        return code

    return act


def check(candidate: str | bytes, name: str = "b.csv", *more: str) -> Act:
    """Check scores against sound ones."""

    def act(place: Place) -> Any:
        place.write("a.csv", SCORES)
        place.write(name, candidate)
        return call("check", "--baseline", "a.csv", "--candidate", name, *more)(place)

    return act


def scores(**columns: Any) -> bytes:
    """Write per-query scores as Parquet."""
    return table(
        {"query_id": IDS, "nDCG@10": [0.5] * 8}
        | {k.replace("_at_", "@"): v for k, v in columns.items()}
    )


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
BACKUPS = (
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
SCORE_FILES = (
    Case("scores without a head", check("q0,0.5\n"), "`query_id` is missing"),
    Case("scores in an empty file", check(""), "`query_id` is missing"),
    Case("scores without rows", check("query_id,nDCG@10\n"), "queries"),
    Case(
        "scores that are words",
        check(SCORES.replace("q3,0.5", "q3,high")),
        "nDCG@10 of the query 'q3' is 'high'",
    ),
    Case(
        "scores without end",
        check(SCORES.replace("q3,0.5", "q3,inf")),
        "nDCG@10 of the query 'q3' is 'inf'",
    ),
    Case(
        "scores of 1e999",
        check(SCORES.replace("q3,0.5", "q3,1e999")),
        "nDCG@10 of the query 'q3' is '1e999'",
    ),
    Case(
        "scores of a query twice", check(SCORES + "q3,0.5\n"), "the query 'q3' stands there twice"
    ),
    Case(
        "scores with one column twice",
        check(SCORES.replace("nDCG@10\n", "nDCG@10,nDCG@10\n").replace("0.5\n", "0.5,0.9\n")),
        "two columns .*'nDCG@10'",
    ),
    Case(
        "scores with a long row",
        check(SCORES + "q9,1,2\n"),
        "line 10: 3 values where the head names 2",
    ),
    Case("scores in Latin-1", check(SCORES.encode() + b"q\xe9,1\n"), "cannot be read"),
    Case("scores in UTF-16", check(SCORES.encode("utf-16")), "cannot be read"),
    Case(
        "scores with a cell of 200 kB",
        check(SCORES + '"' + "x" * 200_000 + '",1\n'),
        "cannot be read",
    ),
    Case("scores with a NUL", check(SCORES + "q\0,1\n"), "queries|cannot be read|not\\. Score"),
    Case(
        "scores with an id that is empty",
        check(SCORES.replace("q3,", ",")),
        "query id is empty|queries",
    ),
    Case("scores in a Parquet cut off", check(scores()[:-9], "b.parquet"), "cannot be read"),
    Case(
        "scores in a Parquet of zeros",
        check(scores()[:200] + b"\0" * 99, "b.parquet"),
        "cannot be read",
    ),
    Case(
        "scores as lists",
        check(scores(nDCG_at_10=[[0.5]] * 8), "b.parquet"),
        "nDCG@10 of the query 'q0' is \\[0.5\\]",
    ),
    Case(
        "scores as dates",
        check(scores(nDCG_at_10=[date(2020, 1, 1)] * 8), "b.parquet"),
        "nDCG@10 of the query 'q0' is",
    ),
    Case(
        "scores as booleans",
        check(scores(nDCG_at_10=[True] * 8), "b.parquet"),
        "nDCG@10 of the query 'q0' is True",
    ),
    Case(
        "scores with ids that are lists",
        check(scores(query_id=[["a"]] * 8), "b.parquet"),
        "query_id",
    ),
    Case(
        "scores with ids that are null",
        check(scores(query_id=pa.nulls(8, pa.string())), "b.parquet"),
        "query_id|query id",
    ),
    Case(
        "scores whose data column is a list", check(scores(data=[["a"]] * 8), "b.parquet"), gives=0
    ),
    Case(
        "scores whose system is a structure",
        check(scores(system=[{"a": 1}] * 8), "b.parquet"),
        "system",
    ),
    Case("scores of another system", check(SCORES, "b.csv", "--system", "x" * 5000), gives=0),
    Case(
        "scores of a measure that is none",
        check(SCORES, "b.csv", "--measure", "__import__('os')"),
        "is not a measure",
    ),
    Case(
        "scores of another measure",
        check(SCORES, "b.csv", "--measure", "AP"),
        "There is no measure in",
    ),
    Case(
        "slices in a folder",
        check(SCORES, "b.csv", "--slices", "."),
        "There is no column of the queries called",
    ),
    Case("slices that are the scores", check(SCORES, "b.csv", "--slices", "b.csv"), gives=0),
)
WORDS = (
    Case(
        "a run that is not there",
        call("evaluate", "qrels.txt", "no.run", qrels_txt=QRELS),
        "no.run",
    ),
    Case("a run that is a folder", call("evaluate", "qrels.txt", ".", qrels_txt=QRELS), "\\."),
    Case(
        "judgements that are not there",
        call("evaluate", "no.txt", "a.run", a_run=RUN),
        "no.txt: there is no such file",
    ),
    Case(
        "judgements that are a folder",
        call("evaluate", ".", "a.run", a_run=RUN),
        "sets of judgements|nothing that can be read",
    ),
    Case(
        "judgements that are a run",
        call("evaluate", "a.run", "a.run", a_run=RUN),
        "a.run holds 0 sets of judgements",
    ),
    Case(
        "a measure that is none",
        call("evaluate", "qrels.txt", "a.run", "--measures", "nDCG@0", qrels_txt=QRELS, a_run=RUN),
        "cut-off 0",
    ),
    Case("a name of 5,000 letters", call("evaluate", "q" * 5000, "a.run", a_run=RUN), "qqq"),
    Case(
        "an experiment that is not there",
        call("run", "no.yaml"),
        "no.yaml: the file cannot be read",
    ),
    Case("an experiment that is a folder", call("run", "."), "the file cannot be read"),
    Case(
        "an experiment in Latin-1",
        call("run", "x.yaml", x_yaml=b"name: caf\xe9"),
        "x.yaml: the file cannot be read",
    ),
    Case(
        "an experiment of an unknown collection",
        call("run", "x.yaml", x_yaml="collection: ../../etc\nsystems: [{stage: bm25}]\n"),
        "There is no collection called '../../etc'",
    ),
    Case(
        "an id that leads outside",
        call("show", "../../etc/passwd"),
        "There is no experiment called",
    ),
    Case("an id of 100,000 letters", call("show", "x" * 100_000), "There is no experiment called"),
    Case("a probe of a kind that there is not", call("probe", "c", "kind"), "There is no"),
    Case("an import of nothing", call("import", "no.zip"), "no.zip: there is no such file"),
    Case("an import of /dev/zero", call("import", "/dev/zero"), "zero|no file"),
    Case("a backup over a file", call("backup", "a.csv", a_csv="x"), "exists already"),
    Case(
        "a backup into a folder that is not there", call("backup", "no/b.tar.gz"), "does not exist"
    ),
    Case(
        "a restore of what is not there", call("restore", "no.tar.gz", "new"), "cannot be restored"
    ),
    Case("a restore into a file", call("restore", "a.csv", "a.csv", a_csv="x"), "a.csv"),
    Case("a restore into a full folder", call("restore", "a.csv", ".", a_csv="x"), "is not empty"),
    Case(
        "a tuning of what is no grid",
        call("tune", "x.yaml", x_yaml="collection: c\nsystems: [{stage: bm25}]\n"),
        "grid|collection",
    ),
)
CASES = (*BACKUPS, *SCORE_FILES, *WORDS)
