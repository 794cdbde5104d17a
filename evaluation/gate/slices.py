"""Queries in slices, by a column of the collection or of a file that names a slice per query."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evaluation.errors import InputError, UnknownNameError
from evaluation.gate.scored import Scored
from evaluation.table_files import read_table

Rows = npt.NDArray[np.int64]
MOST = 100


def slices_by(column: str, sides: Sequence[Scored], query_ids: Sequence[str]) -> dict[str, Rows]:
    """Give the rows of the queries of every slice, by its value, largest slice first.

    Args:
        column: a file with `query_id` and one more column, or the name of a column that one of
            the two sides knows.
        sides: candidate and baseline; the first that knows the column is asked.
        query_ids: the queries; those without a value are in no slice.

    Raises:
        EvaluationError: there is no such column, or it has too many values to be slices.
    """
    path = Path(column)
    found = _from_file(path) if path.is_file() else _from_sides(column, sides)
    rows: dict[str, list[int]] = {}
    for row, query_id in enumerate(query_ids):
        if found.get(query_id):
            rows.setdefault(found[query_id], []).append(row)
    if not rows:
        raise InputError(f"{column}: no query that was scored has a value there. Check the ids.")
    if len(rows) > MOST:
        raise InputError(
            f"{column} has {len(rows)} values, which is more than {MOST} slices. Put values "
            "together into groups first."
        )
    ordered = sorted(rows.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return {value: np.array(places, np.int64) for value, places in ordered}


def _from_file(path: Path) -> dict[str, str]:
    table = read_table(path)
    others = [name for name in table.column_names if name != "query_id"]
    if "query_id" not in table.column_names or len(others) != 1:
        raise InputError(
            f"{path} has the columns {', '.join(table.column_names)}. Give `query_id` and one "
            "more, which names the slice."
        )
    ids, values = table["query_id"].to_pylist(), table[others[0]].to_pylist()
    return {str(i): str(v) for i, v in zip(ids, values, strict=True) if v is not None}


def _from_sides(column: str, sides: Sequence[Scored]) -> dict[str, str]:
    for side in sides:
        if found := side.column(column):
            return found
    known = {n for side in sides if side.about is not None for n in side.about.column_names}
    raise UnknownNameError("column of the queries", column, known - {"query_id", "text", "data"})
