"""The per-query values of one system, with what is known of the data they were computed on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.errors import InputError
from evaluation.score_files import PARTS

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scored:
    """One system's values of one measure.

    Attributes:
        name: what to call the system, with where it comes from.
        query_ids: each once.
        values: aligned with the queries; NaN where a query failed.
        data: content hashes by part (`corpus`, `queries`, `qrels`), as far as they are known.
        about: a table with `query_id` and whatever else is known of the queries; may be empty.
    """

    name: str
    query_ids: list[str]
    values: Values
    data: Mapping[str, str] = field(default_factory=dict)
    about: pa.Table | None = None

    def column(self, name: str) -> dict[str, str]:
        """Give a column of what is known of the queries, by query id; empty without it."""
        if self.about is None or name not in self.about.column_names:
            return {}
        ids, values = self.about["query_id"].to_pylist(), self.about[name].to_pylist()
        return {i: str(v) for i, v in zip(ids, values, strict=True) if v is not None}


def check_same_data(baseline: Scored, candidate: Scored) -> list[str]:
    """Make sure that two systems were scored on the same data; gives what could not be checked.

    Raises:
        InputError: parts of the data have other contents, or other queries were scored.
    """
    shared = [part for part in PARTS if part in baseline.data and part in candidate.data]
    changed = [part for part in shared if baseline.data[part] != candidate.data[part]]
    if changed:
        raise InputError(
            f"The baseline ({baseline.name}) was computed on other data than the candidate "
            f"({candidate.name}): the content of {' and '.join(changed)} differs. Compute the "
            "baseline again on the data of today."
        )
    ours, theirs = set(baseline.query_ids), set(candidate.query_ids)
    if ours != theirs:
        example = sorted(ours ^ theirs)[0]
        raise InputError(
            f"The baseline ({baseline.name}) has {len(ours)} queries and the candidate "
            f"({candidate.name}) {len(theirs)}; {len(ours & theirs)} are in both, {example!r} "
            "is not. Score both on the same queries."
        )
    said = {part for part in PARTS if part in baseline.data or part in candidate.data}
    unknown = sorted((said | {"qrels"}) - set(shared))
    if not unknown:
        return []
    return [
        f"Not checked, because not both sides say: whether {' and '.join(unknown)} are the same. "
        "The query ids are."
    ]
