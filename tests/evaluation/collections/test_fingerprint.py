from itertools import pairwise

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.collections.fingerprint import fingerprint_table

CELLS = st.lists(st.one_of(st.none(), st.text(max_size=4)), max_size=8)


def table(cells: list[str | None], cuts: list[int]) -> pa.Table:
    """One text column and its lengths as numbers, cut into chunks."""
    bounds = sorted({0, len(cells), *(cut % (len(cells) + 1) for cut in cuts)})
    parts = [cells[a:b] for a, b in pairwise(bounds)]
    numbers = [[None if cell is None else len(cell) for cell in part] for part in parts]
    return pa.table(
        {
            "text": pa.chunked_array([pa.array(part, pa.string()) for part in parts], pa.string()),
            "size": pa.chunked_array([pa.array(part, pa.int32()) for part in numbers], pa.int32()),
        }
    )


@given(CELLS, st.lists(st.integers(0, 8), max_size=4))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_how_a_table_is_cut_up_does_not_matter(cells: list[str | None], cuts: list[int]) -> None:
    whole, cut = table(cells, []), table(cells, cuts)
    assert fingerprint_table(whole) == fingerprint_table(cut)
    assert fingerprint_table(cut.select(["size", "text"])) == fingerprint_table(whole)
    assert fingerprint_table(table(["x", *cells], cuts).slice(1)) == fingerprint_table(whole)


@given(CELLS, CELLS)
@settings(max_examples=200, derandomize=True, deadline=None)
def test_different_contents_have_different_fingerprints(
    one: list[str | None], two: list[str | None]
) -> None:
    same = fingerprint_table(table(one, [])) == fingerprint_table(table(two, []))
    assert same == (one == two)


def test_the_name_of_a_column_matters() -> None:
    texts = pa.array(["a"])
    prints = {fingerprint_table(pa.table({name: texts})) for name in ("a", "b")}
    assert len(prints) == 2
