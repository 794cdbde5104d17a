import csv
import io

from components.result_downloads import table_csv


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"))))


def test_a_table_is_written_with_all_digits() -> None:
    assert rows(table_csv({"a": [1 / 3], "b": ["x,y\n"]})) == [["a", "b"], [str(1 / 3), "x,y\n"]]


def test_what_is_not_known_stays_empty() -> None:
    assert rows(table_csv({"a": [None, float("nan"), 0]})) == [["a"], [""], [""], ["0"]]


def test_a_spreadsheet_takes_no_text_for_a_formula() -> None:
    cells = ["=1+1", "+x", "-y", "@z", -1.5]
    assert [row[0] for row in rows(table_csv({"a": cells}))[1:]] == [
        "'=1+1", "'+x", "'-y", "'@z", "-1.5",
    ]  # fmt: skip


def test_lists_are_written_with_blanks_between() -> None:
    assert rows(table_csv({"a": [[1, 2]]}))[1] == ["1 2"]
