import numpy as np
import pytest

from evaluation.collections.collection import Collection, Qrels, Queries, corpus_of
from evaluation.collections.listing import EXCERPT, find_judgements, find_queries
from evaluation.errors import UnknownNameError

DOCUMENTS = [("d1", "River", "quiet"), ("d2", "", "x" * 400)]
QUERIES = {"q1": "Rivers of Asia", "q2": "old engines", "q10": "RIVER boats"}
GRADES = {"q1": {"d1": 2, "d2": 0, "d9": 1}, "q2": {"d1": -1}}


@pytest.fixture
def collection() -> Collection:
    return Collection(
        "Small", corpus_of(DOCUMENTS), Queries.of(QUERIES), {"test": Qrels.of_dict(GRADES)}
    )


def test_queries_come_with_their_counts_in_the_split(collection: Collection) -> None:
    page = find_queries(collection, "test")
    assert page.total == 3
    assert [(row["query_id"], row["judged"], row["relevant"]) for row in page.rows] == [
        ("q1", 3, 2),
        ("q2", 1, 0),
        ("q10", 0, 0),
    ]


def test_queries_are_found_by_id_and_by_text_in_either_case(collection: Collection) -> None:
    found = {text: find_queries(collection, "test", text) for text in ("river", "Q1", "zzz")}
    assert [row["query_id"] for row in found["river"].rows] == ["q1", "q10"]
    assert [row["query_id"] for row in found["Q1"].rows] == ["q1", "q10"]
    assert (found["zzz"].rows, found["zzz"].total) == ([], 0)


def test_a_search_is_for_the_text_itself_not_for_a_pattern(collection: Collection) -> None:
    assert find_queries(collection, "test", ".*").total == 0
    assert find_judgements(collection, "test", "q[12]").total == 0


def test_judgements_stand_beside_their_texts(collection: Collection) -> None:
    rows = find_judgements(collection, "test").rows
    assert [(row["query"], row["doc_id"], row["relevance"]) for row in rows] == [
        ("Rivers of Asia", "d1", 2),
        ("Rivers of Asia", "d2", 0),
        ("Rivers of Asia", "d9", 1),
        ("old engines", "d1", -1),
    ]
    assert rows[0]["document"] == "River quiet"
    assert rows[1]["document"] == "x" * (EXCERPT - 1) + "…"
    assert rows[2]["document"] == ""


def test_judgements_are_found_by_query_text_and_by_document(collection: Collection) -> None:
    assert find_judgements(collection, "test", "engine").total == 1
    assert find_judgements(collection, "test", "D9").total == 1
    with pytest.raises(UnknownNameError):
        find_judgements(collection, "train")


def test_pages_put_together_are_the_whole() -> None:
    random = np.random.default_rng()
    count, size = int(random.integers(30, 90)), int(random.integers(1, 20))
    texts = {f"q{n}": str(random.choice(["river", "engine"])) for n in range(count)}
    grades = {q: {f"d{n}": n % 2 for n in range(int(random.integers(1, 4)))} for q in texts}
    many = Collection("Many", None, Queries.of(texts), {"test": Qrels.of_dict(grades)})
    asked = [
        row
        for start in range(0, count, size)
        for row in find_queries(many, "test", "river", size, start).rows
    ]
    assert [row["query_id"] for row in asked] == [q for q, text in texts.items() if text == "river"]
    assert [row["judged"] for row in asked] == [len(grades[row["query_id"]]) for row in asked]
    whole = find_judgements(many, "test", limit=1000)
    parts = [
        find_judgements(many, "test", "", size, start).rows for start in range(0, whole.total, size)
    ]
    assert [row for part in parts for row in part] == whole.rows
