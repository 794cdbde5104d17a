"""Tables: CSV, TSV, JSON lines and Parquet, read by a column mapping."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

from evaluation.collections.jsonl import json_objects
from evaluation.collections.limits import MAX_COLUMNS, MAX_LINE_BYTES
from evaluation.collections.mapping import Mapping, numbered
from evaluation.collections.parquet import parquet_columns, parquet_rows
from evaluation.collections.records import (
    Document,
    Judgement,
    Place,
    Query,
    checked_grade,
    checked_id,
    checked_text,
    extra_text,
)
from evaluation.collections.sources import Lines, Reading, SourceFile
from evaluation.errors import InputError, shown

Row = dict[str, Any]


def documents(reading: Reading, file: SourceFile, mapping: Mapping) -> Iterator[Document]:
    """Read documents by the columns `doc_id`, `text` and, if mapped, `title`.

    Raises:
        InputError: a mapped column is missing, an id is empty, or the file is not such a table.
    """
    return (as_document(row, mapping, place) for row, place in _rows(reading, file, mapping))


def queries(reading: Reading, file: SourceFile, mapping: Mapping) -> Iterator[Query]:
    """Read queries by the columns `query_id` and `text`. Raises InputError as `documents` does."""
    return (as_query(row, mapping, place) for row, place in _rows(reading, file, mapping))


def judgements(reading: Reading, file: SourceFile, mapping: Mapping) -> Iterator[Judgement]:
    """Read judgements by `query_id`, `doc_id`, `relevance` (1 where no column is mapped to it).

    Raises:
        InputError: as `documents`, or a grade is no whole number.
    """
    return (as_judgement(row, mapping, place) for row, place in _rows(reading, file, mapping))


def as_document(row: Row, mapping: Mapping, place: Place) -> Document:
    """Make a document of a row."""
    return Document(
        checked_id(*_cell(row, mapping, "doc_id"), place),
        checked_text(*_cell(row, mapping, "title"), place, missing=""),
        checked_text(*_cell(row, mapping, "text"), place),
        _kept(row, mapping, place),
    )


def as_query(row: Row, mapping: Mapping, place: Place) -> Query:
    """Make a query of a row."""
    return Query(
        checked_id(*_cell(row, mapping, "query_id"), place),
        checked_text(*_cell(row, mapping, "text"), place),
        _kept(row, mapping, place),
    )


def as_judgement(row: Row, mapping: Mapping, place: Place) -> Judgement:
    """Make a judgement of a row."""
    graded = mapping.columns.get("relevance")
    return Judgement(
        checked_id(*_cell(row, mapping, "query_id"), place),
        checked_id(*_cell(row, mapping, "doc_id"), place),
        checked_grade(row.get(graded) if graded else 1, place),
    )


def sample(reading: Reading, file: SourceFile, rows: int = 5) -> tuple[list[str], list[list[Any]]]:
    """Give the columns of a table (for text tables: its first line) and some rows, to guess by."""
    form = table_form(file)
    if form in ("csv", "tsv"):
        with reading.lines(file) as lines:
            found = list(islice(_cells(lines, form), rows + 1))
        _check_number(max(map(len, found), default=0), file.name)
        return (found[0], list(found[1:])) if found else ([], [])
    objects = [row for row, _ in islice(table_rows(reading, file, None), rows)]
    columns = list(dict.fromkeys(name for row in objects for name in row))
    _check_number(len(columns), file.name)
    return columns, [[row.get(name) for name in columns] for row in objects]


def table_form(file: SourceFile) -> str:
    """Give csv, tsv, jsonl or parquet by the end of the name; tsv for every other text."""
    ending = PurePosixPath(file.plain_name.lower()).suffix
    known = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}
    return "parquet" if ending in (".parquet", ".pq") else known.get(ending, "tsv")


def _rows(reading: Reading, file: SourceFile, mapping: Mapping) -> Iterator[tuple[Row, Place]]:
    missing = mapping.missing()
    if missing:
        raise InputError(
            f"{file.name}: no column is chosen for `{missing[0]}`. Choose one in the mapping."
        )
    return table_rows(reading, file, mapping)


def table_rows(
    reading: Reading, file: SourceFile, mapping: Mapping | None
) -> Iterator[tuple[Row, Place]]:
    """Go through the rows of a table with their places; without a mapping its head names them.

    Raises:
        InputError: the file is not such a table, or has not the columns of the mapping.
    """
    form = table_form(file)
    if form == "parquet":
        yield from _parquet(reading, file, mapping)
        return
    with reading.lines(file) as lines:
        if form == "jsonl":
            for item in json_objects(lines):
                yield item, lines
        else:
            yield from _text_rows(lines, form, mapping)


def _text_rows(lines: Lines, form: str, mapping: Mapping | None) -> Iterator[tuple[Row, Place]]:
    header = mapping is None or mapping.header
    rows = _cells(lines, form)
    first = next(rows, None)
    if first is None:
        return
    _check_number(len(first), lines.name)
    names = first if header else numbered(len(first))
    _check_columns(names, mapping, lines.name)
    if not header:
        yield dict(zip(names, first, strict=True)), lines
    for cells in rows:
        if len(cells) != len(names):
            raise lines.fault(
                f"The row has {len(cells)} cells where there are {len(names)} columns.",
                "Give every row the same number of cells, and put texts in quotes (CSV).",
            )
        yield dict(zip(names, cells, strict=True)), lines


def _check_number(columns: int, name: str) -> None:
    if columns > MAX_COLUMNS:
        raise InputError(
            f"{name} has {columns:,} columns; {MAX_COLUMNS:,} are the most. Leave some out."
        )


def _check_columns(names: Sequence[str], mapping: Mapping | None, name: str) -> None:
    for column, count in Counter(names).items():
        if count > 1:
            raise InputError(
                f"{name}: two columns are called {shown(column)}. Give each its own name."
            )
    for ours, theirs in (mapping.columns if mapping else {}).items():
        if theirs not in names:
            raise InputError(
                f"{name} has no column {shown(theirs)} for `{ours}`. "
                f"Its columns: {', '.join(map(shown, names[:20]))}."
            )


def _cells(lines: Lines, form: str) -> Iterator[list[str]]:
    """Cut text into cells: CSV as in RFC 4180, TSV at every tab and without any quoting."""
    if form == "tsv":
        yield from (line.split("\t") for line in lines.filled())
        return
    csv.field_size_limit(MAX_LINE_BYTES)
    text = (f"{line}\n" for line in lines)
    try:
        yield from filter(None, csv.reader(text, strict=True))
    except csv.Error as error:
        raise lines.fault(
            f"The table cannot be read ({error}).", "Check the quotation marks up to here."
        ) from None


def _parquet(
    reading: Reading, file: SourceFile, mapping: Mapping | None
) -> Iterator[tuple[Row, Place]]:
    names = parquet_columns(file)
    _check_number(len(names), file.name)
    _check_columns(names, mapping, file.name)
    used = None
    if mapping is not None:
        read = {*mapping.columns.values(), *mapping.keep}
        used = [name for name in names if name in read]
    yield from parquet_rows(reading, file, used)


def _cell(row: Row, mapping: Mapping, ours: str) -> tuple[Any, str]:
    theirs = mapping.columns.get(ours)
    return (row.get(theirs) if theirs else None), theirs or ours


def _kept(row: Row, mapping: Mapping, place: Place) -> dict[str, str]:
    return extra_text({name: row.get(name) for name in mapping.keep}, place)
