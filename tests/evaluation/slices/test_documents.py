import numpy as np
import pytest

from evaluation.collections.collection import Qrels, Queries, corpus_of
from evaluation.progress import SILENT
from evaluation.slices import documents
from evaluation.slices.documents import analyser_for, overlaps, rarest_frequencies
from evaluation.text import Analyser
from tests.sample import small_collection

CORPUS = corpus_of(
    [
        ("d1", "Running water", "the river runs"),
        ("d2", "", "a river of stones"),
        ("d3", "stone", ""),
    ]
)
ENGLISH = Analyser()


def test_the_rarest_term_is_counted_in_documents_as_the_analysis_has_it() -> None:
    queries = Queries.of(
        {"a": "river running", "b": "rivers and stones", "c": "the of", "d": "moon river"}
    )
    found = rarest_frequencies(CORPUS, queries, ENGLISH, SILENT)
    assert found[[0, 1, 3]].tolist() == [1, 2, 0]
    assert np.isnan(found[2])


def test_the_overlap_is_a_mean_over_relevant_documents() -> None:
    queries = Queries.of({"a": "river stones", "b": "water", "c": "moon", "d": "the", "e": "river"})
    qrels = Qrels.of_dict(
        {
            "a": {"d1": 1, "d2": 2, "d3": 0},
            "b": {"d3": 1, "gone": 1},
            "d": {"d1": 1},
            "e": {"gone": 1},
        }
    )
    found = overlaps(CORPUS, queries, qrels, ENGLISH, SILENT)
    assert found[:2].tolist() == [pytest.approx((1 / 2 + 2 / 2) / 2), 0]
    assert np.isnan(found[2:]).all()


def test_both_agree_with_brute_force_whatever_the_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "BATCH", 5)
    monkeypatch.setattr(documents, "REMEMBERED", 7)
    collection = small_collection(seed=int(np.random.default_rng().integers(1000)))
    assert collection.corpus is not None
    queries, qrels = collection.judged_queries("test"), collection.qrels["test"]
    texts = dict(zip(collection.corpus.doc_ids.to_pylist(), collection.corpus.texts(), strict=True))
    held = {doc_id: set(ENGLISH.terms(text)) for doc_id, text in texts.items()}
    rare, shared = [], []
    for query_id, text in zip(queries.ids, queries.texts, strict=True):
        terms = set(ENGLISH.terms(text))
        rare.append(min(sum(term in words for words in held.values()) for term in terms))
        judged = [d for d, grade in qrels.by_query[query_id].items() if grade >= 1]
        shared.append(np.mean([len(terms & held[d]) / len(terms) for d in judged]))
    corpus = collection.corpus
    assert rarest_frequencies(corpus, queries, ENGLISH, SILENT).tolist() == rare
    assert overlaps(corpus, queries, qrels, ENGLISH, SILENT) == pytest.approx(shared)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("river", "", Analyser("words", "english", "english")),
        ("river", "en-GB", Analyser("words", "english", "english")),
        ("Fluss", "de", Analyser("words", "none", "none")),
        ("什么是细胞", "zh", Analyser("bigrams", "none", "none")),
    ],
)
def test_words_are_analysed_by_language_and_script(
    text: str, language: str, expected: Analyser
) -> None:
    assert analyser_for([text], language) == expected
