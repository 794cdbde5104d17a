import secrets
from pathlib import Path

import numpy as np
import pytest

from evaluation.lexical.lists import Lists
from evaluation.weighted_terms import (
    heaviest,
    of_dense,
    open_index,
    search,
    weight_in,
    write_index,
)


@pytest.fixture
def seed() -> int:
    """A fresh seed; pytest shows it with a test that fails."""
    return secrets.randbits(32)


def test_the_heaviest_terms_are_kept_of_each_text() -> None:
    starts = np.array([0, 3, 3, 5])
    terms = np.array([1, 4, 7, 2, 3], np.int32)
    found = heaviest(Lists(starts, terms, np.array([0.5, 2, 0.5, 1, 3], np.float32)), 2)
    assert found.starts.tolist() == [0, 2, 2, 4]
    assert found.codes.tolist() == [1, 4, 2, 3]
    assert found.values.tolist() == [0.5, 2, 1, 3]


def test_of_a_dense_row_the_heaviest_positive_numbers_are_kept(seed: int) -> None:
    random = np.random.default_rng(seed)
    values = random.integers(-3, 4, (30, 12)).astype(np.float32)  # so that many are equal
    for most in (0, 1, 4, 12, 50):
        found = of_dense(values, most)
        for row, numbers in enumerate(values):
            order = sorted(np.flatnonzero(numbers > 0), key=lambda t: (-numbers[t], t))
            expected = sorted(order[: most or len(order)])
            terms, weights = found.row(row)
            assert terms.tolist() == expected
            assert weights.tolist() == numbers[expected].tolist()


def test_a_search_multiplies_the_matrix_with_the_query(seed: int, tmp_path: Path) -> None:
    random = np.random.default_rng(seed)
    values = (random.random((20, 9)) * (random.random((20, 9)) < 0.3)).astype(np.float32)
    write_index(tmp_path, [of_dense(values[:8], 0), of_dense(values[8:], 0)], 9)
    index, wanted = open_index(tmp_path), {0: 0.5, 4: 2.0, 8: 0.25}
    totals = values.astype(np.float64) @ [wanted.get(term, 0.0) for term in range(9)]
    documents, scores = search(index, wanted, 20)
    assert documents.tolist() == np.flatnonzero(totals > 0).tolist()
    assert scores == pytest.approx(totals[totals > 0], abs=1e-12)
    assert all(weight_in(index, t, d) == values[d, t] for t in range(9) for d in range(20))
