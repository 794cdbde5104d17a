import secrets

import numpy as np
import pytest

from evaluation.weighted_terms import Weights, of_dense, postings


@pytest.fixture
def seed() -> int:
    """A fresh seed; pytest shows it with a test that fails."""
    return secrets.randbits(32)


def test_the_heaviest_terms_are_kept_of_each_text() -> None:
    starts = np.array([0, 3, 3, 5])
    terms = np.array([1, 4, 7, 2, 3], np.int32)
    found = Weights(starts, terms, np.array([0.5, 2, 0.5, 1, 3], np.float32)).heaviest(2)
    assert found.starts.tolist() == [0, 2, 2, 4]
    assert found.terms.tolist() == [1, 4, 2, 3]
    assert found.weights.tolist() == [0.5, 2, 1, 3]


def test_of_a_dense_row_the_heaviest_positive_numbers_are_kept(seed: int) -> None:
    random = np.random.default_rng(seed)
    values = random.integers(-3, 4, (30, 12)).astype(np.float32)  # so that many are equal
    for most in (0, 1, 4, 12, 50):
        found = of_dense(values, most)
        for row, numbers in enumerate(values):
            order = sorted(np.flatnonzero(numbers > 0), key=lambda t: (-numbers[t], t))
            expected = sorted(order[: most or len(order)])
            terms, weights = found.of(row)
            assert terms.tolist() == expected
            assert weights.tolist() == numbers[expected].tolist()


def test_posting_lists_hold_the_same_matrix_the_other_way_round(seed: int) -> None:
    random = np.random.default_rng(seed)
    values = (random.random((20, 9)) * (random.random((20, 9)) < 0.3)).astype(np.float32)
    names, (scores, documents, starts, absent) = postings(
        list("abcdefghi"), [of_dense(values[:8], 0), of_dense(values[8:], 0)]
    )
    again = np.zeros_like(values)
    for code, name in enumerate(names):
        part = slice(starts[code], starts[code + 1])
        again[documents[part], "abcdefghi".index(name)] = scores[part]
    assert (again == values).all()
    assert not absent.any()
