"""Rerankers that ask a language model, with one that answers by a script."""

import sys
from collections.abc import Callable
from contextlib import suppress

import numpy as np
import pytest

from evaluation.collections.collection import Corpus, Queries, corpus_of
from evaluation.errors import CancelledError
from evaluation.evidence import Asked, Explained, Placed
from evaluation.metering import MALFORMED, metered
from evaluation.progress import SILENT
from evaluation.rerankers import asking
from evaluation.rerankers.asking import AskingReranker
from evaluation.rerankers.listwise import Listwise
from evaluation.rerankers.setwise import Setwise
from evaluation.run import Run
from tests.scripted_model import Script, Scripted, oracle, passages_of

STAGES = [Listwise(), Listwise(mode="full"), Setwise(), Setwise(children=3)]
MOST = {STAGES[0]: 9, STAGES[1]: 1, STAGES[2]: 25, STAGES[3]: 85}  # requests per query
QUERIES = Queries.of({"q1": "the first", "q2": "the second", "none": "nothing found"})

Ask = Callable[[Script], Scripted]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Let a script answer whatever the rerankers ask."""

    def use(script: Script) -> Scripted:
        model = Scripted(script)
        monkeypatch.setattr(asking, "open_model", lambda name, tick: model)
        return model

    return use


def fresh() -> np.random.Generator:
    seed = np.random.SeedSequence().entropy
    sys.stdout.write(f"seed {seed}\n")  # shown if the test fails
    return np.random.default_rng(seed)


def drawn(queries: int = 2) -> tuple[Corpus, Run, dict[str, list[str]]]:
    """A hundred documents in a random order per query, and how an oracle would order them."""
    random = fresh()
    corpus = corpus_of([(f"d{n}", "", f"passage {n}") for n in range(100)])
    rankings = {}
    for query_id in QUERIES.ids[:queries]:
        order = random.permutation(100).tolist()
        rankings[query_id] = [(f"d{n}", 100.0 - place) for place, n in enumerate(order)]
    best = [f"d{n}" for n in range(99, -1, -1)]
    return corpus, Run.from_lists(rankings | {"none": []}), dict.fromkeys(QUERIES.ids, best)


def worth(passage: str) -> float:
    return float(passage.split()[1])


def ids(run: Run, query_id: str) -> list[str]:
    return [doc_id for doc_id, _ in run.hits(query_id)]


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.title())
def test_with_an_oracle_the_top_ten_are_exact_in_so_many_requests(
    stage: AskingReranker, ask: Ask
) -> None:
    model, (corpus, run, best) = ask(oracle(worth)), drawn()
    ordered = stage.rerank(corpus, QUERIES, run, 100, SILENT)
    assert ordered.query_ids == run.query_ids
    for query_id in ("q1", "q2"):
        assert ids(ordered, query_id)[:10] == best[query_id][:10]
        assert sorted(ids(ordered, query_id)) == sorted(best[query_id])
        assert [score for _, score in ordered.hits(query_id)] == list(range(100, 0, -1))
    assert ordered.hits("none") == []
    assert len(model.prompts) <= 2 * MOST[stage]


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.title())
def test_malformed_replies_keep_the_order_and_are_counted(stage: AskingReranker, ask: Ask) -> None:
    model, (corpus, run, _) = ask(lambda prompt: "I would rather not."), drawn()
    with metered() as spent:
        ordered = stage.rerank(corpus, QUERIES, run, 100, SILENT)
    for query_id in run.query_ids:
        assert ids(ordered, query_id) == ids(run, query_id)
    assert spent[MALFORMED] == len(model.prompts) > 0


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.title())
def test_some_malformed_replies_lose_no_document(stage: AskingReranker, ask: Ask) -> None:
    corpus, run, _ = drawn()
    random, answer, broken = fresh(), oracle(worth), []

    def script(prompt: str) -> str:
        if random.random() < 0.3:
            broken.append(prompt)
            return str(random.choice(["", "<think>[1] > ", "<answer>[200]</answer>", "none"]))
        return answer(prompt)

    ask(script)
    with metered() as spent:
        ordered = stage.rerank(corpus, QUERIES, run, 100, SILENT)
    assert spent[MALFORMED] == len(broken)
    for query_id in run.query_ids:
        assert sorted(ids(ordered, query_id)) == sorted(ids(run, query_id))


def test_only_the_candidates_are_asked_about(ask: Ask) -> None:
    model, (corpus, run, _) = ask(oracle(worth)), drawn()
    ordered = Listwise().rerank(corpus, QUERIES, run, 7, SILENT)
    for query_id in ("q1", "q2"):
        wanted = sorted(ids(run, query_id)[:7], key=lambda doc_id: -int(doc_id[1:]))
        assert ids(ordered, query_id) == wanted
    assert [len(passages_of(prompt)) for prompt in model.prompts] == [7, 7]
    assert "the first" in model.prompts[0]


def test_a_document_that_the_corpus_does_not_hold_keeps_a_place(ask: Ask) -> None:
    ask(oracle(lambda passage: -len(passage)))
    run = Run.from_lists({"q1": [("d1", 2.0), ("gone", 1.0)]})
    ordered = Setwise().rerank(drawn()[0], QUERIES, run, 10, SILENT)
    assert ids(ordered, "q1") == ["gone", "d1"]


def test_passages_are_cut(ask: Ask) -> None:
    model = ask(lambda prompt: "[1]")
    corpus = corpus_of([("a", "", "word " * 1000), ("b", "", "short")])
    run = Run.from_lists({"q1": [("a", 2.0), ("b", 1.0)]})
    Listwise(passage_characters=50).rerank(corpus, QUERIES, run, 10, SILENT)
    assert passages_of(model.prompts[0]) == [("word " * 10)[:50].strip(), "short"]


def test_cancelling_stops_between_requests(ask: Ask) -> None:
    model, (corpus, run, _) = ask(oracle(worth)), drawn()
    left = 5

    class Listener:
        def report(self, done: int, total: int | None, unit: str = "documents") -> None:
            nonlocal left
            assert (total, unit) == (200, "pairs")
            left -= 1
            if not left:
                raise CancelledError

    with pytest.raises(CancelledError):
        Setwise().rerank(corpus, QUERIES, run, 100, Listener())
    assert 0 < len(model.prompts) < 2 * 6


def requests(step: int) -> list[int]:
    """How many passages each request of a pass holds, by a model that changes nothing."""
    sorting = Listwise(window=5, step=step).sorting(12)
    asked = [next(sorting)]
    with suppress(StopIteration):
        while True:
            asked.append(sorting.send(asked[-1]))
    return [len(items) for items in asked]


def test_windows_overlap_whatever_the_step() -> None:
    assert requests(4) == requests(5) == requests(900) == [5, 5, 4]


def explained(stage: AskingReranker, doc_id: str, run: Run, corpus: Corpus) -> Explained:
    placed = Placed("q1", "the first", doc_id, "")
    return stage.explain(Asked(placed, corpus, QUERIES.only(["q1"]), [run.only(["q1"])], 100))


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.title())
def test_an_explanation_shows_the_comparisons_of_the_document_and_costs_nothing(
    stage: AskingReranker, ask: Ask
) -> None:
    model, (corpus, run, _) = ask(oracle(worth)), drawn(1)
    stage.rerank(corpus, QUERIES, run, 100, SILENT)
    asked, doc_id = list(model.prompts), ids(run, "q1")[40]
    found = explained(stage, doc_id, run, corpus)
    with_it = [p for p in asked if f"passage {doc_id[1:]}" in passages_of(p)]
    assert found.method == "texts"
    assert len(found.parts) == len(with_it) > 0
    assert all(f"] {doc_id}" in part["detail"] for part in found.parts)
    assert f"{len(asked):,} comparisons" in found.note
    assert f"part of {len(with_it):,}" in found.note
    assert f"; {len(asked) - len(with_it):,} without it" in found.note
    assert f"from the cache just now: {len(asked):,}." in found.note
    assert model.prompts == asked * 2


def test_the_reasoning_of_a_comparison_is_shown(ask: Ask) -> None:
    ask(oracle(worth))
    corpus, run, _ = drawn(1)
    best, first = explained(Setwise(), "d99", run, corpus), ids(run, "q1")[0]
    assert {part["text"] for part in best.parts} == {"I like passage 99"}
    assert all(": chose [" in part["title"] for part in best.parts)
    ask(lambda prompt: "<think>Hm.</think>")
    [part, *_] = explained(Setwise(), first, run, corpus).parts
    assert part["text"] == "Hm."
    assert part["title"].endswith("with this document as [1]: malformed reply, order kept")
