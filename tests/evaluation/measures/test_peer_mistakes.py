"""Mistakes that other tools were seen to make with measures; each names where."""

import random
from collections.abc import Callable

import numpy as np
import pytest

from evaluation.collections.collection import Qrels
from evaluation.measures.judgements import judgements_of
from evaluation.measures.measures import evaluate, meaning
from evaluation.measures.significance import randomisation_p_values
from evaluation.run import Run

MEASURES = ("nDCG@10", "nDCG", "AP", "RR", "RR@10", "P@10", "R@10", "Success@5", "Judged@10")
OTHERS = ("Rprec", "Bpref", "infAP", "ERR@10", "SetP", "IPrec@0.1", "Compat")
QUERIES, DOCUMENTS, RELEVANT = 400, 60, 6


def judged_at_random(name: Callable[[int], str] = "d{}".format) -> Qrels:
    numbers = np.random.default_rng(11)
    return Qrels.of_dict(
        {
            f"q{q}": {
                name(int(d)): int(numbers.integers(1, 4))
                for d in numbers.choice(DOCUMENTS, RELEVANT, replace=False)
            }
            for q in range(QUERIES)
        }
    )


def scored(score: Callable[[], float], name: Callable[[int], str] = "d{}".format) -> Run:
    return Run.from_lists(
        {f"q{q}": [(name(d), score()) for d in range(DOCUMENTS)] for q in range(QUERIES)}
    )


@pytest.mark.parametrize("measure", [*MEASURES, *OTHERS])
def test_a_constant_scorer_does_not_beat_a_random_one(measure: str) -> None:
    # mteb 5092: with ties in the order of the file, constant scores won
    qrels, chance = judged_at_random(), random.Random(5)
    queries = qrels.query_ids
    constant, at_random = (
        evaluate(run, qrels, [measure], queries)[measure]
        for run in (scored(lambda: 1.0), scored(chance.random))
    )
    gap = (constant - at_random).mean()
    noise = (constant - at_random).std() / np.sqrt(QUERIES)
    assert abs(gap) <= 4 * noise


def test_ap_equals_rr_when_each_query_has_one_relevant_document() -> None:
    # beir 105
    chance = random.Random()
    qrels = Qrels.of_dict({f"q{q}": {f"d{chance.randrange(40)}": 1} for q in range(50)})
    run = Run.from_lists(
        {
            f"q{q}": [(f"d{d}", chance.random()) for d in chance.sample(range(40), 30)]
            for q in range(50)
        }
    )
    found = evaluate(run, qrels, ["AP", "RR", "AP@10", "RR@10"], qrels.query_ids)
    assert found["AP"].tolist() == found["RR"].tolist()
    assert found["AP@10"].tolist() == found["RR@10"].tolist()


@pytest.mark.parametrize("measure", [*MEASURES, "Rprec", "Compat"])
def test_renaming_documents_changes_nothing_unless_scores_tie(measure: str) -> None:
    # trec_eval 22
    chance = random.Random(9)
    values = [chance.random() for _ in range(QUERIES * DOCUMENTS)]

    def renamed(number: int) -> str:
        return f"{(number * 37) % DOCUMENTS:02}-other"

    plain, other = (
        evaluate(
            scored(iter(values).__next__, name),
            judged_at_random(name),
            [measure],
            [f"q{q}" for q in range(QUERIES)],
        )[measure]
        for name in ("d{}".format, renamed)
    )
    assert plain.tolist() == pytest.approx(other.tolist(), abs=1e-12)


@pytest.mark.parametrize("measure", [*MEASURES, "Rprec", "SetP", "infAP"])
def test_repeated_documents_never_push_a_measure_above_one(measure: str) -> None:
    # llama_index 22683
    chance = random.Random()
    hits = {f"q{q}": [(f"d{chance.randrange(5)}", chance.random()) for _ in range(40)]
            for q in range(20)}  # fmt: skip
    qrels = Qrels.of_dict({q: {"d1": 3, "d2": 1, "d3": 1} for q in hits})
    values = evaluate(Run.from_lists(hits), qrels, [measure], qrels.query_ids)[measure]
    assert values.max() <= 1
    assert values.min() >= 0


def test_the_ideal_gain_uses_all_judged_documents_at_the_same_cut_off() -> None:
    # OpenSearch search relevance 32, Phoenix, Quepid: ideal taken from the retrieved list
    run = Run.from_lists({"q": [("a", 2.0), ("b", 1.0)]})
    qrels = Qrels.of_dict({"q": {"a": 1, "missed": 3}})
    found = evaluate(run, qrels, ["nDCG@1", "nDCG@2"], ["q"])
    assert found["nDCG@1"][0] == 1 / 3
    assert found["nDCG@2"][0] == pytest.approx(1 / (3 + 1 / np.log2(3)))


def test_means_are_over_the_same_queries_for_every_run() -> None:
    # trectools 24, ranx 39, BEIR: means over the queries that a run happens to have
    qrels = Qrels.of_dict({f"q{q}": {"a": 1} for q in range(4)})
    whole = Run.from_lists({f"q{q}": [("a", 1.0)] for q in range(4)})
    half = whole.only(["q0", "q1"])
    for run, mean in ((whole, 1.0), (half, 0.5)):
        values = evaluate(run, qrels, list(MEASURES), qrels.query_ids)
        assert {len(column) for column in values.values()} == {4}
        assert values["AP"].mean() == mean


def test_a_failed_query_is_neither_zero_nor_left_out() -> None:
    # OpenSearch search relevance 849, Rankify
    whole = Run.from_lists({"a": [("x", 1.0)], "b": []})
    run = Run(whole.query_ids, whole.doc_ids, whole.offsets, whole.documents, whole.scores,
              failed=frozenset({"b"}))  # fmt: skip
    qrels = Qrels.of_dict({"a": {"x": 1}, "b": {"x": 1}})
    values = evaluate(run, qrels, [*MEASURES, *OTHERS], ["a", "b"])
    assert all(np.isnan(column[1]) for column in values.values())
    differences = np.column_stack(list(values.values()))
    assert np.isnan(randomisation_p_values(differences)).all()


def test_evaluating_changes_neither_run_nor_judgements() -> None:
    # BEIR's evaluate removes entries from the dictionary it is given; ranx writes into the run
    qrels, run = judged_at_random(), scored(random.Random(2).random)
    for array in (run.offsets, run.documents, run.scores):
        array.setflags(write=False)
    judgements = judgements_of(qrels)
    for array in (judgements.pairs, judgements.grades):
        array.setflags(write=False)
    before = dict(run), qrels.by_query
    first = evaluate(run, qrels, [*MEASURES, *OTHERS], qrels.query_ids)
    again = evaluate(run, qrels, [*MEASURES, *OTHERS], qrels.query_ids)
    assert (dict(run), qrels.by_query) == before
    assert all(first[name].tolist() == again[name].tolist() for name in first)


def test_nothing_is_rounded_before_averaging() -> None:
    # OpenSearch search relevance
    run = Run.from_lists({"q": [("a", 3.0), ("b", 2.0), ("c", 1.0)]})
    values = evaluate(run, Qrels.of_dict({"q": {"c": 1}}), ["RR", "P@3", "nDCG"], ["q"])
    assert values["RR"][0] == values["P@3"][0] == 1 / 3
    assert values["nDCG"][0] == 1 / np.log2(4)


@pytest.mark.parametrize("measure", ["AP", "RR", "nDCG@10", "Rprec", "infAP", "ERR@10", "Compat"])
def test_no_calculator_rounds_what_it_gives(measure: str) -> None:
    # gdeval prints five digits
    qrels, chance = judged_at_random(), random.Random(4)
    values = evaluate(scored(chance.random), qrels, [measure], qrels.query_ids)[measure]
    assert np.abs(values - values.round(6)).max() > 1e-8


def test_the_denominator_of_precision_is_k_even_where_fewer_were_found() -> None:
    # OpenSearch search relevance
    run = Run.from_lists({"q": [("a", 1.0)]})
    values = evaluate(run, Qrels.of_dict({"q": {"a": 1}}), ["P@5", "P@1", "Judged@5"], ["q"])
    assert (values["P@5"][0], values["P@1"][0], values["Judged@5"][0]) == (1 / 5, 1, 1)


def test_the_denominator_of_precision_is_what_its_help_says() -> None:
    # OpenSearch search relevance divides by the hits there are, and says by k
    assert "the first 5 hits" in meaning("P@5")
    assert "missing counts as not relevant" in meaning("P@5")
    assert "of those there are" in meaning("Judged@5")
    chance = random.Random()
    for _ in range(20):
        relevant = [chance.random() < 0.5 for _ in range(chance.randrange(8))]
        run = Run.from_lists({"q": [(f"d{n}", float(-n)) for n in range(len(relevant))]})
        grades = {f"d{n}": int(hit) for n, hit in enumerate(relevant)} | {"unfound": 1}
        value = evaluate(run, Qrels.of_dict({"q": grades}), ["P@5"], ["q"])["P@5"][0]
        missing = max(0, 5 - len(relevant))
        assert value == sum(relevant[:5] + [False] * missing) / 5


def test_a_document_is_judged_only_if_it_is_for_this_query() -> None:
    # BEIR's hole counts a document as judged if any query judged it
    run = Run.from_lists({"a": [("x", 2.0), ("y", 1.0)], "b": [("x", 2.0), ("y", 1.0)]})
    qrels = Qrels.of_dict({"a": {"x": 1}, "b": {"y": 0}})
    found = evaluate(run, qrels, ["Judged@1", "P@1"], ["a", "b"])
    assert found["Judged@1"].tolist() == [1, 0]
    assert found["P@1"].tolist() == [1, 0]


def test_p_values_are_seeded_and_never_zero() -> None:
    # ranx, InspectorRAGet
    differences = np.random.default_rng(1).normal(3, 1, (200, 2))
    first, again = (randomisation_p_values(differences, seed=7, resamples=500) for _ in range(2))
    assert first.tolist() == again.tolist() == [1 / 501, 1 / 501]
