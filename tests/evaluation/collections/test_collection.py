from pathlib import Path

import pyarrow as pa
import pytest

from evaluation.collections.collection import Collection, Qrels, Queries
from evaluation.errors import UnknownNameError
from tests.sample import small_collection


def test_a_saved_collection_opens_as_the_same(tmp_path: Path) -> None:
    collection = small_collection()
    collection.save(tmp_path)
    again = Collection.open(tmp_path)
    assert again.name == "Small"
    assert again.corpus is not None
    assert collection.corpus is not None
    assert again.corpus.table.equals(collection.corpus.table)
    assert again.queries.table.equals(collection.queries.table)
    assert again.qrels["test"].by_query == collection.qrels["test"].by_query
    assert set(again.fingerprints) == {"corpus", "queries", "qrels/test"}


def test_splits_keep_their_order_and_the_test_split_is_shown_first() -> None:
    one = Qrels.of_dict({"q": {"d": 1}})
    collection = Collection("C", None, Queries.of({"q": "x"}), {"dev": one, "test": one})
    assert collection.default_split == "test"
    assert Collection("C", None, Queries.of({}), {"dev": one}).default_split == "dev"
    assert Collection("C", None, Queries.of({}), {}).default_split == ""
    with pytest.raises(UnknownNameError, match="Did you mean 'test'"):
        collection.split("tests")


def test_judged_queries_come_in_the_order_of_their_judgements_with_their_texts() -> None:
    qrels = Qrels.of_dict({"q2": {"d": 1}, "q9": {"d": 1}, "q1": {"d": 0}})
    collection = Collection("C", None, Queries.of({"q1": "a", "q2": "b", "q3": "c"}), {"t": qrels})
    judged = collection.judged_queries("t")
    assert (judged.ids, judged.texts) == (["q2", "q9", "q1"], ["b", "", "a"])


def test_judgements_of_one_query_are_found() -> None:
    qrels = Qrels.of_dict({"q1": {"a": 2, "b": 0}, "q2": {"a": 1}})
    assert qrels.of("q1") == {"a": 2, "b": 0}
    assert qrels.of("q7") == {}
    assert qrels.query_ids == ["q1", "q2"]
    assert qrels.table.schema.field("relevance").type == pa.int32()


def test_the_chosen_queries_keep_the_uploaders_columns() -> None:
    table = pa.table({"query_id": ["a", "b"], "text": ["x", "y"], "topic": ["art", None]})
    chosen = Queries(table).only(["b", "z", "a"])
    assert chosen.extra == ["topic"]
    assert chosen.table.to_pylist() == [
        {"query_id": "b", "text": "y", "topic": None},
        {"query_id": "z", "text": "", "topic": None},
        {"query_id": "a", "text": "x", "topic": "art"},
    ]
    assert Queries(table).only([]).extra == ["topic"]


def test_the_uploaders_columns_do_not_change_what_is_cached() -> None:
    bare = Queries.of({"a": "x"})
    tagged = Queries(bare.table.append_column("topic", pa.array(["art"])))
    assert tagged.fingerprint == bare.fingerprint
    assert Queries.of({"a": "y"}).fingerprint != bare.fingerprint
