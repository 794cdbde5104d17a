from itertools import pairwise

import numpy as np
import pyarrow as pa

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
