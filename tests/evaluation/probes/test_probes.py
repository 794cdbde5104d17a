"""Probe collections are true by construction, on fresh random documents."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.collection import Collection, Corpus, Queries, corpus_of
from evaluation.errors import CancelledError, InputError, UnknownNameError
from evaluation.measures.measures import evaluate
from evaluation.ngrams.suffix_array import SuffixArray
from evaluation.ngrams.words import Vocabulary
from evaluation.probes.base import Made, Probe
from evaluation.probes.keywords import Keywords
from evaluation.probes.making import PROBES, Wanted, make_probe, probe_collection
from evaluation.probes.masked import MASK, Masked, whole
from evaluation.probes.needles import Needles, plant
from evaluation.probes.parts import Parts
from evaluation.probes.whole_numbers import whole_numbers
from evaluation.progress import SILENT
from evaluation.retrievers.bm25 import BM25
from evaluation.text import Analyser
from tests.evaluation.retrievers.test_ngrams import indexed
from tests.every_stage import StopAt
from tests.fresh import fresh

NEEDLES = Needles(depths="0, 50, 100", lengths="20, 60")
WORDS = Analyser("words", "none", "none")


def random_corpus(random: np.random.Generator, size: int = 60) -> Corpus:
    """Sentences with names, abbreviations and numbers, some of which stand in several documents."""
    plain = [f"{a}{b}" for a in ("ra", "lo", "mi", "tes", "vun") for b in ("po", "kad", "sil", "o")]
    names = ["Berlin", "Ada Lovelace", "New York", "DNA", "p53", "H1N1", "1984", "3.5", "Amazon"]
    documents = []
    for number in range(size):
        sentences = []
        for _ in range(int(random.integers(2, 7))):
            words = random.choice(plain, int(random.integers(4, 9))).tolist()
            words.insert(int(random.integers(2, len(words))), str(random.choice(names)))
            sentences.append(
                " ".join(words).capitalize()
                if random.random() < 0.1
                else words[0].capitalize() + " " + " ".join(words[1:])
            )
        documents.append((f"d{number}", "", ". ".join(sentences) + f". Rare{number}x."))
    return corpus_of(documents)


def texts_of(corpus: Corpus) -> dict[str, str]:
    return dict(zip(corpus.doc_ids.to_pylist(), corpus.texts(), strict=True))


def made_by(probe: Probe, corpus: Corpus, count: int = 20, seed: int = 3) -> Made:
    return probe.make(corpus, count, np.random.default_rng(seed), SILENT)


@pytest.mark.parametrize("name", PROBES)
def test_the_same_seed_gives_the_same_collection_and_another_seed_another(name: str) -> None:
    corpus = random_corpus(fresh())
    source = Collection("Source", corpus, Queries.of({}), {})
    probe = NEEDLES if name == "needles" else make_probe(name, {})
    made = [probe_collection(source, Wanted(probe, 12, seed), "Made") for seed in (5, 5, 6)]
    same = [(c.queries.table, c.qrels["test"].table, c.corpus.table) for c in made if c.corpus]
    assert all(a.equals(b) for a, b in zip(same[0], same[1], strict=True))
    assert not same[0][0].equals(same[2][0])


def test_keywords_are_the_words_of_the_passage_with_the_highest_tf_idf() -> None:
    corpus = random_corpus(fresh())
    texts = texts_of(corpus)
    words = {doc_id: Counter(WORDS.words(text)) for doc_id, text in texts.items()}
    frequency = Counter(word for counts in words.values() for word in counts)
    made = made_by(Keywords(words=4, stop_words="none"), corpus)
    assert len(made.questions) == 20
    for question in made.questions:
        (doc_id, grade), *others = question.grades.items()
        assert (grade, others) == (1, [])
        assert question.columns == {"source": doc_id}
        found = words[doc_id]
        weight = {w: c * np.log(len(texts) / frequency[w]) for w, c in found.items()}
        assert [weight[word] for word in question.text.split()] == pytest.approx(
            sorted(weight.values(), reverse=True)[:4]
        )


def test_a_part_stands_in_its_passage_word_for_word_and_in_no_other() -> None:
    corpus = random_corpus(fresh())
    texts, vocabulary = texts_of(corpus), Vocabulary.empty(WORDS)
    index = SuffixArray.of([vocabulary.learn(text) for text in texts.values()])
    for question in made_by(Parts(words=6), corpus).questions:
        assert len(WORDS.words(question.text)) == 6
        holders = [doc_id for doc_id, text in texts.items() if question.text in text]
        assert holders == list(question.grades) == [question.columns["source"]]
        low, high = index.intervals([vocabulary.read(question.text).tolist()])
        rows = index.documents(index.positions(int(low[0]), int(high[0])))
        assert [list(texts)[row] for row in rows] == holders


def test_every_haystack_has_one_needle_and_every_combination_is_there() -> None:
    made = made_by(NEEDLES, random_corpus(fresh()), 12)
    texts = texts_of(made.corpus)
    cells = Counter((q.columns["depth"], q.columns["length"]) for q in made.questions)
    assert cells == {(d, n): 2 for d in (0, 50, 100) for n in (20, 60)}
    positives = Counter(doc_id for q in made.questions for doc_id in q.grades)
    assert set(positives.values()) == {1}
    assert set(positives) == set(texts)
    for question in made.questions:
        name = question.text.removeprefix("What is the access code of ").removesuffix("?")
        needle = f"The access code of {name} is {question.columns['answer']}."
        (doc_id,) = question.grades
        assert [d for d, text in texts.items() if name in text] == [doc_id]
        text = texts[doc_id]
        assert text.count("The access code of") == text.count(needle) == 1
        hay = len(WORDS.words(text)) - len(WORDS.words(needle))
        assert hay == question.columns["length"]
        start, depth = text.index(needle), question.columns["depth"]
        assert depth != 0 or start == 0
        assert depth != 100 or start + len(needle) == len(text)


def test_hay_in_another_order_leaves_the_judgements_true() -> None:
    random = fresh()
    corpus = random_corpus(random)
    shuffled = corpus_of(
        [(f"d{n}", "", str(text)) for n, text in enumerate(random.permutation(corpus.texts()))]
    )
    first, second = (made_by(NEEDLES, each, 12) for each in (corpus, shuffled))
    assert first.qrels.table.equals(second.qrels.table)
    texts = texts_of(second.corpus)
    for question in second.questions:
        holders = [d for d, text in texts.items() if question.columns["answer"] in text]
        assert holders == list(question.grades)


def test_bm25_finds_every_needle_by_its_name(tmp_path: Path) -> None:

    made = made_by(NEEDLES, random_corpus(fresh()), 30)

    indexed(BM25(), made.corpus, tmp_path)
    run = BM25().search(made.corpus, made.queries, tmp_path, 10, SILENT)
    values = evaluate(run, made.qrels, ["R@1"], made.queries.ids)["R@1"]
    assert values.tolist() == [1.0] * 30


def test_a_needle_is_planted_between_two_sentences_near_its_depth() -> None:
    hay = "One two. Three four. Five six. Seven eight."
    assert plant(hay, "X.", 0) == "X. " + hay
    assert plant(hay, "X.", 100) == hay + " X."
    assert plant(hay, "X.", 50) == "One two. Three four. X. Five six. Seven eight."
    assert plant("no end of it", "X.", 60) == "no end of it X."


def test_a_masked_query_lacks_its_answers_and_each_positive_holds_one() -> None:
    corpus = random_corpus(fresh())
    texts = texts_of(corpus)
    made = made_by(Masked(words=30, most_answers=60), corpus, 30)
    assert {q.columns["masks"] for q in made.questions} <= {1, 2, 3}
    assert len({q.columns["masks"] for q in made.questions}) > 1
    for question in made.questions:
        answers = question.columns["answers"].split("; ")
        assert len(answers) == question.columns["masks"]
        assert MASK in question.text
        assert not [a for a in answers if a.lower() in question.text.lower()]
        source = question.columns["source"]
        assert question.grades[source] == 0
        expected = {d: sum(bool(whole(a).search(t)) for a in answers) for d, t in texts.items()}
        assert question.grades == {d: n for d, n in expected.items() if n and d != source} | {
            source: 0
        }
        assert max(question.grades.values()) >= 1
        pattern = re.escape(question.text).replace(re.escape(MASK), ".+")
        assert re.search(pattern, texts[source])


def test_a_probe_says_what_is_wrong_with_its_parameters() -> None:
    with pytest.raises(UnknownNameError, match="keywords"):
        make_probe("keyword", {})
    with pytest.raises(UnknownNameError, match="words"):
        make_probe("parts", {"word": 3})
    with pytest.raises(InputError, match="holds '101'"):
        make_probe("needles", {"depths": "0, 101"})
    with pytest.raises(InputError, match="has 0 numbers"):
        make_probe("masked", {"masks": " , "})
    with pytest.raises(InputError, match="number of queries is 0"):
        Wanted(Keywords(), 0)
    with pytest.raises(InputError, match="haystacks would have 40,000,000 words"):
        made_by(Needles(depths="0", lengths="100000"), random_corpus(fresh(), 5), 400)
    assert whole_numbers("depths", "50 0,50", (0, 100)) == [0, 50]


@pytest.mark.parametrize("probe", [Keywords(), Parts(), Masked()])
def test_documents_that_give_no_query_are_answered_with_a_sentence(probe: Probe) -> None:
    with pytest.raises(InputError, match="No document of this collection gives such a query"):
        made_by(probe, corpus_of([("a", "", "same words"), ("b", "", "same words")]))


@pytest.mark.parametrize("name", PROBES)
def test_making_a_probe_stops_at_the_report_that_cancels(name: str) -> None:
    corpus = random_corpus(fresh())
    probe = NEEDLES if name == "needles" else make_probe(name, {})
    for report in (1, 4):
        listener = StopAt(report)
        with pytest.raises(CancelledError):
            probe.make(corpus, 12, np.random.default_rng(1), listener)
