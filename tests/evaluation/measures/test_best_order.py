import random
from itertools import permutations

import pytest

from evaluation.collections.collection import Qrels
from evaluation.measures.best_order import best_values
from evaluation.measures.measures import evaluate
from evaluation.run import Run
from tests.evaluation.measures.cases import random_case

MEASURES = (
    "nDCG@3",
    "nDCG(dcg='exp-log2')",
    "AP",
    "AP(rel=2)@3",
    "RR@2",
    "P@2",
    "R@2",
    "Success@1",
)
OTHERS = ("Rprec", "ERR@3", "Bpref", "nDCG(gains={1:5,2:1})@2", "Judged@2", "RR(judged_only=True)")


@pytest.mark.parametrize("measure", [*MEASURES, *OTHERS])
def test_no_order_of_the_same_hits_gives_a_higher_value(measure: str) -> None:
    chosen = random.Random()
    grades = {"q": {f"d{n}": chosen.choice([0, 0, 1, 1, 2, 3]) for n in range(6)}}
    held = chosen.sample([f"d{n}" for n in range(9)], 4)  # some of them are unjudged
    qrels = Qrels.of_dict(grades)
    values = []
    for order in permutations(held):
        run = Run.from_lists({"q": [(doc, -float(rank)) for rank, doc in enumerate(order)]})
        values.append(evaluate(run, qrels, [measure], ["q"])[measure][0])
    assert best_values(run, qrels, measure, ["q"])[0] == pytest.approx(max(values), abs=1e-9)


def test_by_hand_a_lost_document_stays_lost() -> None:
    qrels = Qrels.of_dict({"q": {"a": 1, "b": 1, "lost": 1}})
    run = Run.from_lists({"q": [("x", 9.0), ("y", 8.0), ("a", 7.0), ("b", 6.0)]})
    assert best_values(run, qrels, "AP", ["q"])[0] == pytest.approx((1 / 1 + 2 / 2) / 3)
    assert best_values(run, qrels, "RR", ["q"])[0] == 1.0
    assert best_values(run, qrels, "P@4", ["q"])[0] == 2 / 4


def test_a_run_is_never_better_than_its_best_order_and_failed_queries_have_no_value() -> None:
    chosen = random.Random()
    for _ in range(20):
        case = random_case(chosen, lowest=0)
        for measure in ("nDCG@10", "AP", "R@5", "Rprec"):
            values = evaluate(case.run, case.qrels, [measure], case.query_ids)[measure]
            best = best_values(case.run, case.qrels, measure, case.query_ids)
            assert (best >= values - 1e-9).all()
    qrels = Qrels.of_dict({"q": {"a": 1}, "r": {"a": 1}})
    run = Run.from_lists({"q": [("a", 1.0)]})
    broken = Run(run.query_ids, run.doc_ids, run.offsets, run.documents, run.scores, frozenset("q"))
    found = best_values(broken, qrels, "AP", ["q", "r", "unknown"])
    assert found[0] != found[0]
    assert found[1] == 0.0
    assert found[2] != found[2]
