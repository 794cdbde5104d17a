"""Tables as files that other programs read: CSV and Parquet, written and read back."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from evaluation.errors import InputError

Columns = Mapping[str, Sequence[Any]]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table_csv(columns: Columns) -> bytes:
    """Write columns as CSV (UTF-8, LF); values that are not known (None, NaN) stay empty.

    A text that a spreadsheet would run as a formula gets a quote in front; `read_table` takes
    it away again.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_cell(name) for name in columns])
    for row in zip(*columns.values(), strict=True):
        writer.writerow([_cell(value) for value in row])
    return text.getvalue().encode("utf-8")


def table_parquet(columns: Columns) -> bytes:
    """Write columns as Parquet, with their types; values that are not known are null."""
    import pyarrow.parquet as pq

    known = {name: [_known(value) for value in values] for name, values in columns.items()}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(known), sink, compression="zstd")
    return bytes(sink.getvalue())


def read_table(path: Path) -> pa.Table:
    """Read a CSV, TSV or Parquet file of this machine, by the end of its name.

    Raises:
        InputError: the file cannot be read as what its name says.
    """
    try:
        if path.suffix == ".parquet":
            table = _parquet(path)
            _check_names(table.column_names, path)
            return table
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, delimiter="\t" if path.suffix == ".tsv" else ","))
    except (OSError, UnicodeDecodeError, csv.Error, pa.ArrowException) as error:
        raise InputError(f"{path}: the file cannot be read ({error}). Check it.") from error
    head, lines = (rows[0] if rows else []), [row for row in rows[1:] if row]
    for number, row in enumerate(lines, 2):
        if len(row) != len(head):
            raise InputError(
                f"{path}, line {number}: {len(row)} values where the head names {len(head)} "
                "columns. Write the file again."
            )
    _check_names([_plain(name) for name in head], path)
    columns = zip(*lines, strict=True) if lines else [() for _ in head]
    return pa.table(
        {
            _plain(name): pa.array(map(_plain, values), pa.string())
            for name, values in zip(head, columns, strict=True)
        }
    )


def _parquet(path: Path) -> pa.Table:
    import pyarrow.parquet as pq

    try:
        return pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise InputError(f"{path}: the file cannot be read as Parquet. Write it again.") from error


def _check_names(names: Sequence[str], path: Path) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise InputError(
            f"{path}: two columns are called {twice[0][:60]!r}. Give each its own name."
        )


def _cell(value: Any) -> Any:
    """Leave out what is not known; keep spreadsheets from running a text as a formula."""
    if value is None or value != value:
        return ""
    if isinstance(value, str) and value[:1] in _FORMULA:
        return f"'{value}"
    if isinstance(value, list):
        return " ".join(str(item) for item in value)
    return value


def _plain(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA and text[1:] else text


def _known(value: Any) -> Any:
    return None if value != value else value
