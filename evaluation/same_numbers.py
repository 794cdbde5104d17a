"""Whether an experiment gives the same numbers again, value by value."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from evaluation.collections.collection import Collection
from evaluation.errors import InputError
from evaluation.measures.names import measure_problems
from evaluation.score_files import KEYS, data_of, read_mark, rows_of, systems_in, values_of
from evaluation.store import Results, scores_of

LIMIT = 1e-9
SHOWN = 50


@dataclass(frozen=True)
class SameNumbers:
    """What came of comparing scores with those expected.

    Attributes:
        values: how many values were compared.
        different: how many of them differ by more than 1e-9, or exist on one side only.
        rows: the first of those: system, query_id, measure, expected, found.
        missing: systems and queries that one side does not have, and other data, as sentences.
    """

    values: int
    different: int
    rows: list[dict[str, Any]]
    missing: list[str]

    @property
    def same(self) -> bool:
        """Whether something was compared and all of it is equal."""
        return self.values > 0 and not self.different and not self.missing

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain values."""
        return {
            "same numbers": self.same,
            "values compared": self.values,
            "values that differ by more than 1e-9": self.different,
            "not in both": self.missing,
            "differences": self.rows,
        }


def compare_numbers(
    results: Results, collection: Collection, path: Path, table: pa.Table
) -> SameNumbers:
    """Compare the scores of an experiment with a table of expected ones.

    Every column of the table that is a measure is compared; a failed query equals a failed query.

    Args:
        results: the experiment as it came out.
        collection: what it was run on.
        path: where the table is from, for messages.
        table: per-query scores in the long form, as the leaderboard exports them.

    Raises:
        InputError: the table has no column that is a measure.
    """
    measures = [n for n in table.column_names if n not in KEYS and not measure_problems([n])]
    if not measures:
        raise InputError(f"{path}: no column is a measure, such as nDCG@10. Add one.")
    names = {row.name: row.number for row in results.done}
    expected = systems_in(table)
    missing = _other_data(results, table)
    missing += [f"system {n}: expected, not found" for n in expected if n not in names]
    missing += [f"system {n}: found, not expected" for n in names if n not in expected]
    qrels, rows, compared = collection.split(results.experiment.split), [], 0
    for name in (n for n in expected if n in names):
        part = rows_of(table, name)
        ids = [str(query_id) for query_id in part["query_id"].to_pylist()]
        missing += _other_queries(name, ids, results.query_ids)
        found = scores_of(results, names[name], measures, qrels)
        for measure in measures:
            wanted = dict(zip(ids, values_of(path, part, measure).tolist(), strict=True))
            ours = dict(zip(results.query_ids, found[measure].tolist(), strict=True))
            compared += len(wanted.keys() & ours.keys())
            rows += [{"system": name, "measure": measure, **row} for row in _unequal(wanted, ours)]
    return SameNumbers(compared, len(rows), rows[:SHOWN], missing)


def _unequal(wanted: Mapping[str, float], ours: Mapping[str, float]) -> list[dict[str, Any]]:
    shared = [query_id for query_id in wanted if query_id in ours]
    old = np.array([wanted[query_id] for query_id in shared])
    new = np.array([ours[query_id] for query_id in shared])
    equal = (np.abs(new - old) <= LIMIT) | (np.isnan(old) & np.isnan(new))
    return [
        {
            "query_id": shared[row],
            "expected": None if np.isnan(old[row]) else float(old[row]),
            "found": None if np.isnan(new[row]) else float(new[row]),
        }
        for row in np.flatnonzero(~equal).tolist()
    ]


def _other_queries(name: str, wanted: list[str], ours: list[str]) -> list[str]:
    lost, new = set(wanted) - set(ours), set(ours) - set(wanted)
    found = [f"{name}: {len(lost)} queries expected, not found" if lost else ""]
    found.append(f"{name}: {len(new)} queries found, not expected" if new else "")
    return [line for line in found if line]


def _other_data(results: Results, table: pa.Table) -> list[str]:
    """Say which parts of the data have another content than those of the table."""
    marks = set(map(str, table["data"].to_pylist())) if "data" in table.column_names else set()
    then, now = (read_mark(marks.pop()) if len(marks) == 1 else {}), data_of(results)
    return [f"the content of {part} is another" for part in then if then[part] != now.get(part)]
