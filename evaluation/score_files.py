"""Per-query scores as a table: long and wide, with the hash of the data they were computed on."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.collections.collection import Collection
from evaluation.errors import InputError, UnknownNameError, shown
from evaluation.store import Results, scores_of
from evaluation.table_files import read_table

Values = npt.NDArray[np.float64]
Columns = dict[str, list[Any]]
PARTS = ("corpus", "queries", "qrels")
KEYS = ("system", "query_id", "text", "data")


def data_of(results: Results) -> dict[str, str]:
    """Give the content hashes that the scores of an experiment depend on, by part."""
    prints, split = results.fingerprints, results.experiment.split
    found = {part: prints.get(part, "") for part in ("corpus", "queries")}
    found["qrels"] = prints.get(f"qrels/{split}", "")
    return {part: value for part, value in found.items() if value}


def data_mark(data: dict[str, str]) -> str:
    """Write the hashes of the data as one word per part, for a column of a table."""
    return " ".join(f"{part}={data[part]}" for part in PARTS if part in data)


def read_mark(mark: str) -> dict[str, str]:
    """Read what `data_mark` wrote; anything else in it is ignored."""
    pairs = (word.partition("=") for word in mark.split())
    return {part: value for part, _, value in pairs if part in PARTS and value}


def long_scores(results: Results, collection: Collection, measures: Sequence[str]) -> Columns:
    """Give a row per finished system and query: its values, and the hash of the data.

    A query that failed has NaN.
    """
    done, asked = results.done, results.query_ids
    texts = collection.queries.text_of
    columns: Columns = {
        "system": [row.name for row in done for _ in asked],
        "query_id": asked * len(done),
        "text": [texts.get(query_id, "") for query_id in asked] * len(done),
    }
    qrels = collection.split(results.experiment.split)
    values = [scores_of(results, row.number, measures, qrels) for row in done]
    for name in measures:
        columns[name] = [value for found in values for value in found[name].tolist()]
    columns["data"] = [data_mark(data_of(results))] * len(columns["system"])
    return columns


def wide_scores(results: Results, collection: Collection, measure: str) -> Columns:
    """Give a row per query and a column per finished system, with the values of one measure."""
    texts = collection.queries.text_of
    qrels = collection.split(results.experiment.split)
    columns: Columns = {
        "query_id": list(results.query_ids),
        "text": [texts.get(query_id, "") for query_id in results.query_ids],
        "measure": [measure] * len(results.query_ids),
    }
    for row in results.done:
        name = row.name if row.name not in columns else f"{row.name} ({row.number})"
        columns[name] = scores_of(results, row.number, [measure], qrels)[measure].tolist()
    return columns


def read_scores(path: Path) -> pa.Table:
    """Read per-query scores in the long form, whoever wrote them (CSV, TSV or Parquet).

    `query_id` is needed; `system`, `text` and `data` are optional; other columns are measures,
    or whatever is known of a query.

    Raises:
        InputError: the file cannot be read, or has no `query_id`.
    """
    table = read_table(path)
    if "query_id" not in table.column_names:
        raise InputError(
            f"{path}: the column `query_id` is missing. Give per-query scores as the leaderboard "
            "exports them, or a table with `query_id` and one column per measure."
        )
    for name in (name for name in ("query_id", "system") if name in table.column_names):
        place = table.column_names.index(name)
        try:
            table = table.set_column(place, name, table[name].cast(pa.string()))
        except pa.ArrowException:
            raise InputError(
                f"{path}: the column `{name}` holds no texts. Write them as text."
            ) from None
    if table["query_id"].null_count or "" in table["query_id"].to_pylist():
        raise InputError(f"{path}: a query id is empty. Give each row the id of its query.")
    return table


def systems_in(table: pa.Table) -> list[str]:
    """Name the systems of a table of scores, in order; one without a name if it names none."""
    if "system" not in table.column_names:
        return [""]
    return list(dict.fromkeys(table["system"].to_pylist()))


def rows_of(table: pa.Table, system: str) -> pa.Table:
    """Keep the rows of one system."""
    import pyarrow.compute as pc

    if "system" not in table.column_names:
        return table
    return table.filter(pc.equal(table["system"], system))


def values_of(path: Path, table: pa.Table, measure: str) -> Values:
    """Give a column of a table of scores as numbers; what is empty is NaN (a failed query).

    Raises:
        UnknownNameError: there is no such column.
        InputError: a value is no number, or a query stands there twice.
    """
    if measure not in table.column_names:
        names = [name for name in table.column_names if name not in KEYS]
        raise UnknownNameError(f"measure in {path}", measure, names)
    ids = table["query_id"].to_pylist()
    if len(set(ids)) != len(ids):
        twice = next(query_id for query_id in ids if ids.count(query_id) > 1)
        raise InputError(f"{path}: the query {twice!r} stands there twice. Give each one row.")
    values = []
    for query_id, value in zip(ids, table[measure].to_pylist(), strict=True):
        number = _number(value)
        if number is None:
            raise InputError(
                f"{path}: {measure} of the query {query_id!r} is {shown(value)}. Write a number."
            )
        values.append(number)
    return np.array(values, np.float64)


def _number(value: object) -> float | None:
    """Give a finite number, NaN for what is empty or NaN itself, None for anything else."""
    if value is None or value == "":
        return math.nan
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return None if math.isinf(number) else number
