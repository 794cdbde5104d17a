import random

import numpy as np
import pyarrow as pa
import pytest

from evaluation import lookup
from evaluation.lookup import find_ids, index_of, rows_with


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
@pytest.mark.parametrize("indexed", [True, False])
def test_ids_are_found_where_they_stand(kind: pa.DataType, indexed: bool) -> None:
    chosen = random.Random()
    for _ in range(100):
        many = list({"".join(chosen.choices("ab0ß", k=chosen.randint(0, 12))) for _ in range(60)})
        few = list({"".join(chosen.choices("ab0ß", k=chosen.randint(0, 12))) for _ in range(9)})
        few = list({*few, *chosen.sample(many, len(many) // 3)})
        ahead = chosen.randint(0, 3)
        ids = pa.array(["zz"] * ahead + many, kind).slice(ahead)
        found = find_ids(pa.array(few, pa.string()), ids, index_of(ids) if indexed else None)
        assert found.tolist() == [many.index(x) if x in many else -1 for x in few]


def test_ids_with_the_same_last_bytes_are_told_apart() -> None:
    many = [f"{n}-same-ending" for n in range(20_000)]
    ids = pa.array(many)
    found = find_ids(pa.array(["7-same-ending", "x-same-ending", "ending"]), ids, index_of(ids))
    assert found.tolist() == [7, -1, -1]
    assert find_ids(ids, ids, index_of(ids)).tolist() == list(range(20_000))


@pytest.mark.parametrize("indexed", [True, False])
def test_nothing_is_found_in_nothing(indexed: bool) -> None:
    none, some = pa.array([], pa.string()), pa.array(["a"])
    assert find_ids(none, some, index_of(some) if indexed else None).tolist() == []
    assert find_ids(some, none, index_of(none) if indexed else None).tolist() == [-1]


def test_rows_with_a_code_are_all_found_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "TABLE", 64)
    monkeypatch.setattr(lookup, "NUMBERS", 100)
    random_numbers = np.random.default_rng()
    for size in (0, 1, 63, 1000):
        numbers = random_numbers.integers(0, 700, size).astype(np.int32)
        codes = random_numbers.choice(700, 40, replace=False).astype(np.int32)
        rows, places = rows_with(codes, numbers, 700)
        assert rows.tolist() == np.flatnonzero(np.isin(numbers, codes)).tolist()
        assert codes[places].tolist() == numbers[rows].tolist()
        assert rows_with(codes[:0], numbers, 700)[0].tolist() == []
