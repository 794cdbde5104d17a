"""Vectors in a Parquet file: a column of ids and a column of lists of float numbers."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evaluation.collections.limits import BLOCK_BYTES, RATIO_FREE_BYTES
from evaluation.collections.parquet import FAULTS, READ_BYTES
from evaluation.collections.records import RowPlace, checked_id
from evaluation.collections.sources import Reading, SourceFile
from evaluation.collections.vector_blocks import Block, VectorFile, check_size, checked
from evaluation.errors import InputError

MOST_PACKED = 20  # times its size that a file may unpack to; real vectors stay below 2
IDS = ("doc_id", "query_id", "id", "_id", "docid", "docno", "document_id", "qid", "pid")
VECTORS = ("vector", "embedding", "vectors", "embeddings", "values")


@contextmanager
def open_parquet(reading: Reading, file: SourceFile) -> Iterator[VectorFile]:
    """Open a Parquet file of vectors.

    Raises:
        InputError: here or while blocks are read: what is wrong, where, and what to do.
    """
    import pyarrow.parquet as pq

    if file.path is None or file.packed:
        raise InputError(
            f"{file.name} is packed, and Parquet cannot be read that way. Give the file itself."
        )
    with ExitStack() as stack, _told(file):
        # without reading ahead: one row group may hold everything there is
        opened = pq.ParquetFile(file.path, pre_buffer=False, buffer_size=READ_BYTES)
        table = stack.enter_context(opened)
        names = _columns(table.schema_arrow, file.name)
        _check_claims(table.metadata, names[1], file)
        first = next(table.iter_batches(1, columns=list(names)), None)
        lengths = _lengths(first.column(names[1])).to_pylist() if first is not None else []
        rows, dimension = table.metadata.num_rows, sum(filter(None, lengths))
        check_size(file.name, rows, dimension)
        kind = str(table.schema_arrow.field(names[1]).type.value_type)
        stack = stack.pop_all()
    with stack:
        blocks = _parquet_blocks(reading, file, table, names, dimension)
        yield VectorFile(file.name, rows, dimension, kind, True, blocks)


@contextmanager
def _told(file: SourceFile) -> Iterator[None]:
    """Say in a sentence what is wrong where the file cannot be read; not what the disk says."""
    try:
        yield
    except (*FAULTS, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise InputError(
            f"{file.name} is damaged or not a Parquet file ({reason}). Write it again."
        ) from None


def _check_claims(metadata: Any, column: str, file: SourceFile) -> None:
    """Refuse a file that claims far more numbers than its size can hold: one row is read whole."""
    values = 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for place in range(group.num_columns):
            if group.column(place).path_in_schema.partition(".")[0] == column:
                values += group.column(place).num_values
    if 2 * values > max(RATIO_FREE_BYTES, MOST_PACKED * file.size):
        raise InputError(
            f"{file.name} unpacks to more than {MOST_PACKED} times its size, which no vectors do. "
            "Write it again without compression."
        )


def _columns(schema: pa.Schema, name: str) -> tuple[str, str]:
    """Find the column of ids and that of vectors."""
    lists = [field.name for field in schema if _is_list(field.type)]
    fitting = [one for one in lists if one.lower() in VECTORS] if len(lists) > 1 else lists
    if len(fitting) != 1:
        raise InputError(
            f"{name} has {len(lists)} columns of lists of float numbers. Give one, called `vector`."
        )
    named = {field.name.lower(): field.name for field in schema}
    found = next((named[option] for option in IDS if option in named), "")
    if not found or found == fitting[0]:
        raise InputError(
            f"{name} has no column of ids. Its columns: {', '.join(schema.names[:20])}. Name that "
            "with the ids `id`."
        )
    return found, fitting[0]


def _is_list(kind: pa.DataType) -> bool:
    types = pa.types
    listed = types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)
    return bool(listed and types.is_floating(kind.value_type))


def _lengths(column: pa.Array) -> pa.Array:
    return pc.list_value_length(column)


def _parquet_blocks(
    reading: Reading, file: SourceFile, table: Any, names: tuple[str, str], dimension: int
) -> Iterator[Block]:
    size, place = max(1, BLOCK_BYTES // (8 * dimension)), RowPlace(file.name)
    with _told(file):
        for batch in table.iter_batches(size, columns=list(names)):
            start = place.number
            column = batch.column(names[1])
            lengths = pc.fill_null(_lengths(column), -1).to_numpy(zero_copy_only=False)
            _check_lengths(lengths, dimension, RowPlace(file.name, start))
            values = column.flatten()
            numbers = values.to_numpy(zero_copy_only=not values.null_count)
            ids = []
            for value in batch.column(names[0]).to_pylist():
                place.number += 1
                ids.append(checked_id(value, names[0], place))
            yield Block(checked(numbers.reshape(-1, dimension), file.name, start), ids)
            share = place.number / max(1, table.metadata.num_rows)
            reading.progress.report(reading.done + int(share * file.size), reading.total, "bytes")
    reading.advance(file.size)


def _check_lengths(lengths: npt.NDArray[Any], dimension: int, before: RowPlace) -> None:
    odd = np.flatnonzero(lengths != dimension)
    if len(odd):
        before.number += int(odd[0]) + 1
        length = int(lengths[odd[0]])
        what = "There is no vector." if length < 0 else f"The vector has {length:,} numbers."
        raise before.fault(what, f"Give {dimension:,} numbers in each row, as the first has.")
