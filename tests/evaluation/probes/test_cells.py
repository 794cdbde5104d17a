"""Values by depth and length, against means taken one by one."""

import numpy as np
import pyarrow as pa
import pytest

from evaluation.collections.collection import Queries
from evaluation.probes.cells import needle_cells
from tests.fresh import fresh


def queries_of(**columns: list[object]) -> Queries:
    count = len(next(iter(columns.values())))
    ids = [f"q{number}" for number in range(count)]
    return Queries(pa.table({"query_id": ids, "text": ids} | columns))


@pytest.mark.parametrize("kind", [int, str])
def test_a_cell_is_the_mean_of_its_queries(kind: type) -> None:
    random = fresh()
    depths = random.choice([0, 5, 100], 50).tolist()
    lengths = random.choice([100, 20, 3000, 7], 50).tolist()
    values = random.random(50)
    cells = needle_cells(queries_of(depth=list(map(kind, depths)), length=list(map(kind, lengths))))
    assert cells is not None
    assert cells.depths == sorted(set(depths))
    assert cells.lengths == sorted(set(lengths))
    means = cells.means(values)
    for row, depth in enumerate(cells.depths):
        for column, length in enumerate(cells.lengths):
            here = [
                value
                for value, d, n in zip(values, depths, lengths, strict=True)
                if (d, n) == (depth, length)
            ]
            assert cells.counts[row, column] == len(here)
            expected = np.mean(here) if here else np.nan
            assert means[row, column] == pytest.approx(expected, nan_ok=True)


def test_a_failed_query_is_neither_zero_nor_dropped() -> None:
    cells = needle_cells(queries_of(depth=[0, 0, 50], length=[9, 9, 9]))
    assert cells is not None
    means = cells.means(np.array([1.0, np.nan, 0.5]))
    assert np.isnan(means[0, 0])
    assert means[1, 0] == 0.5


def test_other_columns_make_no_map() -> None:
    assert needle_cells(queries_of(depth=[1, 2])) is None
    assert needle_cells(queries_of(depth=["shallow", "1"], length=[1, 2])) is None
    assert needle_cells(queries_of(depth=[None, 1], length=[1, 2])) is None
    assert needle_cells(queries_of(depth=[0.5, 1], length=[1, 2])) is None
