from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.errors import InputError
from evaluation.table_files import read_table, table_csv, table_parquet

# what the CSV form cannot tell apart: "" from what is missing, and text made of our own quote
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), min_size=1)


@given(st.lists(st.tuples(TEXT, st.floats(allow_nan=False)), min_size=1, max_size=6))
@settings(max_examples=60, derandomize=True)
def test_a_csv_file_gives_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, float]]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    names = [name for name, _ in rows if not name.startswith("'")]
    values = [value for name, value in rows if not name.startswith("'")]
    path.write_bytes(table_csv({"query_id": names, "AP": values}))
    found = read_table(path)
    assert found["query_id"].to_pylist() == names
    assert [float(text) for text in found["AP"].to_pylist()] == values


def test_formulas_are_held_back_and_read_back(tmp_path: Path) -> None:
    content = table_csv({"query_id": ["=1+1", "-q"], "AP": [None, float("nan")]})
    assert content.decode().splitlines()[1:] == ["'=1+1,", "'-q,"]
    (tmp_path / "a.csv").write_bytes(content)
    assert read_table(tmp_path / "a.csv")["query_id"].to_pylist() == ["=1+1", "-q"]


def test_parquet_keeps_types_and_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(table_parquet({"name": ["a", "b"], "AP": [0.1, float("nan")], "n": [1, 2]}))
    assert pq.read_table(path).to_pydict() == {"name": ["a", "b"], "AP": [0.1, None], "n": [1, 2]}
    assert read_table(path).num_rows == 2


def test_a_broken_file_is_answered_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("query_id,AP\nq1,0.5\nq2\n")
    with pytest.raises(InputError, match="line 3: 1 values where the head names 2"):
        read_table(path)
    (tmp_path / "a.parquet").write_bytes(b"no")
    with pytest.raises(InputError, match="cannot be read"):
        read_table(tmp_path / "a.parquet")
