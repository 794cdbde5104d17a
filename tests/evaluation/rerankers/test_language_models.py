"""Rerankers that ask a language model about one document at a time."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.collections.collection import Corpus, Queries, corpus_of
from evaluation.errors import ModelError
from evaluation.evidence import Asked, Placed
from evaluation.language_models.prompts import fill
from evaluation.metering import metered
from evaluation.models.causal_loading import load_causal
from evaluation.progress import SILENT
from evaluation.rerankers import lm_likelihood, lm_pointwise
from evaluation.rerankers.lm_likelihood import LanguageModelLikelihood
from evaluation.rerankers.lm_pointwise import LanguageModelPointwise
from evaluation.run import Run
from evaluation.stage import Stage
from evaluation.system import Node, System
from evaluation.system_problems import problems
from tests.endpoint_server import Answer, Body, in_turn, prompt_of, says, serving
from tests.fresh_seed import fresh_seed
from tests.sample import small_collection
from tests.tiny_language_model import LANGUAGE_MODEL
from tests.tiny_models import WORDS

LIKELIHOOD = LanguageModelLikelihood(model=LANGUAGE_MODEL)
POINTWISE = LanguageModelPointwise(model=LANGUAGE_MODEL)


@pytest.fixture(autouse=True)
def models(model_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny model, and a cache of replies of its own."""
    monkeypatch.setenv("RANKLAB_MODEL_CACHE", str(tmp_path))


def random_pairs(count: int) -> list[tuple[str, str]]:
    random = np.random.default_rng(fresh_seed())
    texts = [" ".join(random.choice(WORDS, random.integers(1, 12))) for _ in range(2 * count)]
    return list(zip(texts[:count], texts[count:], strict=True))


def log_softmax_loop(text: str, continuation: str) -> list[float]:
    """Log p of each token of the continuation, one call per token."""
    import torch

    network = load_causal(LANGUAGE_MODEL)
    ids, found = list(network.tokenizer(text)["input_ids"]), []
    for one in network.tokenizer(continuation)["input_ids"]:
        with torch.no_grad():
            logits = network.model(torch.tensor([ids])).logits[0, -1].double()
        found.append(float(torch.log_softmax(logits, 0)[one]))
        ids.append(one)
    return found


def test_the_likelihood_of_a_query_is_the_sum_of_a_plain_loop() -> None:
    pairs = random_pairs(10)
    sums = LIKELIHOOD.log_likelihoods(pairs, SILENT)
    means = replace(LIKELIHOOD, per_token=True).log_likelihoods(pairs, SILENT)
    for row, (query, document) in enumerate(pairs):
        values = log_softmax_loop(fill(lm_likelihood.PROMPT, document=document), f" {query}")
        assert sums[row] == pytest.approx(sum(values), abs=1e-5)
        assert means[row] == pytest.approx(sum(values) / len(values), abs=1e-5)


@pytest.mark.parametrize("stage", [LIKELIHOOD, POINTWISE], ids=["likelihood", "pointwise"])
def test_scores_do_not_depend_on_order_or_neighbours(
    stage: LanguageModelLikelihood | LanguageModelPointwise,
) -> None:
    texts = random_pairs(70)
    queries, documents = [q for q, _ in texts], [d for _, d in texts]
    pairs = np.stack([np.arange(70), np.arange(70)], axis=1)
    order = np.random.default_rng(fresh_seed()).permutation(70)
    scores = stage.score(queries, documents, pairs, SILENT)
    assert stage.score(queries, documents, pairs[order], SILENT) == pytest.approx(
        scores[order], abs=1e-5
    )
    for row in range(0, 70, 9):
        alone = stage.score(queries, documents, pairs[[row]], SILENT)
        assert alone == pytest.approx(scores[[row]], abs=1e-5)


def test_the_score_is_the_difference_of_logits_and_p_the_softmax_over_the_two() -> None:
    import torch

    network = load_causal(LANGUAGE_MODEL)
    yes, no = network.label_id("yes"), network.label_id("no")
    pairs = random_pairs(8)
    told = POINTWISE.log_probabilities(pairs, SILENT)
    for row, (query, document) in enumerate(pairs):
        ids = network.prompt_ids(fill(lm_pointwise.PROMPT, query=query, document=document))
        with torch.no_grad():
            logits = network.model(torch.tensor([ids])).logits[0, -1].double()
        score = told[row, 0] - told[row, 1]
        assert score == pytest.approx(float(logits[yes] - logits[no]), abs=1e-5)
        softmax = torch.softmax(logits[[yes, no]], 0)
        assert 1 / (1 + np.exp(-score)) == pytest.approx(float(softmax[0]), abs=1e-6)


@pytest.mark.parametrize("stage", [LIKELIHOOD, POINTWISE], ids=["likelihood", "pointwise"])
def test_the_parts_sum_to_the_score_that_ranks(
    stage: LanguageModelLikelihood | LanguageModelPointwise,
) -> None:
    corpus, queries = corpus_of([("d", "old", "river near market")]), Queries.of({"q": "the river"})
    run = stage.rerank(corpus, queries, Run.from_lists({"q": [("d", 1.0)]}), 5, SILENT)
    told = stage.explain(asked(corpus, queries))
    assert told.method == "table"
    assert sum(part["Adds"] for part in told.parts) == pytest.approx(told.total, abs=1e-9)
    assert run.hits("q")[0][1] == pytest.approx(told.total, abs=1e-5)
    mean = replace(LIKELIHOOD, per_token=True).explain(asked(corpus, queries))
    assert sum(part["Adds"] for part in mean.parts) == pytest.approx(mean.total, abs=1e-9)


def asked(corpus: Corpus, queries: Queries) -> Asked:
    text = corpus.texts()[0]
    placed = Placed("q", queries.texts[0], "d", text)
    return Asked(placed, corpus, queries, (), 5)


def test_another_prompt_is_another_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, stage in ((lm_likelihood, LIKELIHOOD), (lm_pointwise, POINTWISE)):
        before = stage.revision()
        monkeypatch.setattr(module, "PROMPT", "Something else about {query} in {document}")
        assert stage.revision() != before
        assert stage.revision().partition(" prompt ")[0] == before.partition(" prompt ")[0]


def test_what_is_read_of_a_document_is_cut() -> None:
    short = replace(LIKELIHOOD, characters=9)
    pair = [("the river", "old river and much more of it")]
    assert short.log_likelihoods(pair, SILENT) == pytest.approx(
        LIKELIHOOD.log_likelihoods([("the river", "old river")], SILENT), abs=1e-9
    )


def test_an_empty_query_and_an_empty_document_get_a_score() -> None:
    pairs = [("", "old river"), ("old river", ""), ("", "")]
    assert np.isfinite(LIKELIHOOD.log_likelihoods(pairs, SILENT)).all()
    assert np.isfinite(POINTWISE.log_probabilities(pairs, SILENT)).all()


def test_an_endpoint_that_tells_chances_ranks(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(body: Body) -> Answer:
        good = "river" in prompt_of(body).partition("Passage:")[2]
        return says("yes", {"yes": 0.8, "no": 0.1} if good else {"no": 0.6, "yes": 0.3})

    corpus = corpus_of([("a", "", "old engine"), ("b", "", "old river")])
    candidates = Run.from_lists({"q": [("a", 2.0), ("b", 1.0)]})
    stage = LanguageModelPointwise(model="endpoint")
    with serving(monkeypatch, answer), metered() as spent:
        run = stage.rerank(corpus, Queries.of({"q": "river"}), candidates, 10, SILENT)
    assert [doc_id for doc_id, _ in run.hits("q")] == ["b", "a"]
    expected = [np.log(0.8 / 0.1), np.log(0.3 / 0.6)]
    assert [score for _, score in run.hits("q")] == pytest.approx(expected, abs=1e-6)
    assert (spent["calls"], spent["paid_prompt_tokens"]) == (2, 22)


def test_an_endpoint_that_tells_none_stops_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = LanguageModelPointwise(model="endpoint")
    with serving(monkeypatch, in_turn(says("yes"))), pytest.raises(ModelError, match="top_logp"):
        stage.score(["q"], ["d"], np.array([(0, 0)]), SILENT)


def lines(stage: Stage) -> str:
    below = Node(stage, (Node(lm_below()),))
    return json.dumps(problems(System("Mine", below), small_collection()))


def lm_below() -> Stage:
    from evaluation.retrievers.bm25 import BM25

    return BM25()


def test_a_system_without_its_endpoint_is_told_before_it_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("URL", "MODEL"):
        monkeypatch.delenv(f"RANKLAB_ENDPOINT_{name}", raising=False)
    stage = LanguageModelPointwise(model="endpoint")
    assert "Mine: No language model is configured on this server" in lines(stage)
    assert lines(POINTWISE) == "[]"
    with serving(monkeypatch, in_turn(says("yes"))):
        assert lines(stage) == "[]"
