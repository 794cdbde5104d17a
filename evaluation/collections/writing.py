"""Writing what readers yield: the corpus batch by batch to disk, the rest into tables."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from evaluation.collections.collection import Queries
from evaluation.collections.limits import (
    BATCH_CHARACTERS,
    BATCH_DOCUMENTS,
    MAX_EXTRA_COLUMNS,
)
from evaluation.collections.records import Document, Judgement, Query
from evaluation.collections.report import Notes

OWN = ("doc_id", "title", "text")


class CorpusWriter:
    """Writes documents to an Arrow file in batches; never holds more than one of them.

    A column that first occurs late is added to what was written before by copying the file once.
    """

    def __init__(self, path: Path, notes: Notes) -> None:
        self.path, self.notes = path, notes
        self.count = 0
        self.extra: list[str] = []
        self._batch: list[Document] = []
        self._characters = 0
        self._sink: pa.OSFile | None = None
        self._writer: Any = None

    def add(self, document: Document) -> None:
        """Take one document."""
        self._batch.append(document)
        self._characters += len(document.text) + len(document.title)
        self._characters += sum(map(len, document.extra.values()))
        if len(self._batch) >= BATCH_DOCUMENTS or self._characters >= BATCH_CHARACTERS:
            self._flush()

    def __enter__(self) -> "CorpusWriter":
        """Begin."""
        return self

    def __exit__(self, fault: type[BaseException] | None, *_: object) -> None:
        """Write what is left, unless something went wrong, and close the file."""
        try:
            if fault is None:
                self._flush()
        finally:
            self._close()

    def _flush(self) -> None:
        if not self._batch and self._writer is not None:
            return
        new = self._new_columns()
        if self._writer is None:
            self.extra = new
            self._open(self.path)
        elif new:
            self._widen(new)
        columns = [pa.array([getattr(d, name) for d in self._batch], pa.string()) for name in OWN]
        columns += [
            pa.array([d.extra.get(n) for d in self._batch], pa.string()) for n in self.extra
        ]
        self._writer.write_batch(pa.record_batch(columns, schema=self._schema()))
        self.count += len(self._batch)
        self._batch, self._characters = [], 0

    def _new_columns(self) -> list[str]:
        found = dict.fromkeys(name for d in self._batch for name in d.extra)
        return _bounded([n for n in found if n not in self.extra], len(self.extra), self.notes)

    def _schema(self) -> pa.Schema:
        return pa.schema([(name, pa.string()) for name in (*OWN, *self.extra)])

    def _open(self, path: Path) -> None:
        self._sink = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_file(self._sink, self._schema())

    def _close(self) -> None:
        for file in (self._writer, self._sink):
            if file is not None:
                file.close()

    def _widen(self, new: list[str]) -> None:
        """Copy the file, batch by batch, with further columns that are null so far."""
        self._close()
        narrow = self.path.with_suffix(".narrow")
        self.path.replace(narrow)
        self.extra += new
        self._open(self.path)
        with pa.memory_map(str(narrow), "rb") as source:
            reader = pa.ipc.open_file(source)
            for number in range(reader.num_record_batches):
                batch = reader.get_batch(number)
                nulls = [pa.nulls(batch.num_rows, pa.string()) for _ in new]
                wide = pa.record_batch([*batch.columns, *nulls], schema=self._schema())
                self._writer.write_batch(wide)
        narrow.unlink()


def queries_table(queries: Iterable[Query], notes: Notes) -> Queries:
    """Put queries into a table; one that stands twice with the same text is kept once."""
    found: dict[tuple[str, str], Query] = {}
    for query in queries:
        if (query.query_id, query.text) in found:
            notes.add(
                "repeated-queries",
                "Queries stand more than once with the same text; each was kept once.",
                query.query_id,
            )
        found.setdefault((query.query_id, query.text), query)
    rows = list(found.values())
    names = list(dict.fromkeys(name for query in rows for name in query.extra))
    names = _bounded([name for name in names if name not in ("query_id", "text")], 0, notes)
    columns = {
        "query_id": pa.array([query.query_id for query in rows], pa.string()),
        "text": pa.array([query.text for query in rows], pa.string()),
    }
    extra = {
        name: pa.array([query.extra.get(name) for query in rows], pa.string()) for name in names
    }
    return Queries(pa.table(columns | extra))


def judgements_table(judgements: Iterable[Judgement]) -> pa.Table:
    """Put judgements into a table, repeated ones included, in chunks so that memory stays small."""
    chunks, rows = [], []
    for judgement in judgements:
        rows.append(judgement)
        if len(rows) == 10 * BATCH_DOCUMENTS:
            chunks.append(_judgement_batch(rows))
            rows = []
    chunks.append(_judgement_batch(rows))
    return pa.Table.from_batches(chunks)


def _judgement_batch(rows: list[Judgement]) -> pa.RecordBatch:
    columns = {
        "query_id": pa.array([row.query_id for row in rows], pa.string()),
        "doc_id": pa.array([row.doc_id for row in rows], pa.string()),
        "relevance": pa.array([row.relevance for row in rows], pa.int32()),
    }
    return pa.RecordBatch.from_pydict(columns)


def _bounded(names: list[str], taken: int, notes: Notes) -> list[str]:
    room = max(0, MAX_EXTRA_COLUMNS - taken)
    for name in names[room:]:
        notes.add(
            "too-many-columns",
            f"Only {MAX_EXTRA_COLUMNS} further columns are kept; others were left out.",
            name,
        )
    return names[:room]
