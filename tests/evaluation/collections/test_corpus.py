from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from evaluation.collections.collection import Collection, Queries
from evaluation.collections.corpus import Corpus, corpus_of


def test_documents_are_found_by_id_in_the_order_asked() -> None:
    corpus = corpus_of([("a", "T", "x"), ("b", "", "y"), ("c", "U", "")])
    found = corpus.documents(["c", "nope", "a"])
    assert found == [
        {"doc_id": "c", "title": "U", "text": ""},
        None,
        {"doc_id": "a", "title": "T", "text": "x"},
    ]
    assert corpus.texts() == ["T x", "y", "U"]
    assert corpus.texts(1, 99) == ["y", "U"]
    assert corpus.texts(5) == []
    assert list(corpus.batches(2)) == [["T x", "y"], ["U"]]
    assert corpus.texts_of(corpus.find(["b", "a"])) == ["y", "T x"]


@given(
    st.lists(st.text(min_size=1, max_size=12), unique=True, max_size=40),
    st.lists(st.text(max_size=12), max_size=20),
)
def test_rows_are_those_that_a_scan_of_all_ids_finds(known: list[str], asked: list[str]) -> None:
    corpus = corpus_of([(doc_id, "", "") for doc_id in known])
    asked = asked + known[::2] + known[:3]
    expected = [known.index(doc_id) if doc_id in known else -1 for doc_id in asked]
    assert corpus.find(asked).tolist() == expected
    assert Corpus(corpus.table, corpus.index).find(pa.array(asked)).tolist() == expected


def test_a_saved_corpus_brings_its_index_and_an_older_one_makes_it(tmp_path: Path) -> None:
    Collection("C", corpus_of([("a", "", "x"), ("b", "", "y")]), Queries.of({}), {}).save(tmp_path)
    opened = Collection.open(tmp_path).corpus
    assert opened is not None
    assert opened.stored_index is not None
    assert opened.find(["b", "c", "a", "b"]).tolist() == [1, -1, 0, 1]
    (tmp_path / "corpus_index.npy").unlink()
    older = Collection.open(tmp_path).corpus
    assert older is not None
    assert older.stored_index is None
    assert older.find(["b"]).tolist() == [1]


def test_rows_are_taken_from_any_batches_in_the_order_asked() -> None:
    random = np.random.default_rng(5)
    ids = [f"d{number}" for number in range(300)]
    columns = {"doc_id": ids, "title": [""] * 300, "text": [f"text {name}" for name in ids]}
    whole = pa.table(columns)
    cuts = [0, 0, 7, 8, 130, 300, 300]
    parts = [whole.slice(a, b - a) for a, b in pairwise(cuts)]
    corpus = Corpus(pa.concat_tables(parts))
    for count in (0, 1, 3, 500):
        rows = random.integers(0, 300, count)
        assert corpus.take(rows)["doc_id"].to_pylist() == [ids[row] for row in rows]
        assert corpus.texts_of(rows) == [f"text d{row}" for row in rows]


def test_nothing_can_be_taken_from_an_empty_corpus() -> None:
    empty = corpus_of([])
    assert empty.take(np.zeros(0, np.int64)).num_rows == 0
    assert empty.documents(["a"]) == [None]
