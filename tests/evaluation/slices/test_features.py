import numpy as np
import pyarrow as pa
import pytest

from evaluation.collections.collection import Qrels, Queries
from evaluation.slices.feature import UNKNOWN, Feature, slices_of
from evaluation.slices.features import column_features, query_features, question_form


def of(numbers: list[float], form: str = "{} words", singular: str = "{} word") -> Feature:
    return Feature("f", "F", "", numbers=np.array(numbers), form=form, singular=singular)


def test_numbers_are_cut_at_their_quartiles_and_labelled_by_what_occurs() -> None:
    parts = slices_of(of([1, 2, 3, 4, 6, 7, 9, 30]))
    assert [(p.label, p.rows.tolist()) for p in parts] == [
        ("1 to 2 words", [0, 1]),
        ("3 to 4 words", [2, 3]),
        ("6 to 7 words", [4, 5]),
        ("9 to 30 words", [6, 7]),
    ]
    assert [p.key for p in parts] == ["f.0", "f.1", "f.2", "f.3"]


def test_equal_numbers_are_never_parted() -> None:
    parts = slices_of(of([1, 1, 1, 1, 1, 1, 5, 9]))
    assert [(p.label, len(p.rows)) for p in parts] == [("1 word", 6), ("5 to 9 words", 2)]
    assert len(slices_of(of([4] * 9))) == 1


def test_every_query_is_in_exactly_one_slice_whose_label_is_true() -> None:
    random = np.random.default_rng()
    numbers = np.round(random.gamma(1, 3, 200), int(random.integers(0, 3)))
    numbers[random.integers(0, 200, 20)] = np.nan
    parts = slices_of(of(numbers.tolist(), "{}", ""))
    assert sorted(np.concatenate([p.rows for p in parts]).tolist()) == list(range(200))
    assert parts[-1].label == UNKNOWN
    assert np.isnan(numbers[parts[-1].rows]).all()
    for part in parts[:-1]:
        ends = [float(end) for end in part.label.split(" to ")]
        assert (min(ends), max(ends)) == (numbers[part.rows].min(), numbers[part.rows].max())
    assert len({part.label for part in parts}) == len(parts)


def test_rare_names_share_a_slice_and_nameless_queries_are_told() -> None:
    names = [f"n{number}" for number in range(12) for _ in range(20 - number)] + ["", ""]
    parts = slices_of(Feature("f", "F", "", names=tuple(names)))
    assert [p.label for p in parts] == [*(f"n{n}" for n in range(8)), "4 other values", UNKNOWN]
    assert [len(p.rows) for p in parts] == [20, 19, 18, 17, 16, 15, 14, 13, 12 + 11 + 10 + 9, 2]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("What is a cell", "what …"),
        ("in which year?", "which …"),
        ("the man who fell", "no question"),
        ("is coffee healthy", "yes or no"),
        ("a cell, yes?", "other question"),
        ("什么是细胞？", "other question"),  # noqa: RUF001 - a Chinese question mark
        ("cell biology", "no question"),
        (" ", ""),
    ],
)
def test_the_form_of_a_question(text: str, form: str) -> None:
    assert question_form(text) == form


def test_features_of_queries_by_hand() -> None:
    queries = Queries.of({"a": "one two three", "b": "река", "c": "", "d": "x"})
    qrels = Qrels.of_dict({"a": {"d1": 2, "d2": 1, "d3": 0}, "b": {"d1": 1}})
    found = {f.key: f for f in query_features(queries, qrels)}
    assert list(found) == ["length", "relevant", "question", "script"]
    assert found["length"].numbers.tolist()[:2] == [3, 1]
    assert np.isnan(found["length"].numbers[2])
    assert found["relevant"].numbers.tolist() == [2, 1, 0, 0]
    assert query_features(queries, qrels, 2)[1].numbers.tolist() == [1, 0, 0, 0]
    assert found["script"].names == ("Latin", "Cyrillic", "", "Latin")


def test_text_in_a_script_without_spaces_is_counted_in_letters() -> None:
    queries = Queries.of({"a": "什么是细胞", "b": "水"})
    length = query_features(queries, Qrels.of_dict({}))[0]
    assert length.numbers.tolist() == [5, 1]
    assert [part.label for part in slices_of(length)] == ["1 letter", "5 letters"]


def test_without_texts_only_judgements_and_columns_can_be_sliced_by() -> None:
    queries = Queries.of({"a": "", "b": ""})
    assert [f.key for f in query_features(queries, Qrels.of_dict({}))] == ["relevant"]


def test_uploaded_columns_are_numbers_names_or_left_out() -> None:
    count = 40
    columns = {
        "query_id": [f"q{n}" for n in range(count)],
        "text": ["x"] * count,
        "year": [str(1980 + n) if n else None for n in range(count)],
        "topic": [["art", "law", ""][n % 3] for n in range(count)],
        "grade": [str(n % 3) for n in range(count)],
        "narrative": [f"A long story {n}" for n in range(count)],
        "limit": ["inf", *["1"] * (count - 1)],
        "empty": pa.nulls(count, pa.string()),
    }
    found, left = column_features(Queries(pa.table(columns)))
    assert [f.title for f in found] == ["year", "topic", "grade", "limit"]
    assert left == ["narrative", "empty"]
    assert np.isnan(found[0].numbers[0])
    assert found[0].numbers[1] == 1981
    assert found[2].names[:4] == ("0", "1", "2", "0")
    assert [p.label for p in slices_of(found[1])] == ["art", "law", UNKNOWN]
