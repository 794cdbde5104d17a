import math
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.collection import Queries, corpus_of
from evaluation.errors import CancelledError
from evaluation.lexical.formula import VARIANTS
from evaluation.progress import SILENT
from evaluation.retrievers.bm25 import BM25
from evaluation.text import Analyser
from tests.evaluation.retrievers.indexing import corpus_with, indexed, search

PLAIN = BM25(stemmer="none", stop_words="none")


def test_the_lucene_score_of_a_term_is_the_one_in_the_formula(tmp_path: Path) -> None:
    stage = replace(PLAIN, k1=1.2, b=0.75)
    run = search(
        stage, {"d1": "apple apple pie", "d2": "pear", "d3": "pie"}, {"q": "apple"}, tmp_path
    )
    average = (3 + 1 + 1) / 3
    idf = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    expected = idf * 2 / (2 + 1.2 * (1 - 0.75 + 0.75 * 3 / average))
    assert dict(run.hits("q")) == pytest.approx({"d1": expected}, rel=1e-6)


def formula(stage: BM25, tf: int, df: int, count: int, length: int, average: float) -> float:
    """Kamphuis et al. 2020, written down a second time; the weight of an absent term too."""
    k1, b, delta, variant = stage.k1, stage.b, stage.delta, stage.variant
    norm = 1 - b + b * length / average
    lucene = math.log(1 + (count - df + 0.5) / (df + 0.5))
    if variant == "lucene":
        return lucene * tf / (tf + k1 * norm)
    if variant == "robertson":
        return max(0.0, math.log((count - df + 0.5) / (df + 0.5))) * tf / (tf + k1 * norm)
    if variant == "atire":
        return math.log(count / df) * (k1 + 1) * tf / (tf + k1 * norm)
    if variant == "bm25l":
        c = tf / norm
        return math.log((count + 1) / (df + 0.5)) * (k1 + 1) * (c + delta) / (k1 + c + delta)
    return math.log((count + 1) / df) * (delta + (k1 + 1) * tf / (k1 * norm + tf))


@pytest.mark.parametrize("variant", VARIANTS)
def test_scores_equal_a_brute_force_sum_on_random_texts(variant: str, tmp_path: Path) -> None:
    random = np.random.default_rng()
    words = [f"w{n}" for n in range(30)]
    documents = {f"d{n}": " ".join(random.choice(words, random.integers(0, 20))) for n in range(40)}
    queries = {f"q{n}": " ".join(random.choice(words, 4)) for n in range(10)}
    k1, b, delta = random.uniform(0.3, 2), random.uniform(0, 1), random.uniform(0.1, 1)
    stage = replace(PLAIN, k1=k1, b=b, delta=delta, variant=variant)
    run = search(stage, documents, queries, tmp_path, depth=100)

    counts = {doc_id: Counter(text.split()) for doc_id, text in documents.items()}
    average = sum(map(Counter.total, counts.values())) / 40
    df = Counter(word for count in counts.values() for word in count)
    for query_id, query in queries.items():
        terms = [word for word in query.split() if df[word]]
        expected = {}
        for doc_id, count in counts.items():
            length = count.total()
            total = seen = 0.0
            for term in terms:
                value = formula(stage, count[term], df[term], 40, length, average)
                total += value
                seen += value if count[term] else 0
            if seen > 0:
                expected[doc_id] = total
        assert dict(run.hits(query_id)) == pytest.approx(expected, rel=1e-4)


def test_a_term_that_stands_twice_in_the_query_counts_twice(tmp_path: Path) -> None:
    documents = {"d1": "apple pie", "d2": "pear"}
    run = search(PLAIN, documents, {"q1": "apple", "q2": "apple apple"}, tmp_path)
    assert run.hits("q2")[0][1] == pytest.approx(2 * run.hits("q1")[0][1])


def test_a_query_without_a_known_word_has_no_hits_and_stays_in_the_run(tmp_path: Path) -> None:
    queries = {"q1": "zebra", "q2": "", "q3": "apple", "q4": "the"}
    run = search(BM25(), {"d1": "apple", "d2": "the pear"}, queries, tmp_path)
    assert run.query_ids == ("q1", "q2", "q3", "q4")
    assert run.lengths().tolist() == [0, 0, 1, 0]


def test_a_tie_at_the_depth_is_cut_by_document_id(tmp_path: Path) -> None:
    documents = {f"d{n}": "apple" for n in range(9)} | {"x": "pear"}
    run = search(BM25(), documents, {"q": "apple"}, tmp_path, depth=3)
    assert [doc_id for doc_id, _ in run.hits("q")] == ["d8", "d7", "d6"]


@pytest.mark.parametrize("documents", [{}, {"d1": "", "d2": "..."}])
def test_a_corpus_without_words_can_be_indexed_and_searched(
    documents: dict[str, str], tmp_path: Path
) -> None:
    run = search(BM25(), documents, {"q": "apple"}, tmp_path)
    assert (run.query_ids, len(run)) == (("q",), 0)


def test_a_long_indexing_stops_when_it_is_told_to(tmp_path: Path) -> None:
    class StopAtSecondPass:
        def report(self, done: int, total: int | None, unit: str = "documents") -> None:
            if done == total:
                raise CancelledError

    corpus = corpus_with({"d1": "apple", "d2": "pear"})
    folder = indexed(BM25(), corpus, tmp_path / "index")
    with pytest.raises(CancelledError):
        BM25().index(corpus, folder, StopAtSecondPass())


def test_an_index_is_plain_arrays_and_one_arrow_table(tmp_path: Path) -> None:
    search(BM25(), {"d1": "apple"}, {"q": "apple"}, tmp_path)
    suffixes = {path.suffix for path in tmp_path.rglob("*") if path.is_file()}
    assert suffixes == {".npy", ".arrow"}


def test_titles_are_searched_too(tmp_path: Path) -> None:
    corpus = corpus_of([("d1", "Apple", "fruit"), ("d2", "", "pear")])
    folder = indexed(BM25(), corpus, tmp_path / "index")
    run = BM25().search(corpus, Queries.of({"q": "apples"}), folder, 5, SILENT)
    assert [doc_id for doc_id, _ in run.hits("q")] == ["d1"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_weights_are_those_of_bm25s_to_the_last_bit(
    variant: str, seed: int, tmp_path: Path
) -> None:
    import bm25s

    random = np.random.default_rng(seed)
    texts = [
        " ".join(f"w{n}" for n in random.integers(0, 30, random.integers(0, 25))) for _ in range(50)
    ]
    k1, b, delta = random.uniform(0.01, 2), random.uniform(0, 1), random.uniform(0, 1)
    theirs = bm25s.BM25(k1, b, delta, variant, backend="numpy", csc_backend="numpy")
    theirs.index([text.split() for text in texts], create_empty_token=False, show_progress=False)
    stage = replace(PLAIN, k1=k1, b=b, delta=delta, variant=variant)
    corpus = corpus_with({f"d{n}": text for n, text in enumerate(texts)})
    index = stage.opened(indexed(stage, corpus, tmp_path / "index"))
    assert set(index.terms) == set(theirs.vocab_dict)
    for term, code in index.terms.items():
        ours = slice(*index.starts[code : code + 2])
        other = theirs.vocab_dict[term]
        place = slice(*theirs.scores["indptr"][other : other + 2])
        assert index.documents[ours].tolist() == theirs.scores["indices"][place].tolist()
        assert index.scores[ours].tolist() == theirs.scores["data"][place].tolist()
        if variant in ("bm25l", "bm25+"):
            assert index.absent[code] == theirs.nonoccurrence_array[other]
        else:
            assert not index.absent.any()


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_k1_and_no_delta_give_finite_scores(variant: str, tmp_path: Path) -> None:
    stage = replace(PLAIN, k1=0, delta=0, b=1, variant=variant)
    documents = {"d1": "apple apple pie", "d2": "pear", "d3": "", "d4": "fig"}
    run = search(stage, documents, {"q": "apple pie"}, tmp_path)
    assert [doc_id for doc_id, _ in run.hits("q")] == ["d1"]


def test_a_point_of_a_grid_costs_two_arrays_and_shares_the_rest(tmp_path: Path) -> None:
    corpus = corpus_with({"d1": "apple", "d2": "pear"})
    folder = indexed(BM25(), corpus, tmp_path / "index")
    own = {path.name for path in folder.iterdir() if path.is_file()}
    assert own == {"scores.npy", "absent.npy"}
    assert BM25(k1=2).built_from() == BM25(b=0, variant="atire").built_from()
    assert BM25(stemmer="none").built_from() != BM25().built_from()


def test_highlighting_uses_the_analysis_of_the_index() -> None:
    stage = BM25(tokens="bigrams", stemmer="german", stop_words="german")
    assert stage.analyser() == Analyser("bigrams", "german", "german")
