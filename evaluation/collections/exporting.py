"""Writing a collection out again: BEIR or TREC files in one .zip, row by row."""

import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.compute as pc

from evaluation.collections.collection import Collection
from evaluation.collections.splits import free_name
from evaluation.collections.trec import escaped
from evaluation.collections.trec_topics import escaped_title
from evaluation.disk_room import writing
from evaluation.drafts import drafted_file
from evaluation.errors import InputError, UnknownNameError
from evaluation.progress import SILENT, Progress
from evaluation.run import Run
from evaluation.run_export import trec_lines

Rows = Iterator[dict[str, Any]]
Write = Callable[[zipfile.ZipFile, Collection, Progress], None]
BATCH = 5_000


def export_collection(
    collection: Collection,
    form: str,
    path: Path,
    progress: Progress = SILENT,
    runs: Iterable[tuple[str, Run]] = (),
) -> None:
    """Write a collection to a .zip file that the importer reads back as the same collection.

    Args:
        collection: what to write.
        form: `beir` (everything) or `trec` (ids, titles, texts and judgements, no other columns).
        path: the file; it appears complete or not at all.
        progress: told the documents written; may cancel.
        runs: names and run files to put beside; may be made one by one.

    Raises:
        UnknownNameError: there is no such form.
        InputError: an id holds blanks, which TREC files cannot carry.
    """
    if form not in FORMS:
        raise UnknownNameError("download form", form, FORMS)
    packed = writing("the download", path.parent)
    with packed, drafted_file(path) as draft, _packed(draft) as archive:
        FORMS[form](archive, collection, progress)
        _write_runs(archive, runs)


def _packed(path: Path) -> zipfile.ZipFile:
    # the lightest compression: with the usual one, nearly all the time goes into packing
    return zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)


def _write_beir(archive: zipfile.ZipFile, collection: Collection, progress: Progress) -> None:
    if collection.corpus is not None:
        rows = _rows(collection.corpus.table, progress)
        lines = (_beir_line(row, "doc_id", ("title", "text")) for row in rows)
        _write(archive, "corpus.jsonl", lines)
    rows = _rows(collection.queries.table)
    _write(archive, "queries.jsonl", (_beir_line(row, "query_id", ("text",)) for row in rows))
    for split, qrels in collection.qrels.items():
        lines = (f"{r['query_id']}\t{r['doc_id']}\t{r['relevance']}" for r in _rows(qrels.table))
        _write(archive, f"qrels/{split}.tsv", lines, "query-id\tcorpus-id\tscore\n")


def _write_trec(archive: zipfile.ZipFile, collection: Collection, progress: Progress) -> None:
    _check_blanks(collection)
    if collection.corpus is not None:
        rows = _rows(collection.corpus.table, progress)
        _write(archive, "documents.trec", map(_trec_document, rows))
    _write(archive, "topics.trec", map(_trec_topic, _rows(collection.queries.table)))
    for split, qrels in collection.qrels.items():
        lines = (f"{r['query_id']} 0 {r['doc_id']} {r['relevance']}" for r in _rows(qrels.table))
        _write(archive, f"qrels/{split}.txt", lines)


def _write_runs(archive: zipfile.ZipFile, runs: Iterable[tuple[str, Run]]) -> None:
    """Write runs as TREC files; names of visitors become harmless file names, each its own."""
    taken: set[str] = set()
    for name, run in runs:
        plain = re.sub(r"[^\w.-]+", "_", name).strip("._")[:100] or "run"
        with archive.open(f"runs/{free_name(plain, taken)}.trec", "w", force_zip64=True) as file:
            for lines in trec_lines(run, plain):
                file.write(lines)


FORMS: dict[str, Write] = {"beir": _write_beir, "trec": _write_trec}


def _beir_line(row: dict[str, Any], key: str, texts: tuple[str, ...]) -> str:
    record: dict[str, Any] = {"_id": row[key]} | {name: row[name] or "" for name in texts}
    known = {key, *texts}
    extra = {name: value for name, value in row.items() if name not in known and value is not None}
    return json.dumps(record | ({"metadata": extra} if extra else {}), ensure_ascii=False)


def _trec_document(row: dict[str, Any]) -> str:
    title = f"<TITLE>{escaped(row['title'])}</TITLE>\n" if row["title"] else ""
    number = f"<DOCNO>{escaped(row['doc_id'])}</DOCNO>"
    return f"<DOC>\n{number}\n{title}<TEXT>\n{escaped(row['text'] or '')}\n</TEXT>\n</DOC>"


def _trec_topic(row: dict[str, Any]) -> str:
    number = f"<num>{escaped(row['query_id'])}</num>"
    return f"<top>\n{number}\n<title>{escaped_title(row['text'] or '')}</title>\n</top>"


def _check_blanks(collection: Collection) -> None:
    columns = [collection.queries.table["query_id"]]
    columns += [collection.corpus.table["doc_id"]] if collection.corpus is not None else []
    columns += [qrels.table["doc_id"] for qrels in collection.qrels.values()]
    for column in columns:
        found = column.filter(pc.match_substring_regex(column, r"\s"))
        if len(found):
            raise InputError(
                f"The id {found[0].as_py()!r} of {collection.name} holds a blank, which TREC files "
                "cannot carry. Download the collection in BEIR form."
            )


def _rows(table: pa.Table, progress: Progress = SILENT) -> Rows:
    for start in range(0, table.num_rows, BATCH):
        progress.report(start, table.num_rows, "documents")
        yield from table.slice(start, BATCH).to_pylist()


def _write(archive: zipfile.ZipFile, name: str, lines: Iterator[str], header: str = "") -> None:
    with archive.open(name, "w", force_zip64=True) as file:
        target = cast(BinaryIO, file)
        target.write(header.encode())
        while batch := list(islice(lines, BATCH)):
            target.write("".join(f"{line}\n" for line in batch).encode())
