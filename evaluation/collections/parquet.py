"""Parquet files, row by row: what they claim is checked before it is unpacked."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evaluation.collections.limits import (
    BATCH_CHARACTERS,
    BATCH_DOCUMENTS,
    MAX_LINE_BYTES,
    MAX_RATIO,
    RATIO_FREE_BYTES,
)
from evaluation.collections.records import RowPlace
from evaluation.collections.sources import Reading, SourceFile, Unpacking
from evaluation.errors import InputError

Row = dict[str, Any]
READ_BYTES = 1 << 20
CELL_BYTES = 64  # that a cell counts at least, so that rows of nothing come to an end
MOST_NESTED = 5_000_000  # values of a column of lists in one row group: one row may hold them all
# an OSError without a number is Arrow's own; the others come from values that Python cannot hold
FAULTS = (pa.ArrowException, ValueError, OverflowError, KeyError, NotImplementedError)


def parquet_columns(file: SourceFile) -> list[str]:
    """Name the columns of a Parquet file. Raises InputError if it is none."""
    with _opened(file) as table:
        return list(table.schema_arrow.names)


def parquet_rows(
    reading: Reading, file: SourceFile, columns: Sequence[str] | None
) -> Iterator[tuple[Row, RowPlace]]:
    """Go through the rows with their places.

    Args:
        reading: hears how far it is.
        file: a file on disk.
        columns: which columns to read; None for all.

    Raises:
        InputError: it is no Parquet file, is damaged, or unpacks to far more than its size.
    """
    place = RowPlace(file.name)
    unpacking = Unpacking(reading, file)
    with _opened(file, columns) as table:
        total = max(1, table.metadata.num_rows)
        for batch in table.iter_batches(BATCH_DOCUMENTS, columns=columns):
            for part in _parts(batch, place, unpacking):
                for row in part.to_pylist():
                    place.number += 1
                    yield row, place
            done = int(min(1.0, place.number / total) * file.size)
            reading.progress.report(reading.done + done, reading.total, "bytes")
    reading.advance(file.size)


@contextmanager
def _opened(file: SourceFile, columns: Sequence[str] | None = None) -> Iterator[Any]:
    """Open a file whose texts stay as they are stored: one that stands in all rows stands once."""
    import pyarrow.parquet as pq

    if file.path is None or file.packed:
        raise InputError(
            f"{file.name} is packed, and Parquet cannot be read that way. Give the file itself."
        )
    try:
        with pq.ParquetFile(file.path) as described:
            _check_claims(described.metadata, file)
            texts = [
                field.name
                for field in described.schema_arrow
                if pa.types.is_string(field.type) and (columns is None or field.name in columns)
            ]
        with pq.ParquetFile(file.path, read_dictionary=texts, buffer_size=READ_BYTES) as table:
            yield table
    except (*FAULTS, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise InputError(
            f"{file.name} is damaged or not a Parquet file, or holds values that cannot be read "
            "(times beyond the year 9999, texts that are not UTF-8). Write it again."
        ) from None


def _check_claims(metadata: Any, file: SourceFile) -> None:
    """Refuse a file that says itself that it unpacks to far more than its size."""
    total, nested = 0, 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for place in range(group.num_columns):
            column = group.column(place)
            total += max(0, column.total_uncompressed_size)
            if "." in column.path_in_schema:
                nested = max(nested, column.num_values)
    if total > max(RATIO_FREE_BYTES, MAX_RATIO * file.size):
        raise InputError(
            f"{file.name} unpacks to more than {MAX_RATIO} times its size, as files do that are "
            "made to fill a disk. Write it again with less compression."
        )
    if nested > MOST_NESTED:
        raise InputError(
            f"{file.name} has lists of {nested:,} values in a row group; {MOST_NESTED:,} are the "
            "most. Leave the column out, or write smaller row groups."
        )


def _parts(batch: pa.RecordBatch, place: RowPlace, unpacking: Unpacking) -> Iterator[pa.Table]:
    """Cut a batch so that no part holds more text than may be in memory.

    Raises:
        InputError: a cell is too long, or all of them so far are far more than the file.
    """
    sizes = np.full(batch.num_rows, CELL_BYTES * max(1, batch.num_columns), np.int64)
    for column in batch.columns:
        lengths = _lengths(column)
        if lengths is not None and len(lengths) and lengths.max() > MAX_LINE_BYTES:
            place.number += int(np.argmax(lengths > MAX_LINE_BYTES)) + 1
            raise place.fault(
                f"A cell is longer than {MAX_LINE_BYTES // 10**6} MB.", "Shorten or split it."
            )
        sizes += 0 if lengths is None else lengths
    ends = np.cumsum(sizes)
    start = 0
    while start < len(ends):
        before = int(ends[start - 1]) if start else 0
        end = max(start + 1, int(np.searchsorted(ends, before + BATCH_CHARACTERS, "right")))
        unpacking.advance(int(ends[end - 1]) - before)
        part = batch.slice(start, end - start)
        columns = [_unfolded(column) for column in part.columns]
        yield pa.RecordBatch.from_arrays(columns, names=part.schema.names)
        start = end


def _lengths(column: pa.Array) -> Any:
    """Give the bytes of each text of a column; None for other columns."""
    if not pa.types.is_dictionary(column.type):
        return None
    each = pc.fill_null(pc.binary_length(column.dictionary), 0)
    return np.asarray(pc.fill_null(each.take(column.indices), 0)).astype(np.int64)


def _unfolded(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
