import pytest

from evaluation.collections.mapping import Mapping, guess_mapping, mapping_from_dict
from evaluation.errors import InputError

GUESSES: list[tuple[list[str], list[list[object]], str, dict[str, str], bool]] = [
    (
        ["id", "title", "text"],
        [],
        "corpus",
        {"doc_id": "id", "title": "title", "text": "text"},
        True,
    ),
    (["PID", "Passage"], [], "corpus", {"doc_id": "PID", "text": "Passage"}, True),
    (["qid", "query"], [], "queries", {"query_id": "qid", "text": "query"}, True),
    (
        ["query-id", "corpus-id", "score"],
        [],
        "qrels",
        {"query_id": "query-id", "doc_id": "corpus-id", "relevance": "score"},
        True,
    ),
    (
        ["q1", "d7", "1"],
        [["q1", "d8", "0"]],
        "qrels",
        {"query_id": "column 1", "doc_id": "column 2", "relevance": "column 3"},
        False,
    ),
    (
        ["1", "0", "d7", "1"],
        [["1", "0", "d8", "0"]],
        "qrels",
        {"query_id": "column 1", "doc_id": "column 3", "relevance": "column 4"},
        False,
    ),
    (
        ["0", "The presence of communication amid scientific minds was equally important"],
        [],
        "corpus",
        {"doc_id": "column 1", "text": "column 2"},
        False,
    ),
    (
        ["d1", "short text"],
        [["d2", "another text"], ["d13", "a third"]],
        "corpus",
        {"doc_id": "column 1", "text": "column 2"},
        False,
    ),
    (
        ["sku", "colour", "words"],
        [["a1", "red", "a much longer text"], ["a2", "blue", "another long text"]],
        "corpus",
        {"text": "words", "doc_id": "sku"},
        True,
    ),
]


@pytest.mark.parametrize(("columns", "rows", "role", "expected", "header"), GUESSES)
def test_columns_are_guessed_from_names_places_and_looks(
    columns: list[str],
    rows: list[list[object]],
    role: str,
    expected: dict[str, str],
    header: bool,
) -> None:
    found = guess_mapping(columns, rows)
    assert (found.role, found.columns, found.header) == (role, expected, header)
    assert found.missing() == []


def test_a_role_can_be_given() -> None:
    found = guess_mapping(["id", "text"], [], "queries")
    assert found.columns == {"query_id": "id", "text": "text"}


def test_what_is_left_over_is_kept_beside() -> None:
    assert guess_mapping(["id", "text", "year", "url"], []).keep == ("year", "url")


def test_a_mapping_round_trips() -> None:
    mapping = Mapping("corpus", {"doc_id": "a", "text": "b"}, ("c",), header=False)
    assert mapping_from_dict(mapping.to_dict()) == mapping


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"role": "run"},
        {"role": "corpus", "columns": {"query_id": "a"}},
        {"role": "corpus", "columns": ["a"]},
        {"role": "corpus", "keep": "a"},
    ],
)
def test_a_broken_mapping_is_refused(value: object) -> None:
    with pytest.raises(InputError, match="mapping"):
        mapping_from_dict(value)
