"""Both retrievers over corpus n-grams: what they show is in the passage and sums to the score."""

from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.collection import Collection, Corpus, Queries, corpus_of
from evaluation.errors import ModelError
from evaluation.evidence import Asked, Explained, Placed
from evaluation.models.seq2seq import load_seq2seq
from evaluation.ngrams.suffix_array import open_suffix_array
from evaluation.progress import SILENT
from evaluation.retrievers.base import BASE, Retriever
from evaluation.retrievers.ngrams import NGrams
from evaluation.retrievers.seal import SEAL
from evaluation.run import Run
from evaluation.text import Analyser
from tests.fresh import fresh
from tests.sample import small_collection
from tests.tiny_models import ENCODER
from tests.tiny_writers import BART, T5, WORDS

Stage = NGrams | SEAL


def indexed(stage: Retriever, corpus: Corpus, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    below = stage.built_from()
    if below is not None:
        indexed(below, corpus, folder / BASE)
    stage.index(corpus, folder, SILENT)
    return folder


def explained(
    stage: Stage, made: Collection, folder: Path, query_id: str, doc_id: str
) -> Explained:
    assert made.corpus is not None
    text = made.corpus.texts_of(made.corpus.find([doc_id]))[0]
    placed = Placed(query_id, made.queries.text_of[query_id], doc_id, text)
    queries = made.queries.only([query_id])
    told = stage.explain(Asked(placed, made.corpus, queries, (), 10, folder))
    assert told is not None
    return told


def searched(stage: Stage, made: Collection, folder: Path) -> Run:
    assert made.corpus is not None
    return stage.search(made.corpus, made.queries, folder, 10, SILENT)


def random_collection(random: np.random.Generator) -> Collection:
    """Documents and queries of the words that the tiny models know, with some signs between."""
    signs = ["", "", ",", ".", " -", "\n", " Ünknown"]
    drawn = [
        " ".join(random.choice(WORDS) + random.choice(signs) for _ in range(random.integers(3, 30)))
        for _ in range(200)
    ]
    corpus = corpus_of([(f"d{n}", "", text.title()) for n, text in enumerate(drawn)])
    queries = {f"q{n}": " ".join(random.choice(WORDS, 3)) for n in range(6)}
    return Collection("Random", corpus, Queries.of(queries), {})


@pytest.mark.parametrize(
    "stage", [NGrams(), NGrams(stemmer="none", longest=3), SEAL(model=BART), SEAL(model=T5)]
)
def test_every_ngram_shown_is_in_the_passage_and_they_sum_to_the_score(
    stage: Stage, model_root: Path, tmp_path: Path
) -> None:
    made = random_collection(fresh())
    assert made.corpus is not None
    folder = indexed(stage, made.corpus, tmp_path / "index")
    run, shown = searched(stage, made, folder), 0
    analyser = Analyser("words", "none", "none")
    for query_id, hits in run:
        for doc_id, score in hits[:4]:
            told = explained(stage, made, folder, query_id, doc_id)
            text = made.corpus.texts_of(made.corpus.find([doc_id]))[0]
            assert told.total == pytest.approx(score, rel=1e-6)
            assert told.total == pytest.approx(sum(part["Adds"] for part in told.parts))
            for part in told.parts:
                assert part["N-gram"]
                assert part["N-gram"] in text
                words = analyser.words(part["N-gram"])
                assert f" {' '.join(words)} " in f" {' '.join(analyser.words(text))} "
                assert 0 < part["Adds"] <= part["Weight"]
                assert part["Occurrences"] >= 1
                shown += 1
            spans = [span for mark in told.marks for span in mark]
            assert spans == sorted(spans), "marks that overlap"
            assert {text[a:b] for a, b in told.marks} >= {part["N-gram"] for part in told.parts}
    assert shown


def test_a_document_without_any_ngram_of_the_query_says_so(tmp_path: Path) -> None:
    corpus = corpus_of([("a", "", "river bank"), ("b", "", "violin music"), ("c", "", "engine")])
    made = Collection("Three", corpus, Queries.of({"q": "river"}), {})
    folder = indexed(NGrams(), corpus, tmp_path / "index")
    told = explained(NGrams(), made, folder, "q", "c")
    assert told.parts == []
    assert told.total == 0
    assert "no n-gram" in told.note


def test_no_ngram_of_a_query_is_missing_from_the_corpus(tmp_path: Path) -> None:
    made = random_collection(fresh())
    assert made.corpus is not None
    stage = NGrams(longest=4)
    folder = indexed(stage, made.corpus, tmp_path / "index")
    first = stage.built_from().search(made.corpus, made.queries, folder / BASE, 10, SILENT)
    index = open_suffix_array(folder)
    for query_id, text in made.queries.text_of.items():
        weighed = stage.ngrams_for(folder, made.corpus, text, first.hits(query_id))
        assert len(weighed.ngrams)
        assert (index.counts(weighed.ngrams) > 0).all()


def test_feedback_brings_ngrams_that_the_query_does_not_hold(tmp_path: Path) -> None:
    texts = ["heart attack means myocardial infarction"] * 2 + ["myocardial infarction therapy"]
    noise = [f"word{n} more{n} text{n}" for n in range(60)]
    corpus = corpus_of([(f"d{n}", "", text) for n, text in enumerate([*texts, *noise])])
    made = Collection("Heart", corpus, Queries.of({"q": "heart attack"}), {})
    alone = NGrams(feedback_documents=0)
    folder = indexed(alone, corpus, tmp_path / "index")
    assert {d for d, _ in searched(alone, made, folder).hits("q")} == {"d0", "d1"}
    fed = {d for d, _ in searched(NGrams(), made, folder).hits("q")}
    assert fed == {"d0", "d1", "d2"}


@pytest.mark.parametrize("name", [BART, T5])
def test_a_model_writes_only_what_is_allowed_with_its_own_probability(
    name: str, model_root: Path
) -> None:
    import torch

    random, model = fresh(), load_seq2seq(name)
    passages = [random.choice(WORDS, 8).tolist() for _ in range(5)]
    ids, _ = model.tokens([" ".join(words) for words in passages])
    held = {tuple(p[a:b]) for p in ids for b in range(1, 9) for a in range(b)}

    def allowed(begun: tuple[int, ...]) -> list[int]:
        return sorted({n[-1] for n in held if n[:-1] == begun})

    written = model.write("river near the market", allowed, 6, 4, lambda: None)
    assert written
    assert set(written) <= held
    assert max(map(len, written)) <= 4
    given = model.tokenizer("river near the market", return_tensors="pt")
    begin = {BART: [1, 2], T5: [0]}[name]
    for body, share in written.items():
        with torch.inference_mode():
            logits = model.model(
                input_ids=given["input_ids"], decoder_input_ids=torch.tensor([[*begin, *body]])
            ).logits[0]
        steps = logits.double().log_softmax(-1)[len(begin) - 1 :]
        expected = sum(float(steps[place, token]) for place, token in enumerate(body))
        assert share == pytest.approx(expected, abs=1e-4)


def test_a_model_of_another_kind_is_refused_with_a_sentence(
    model_root: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="cannot be loaded as a sequence-to-sequence model"):
        SEAL(model=ENCODER).index(small_collection().corpus or corpus_of([]), tmp_path, SILENT)
