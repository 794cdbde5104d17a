"""Values by hand, as arithmetic."""

import random
from math import log2

import pytest

from evaluation.collections.collection import Qrels
from evaluation.errors import InputError
from evaluation.measures.measures import evaluate
from evaluation.run import Run

# ranking: a (3), b (unjudged), c (0), d (1), e (-1), f (2); not found: g (3), h (1)
GRADES = {"a": 3, "c": 0, "d": 1, "e": -1, "f": 2, "g": 3, "h": 1}
RANKING = [(name, float(-place)) for place, name in enumerate("abcdef")]
IDEAL = (3, 3, 2, 1, 1)

VALUES = {
    "P@1": 1 / 1,
    "P@5": 2 / 5,
    "P@10": 3 / 10,
    "P(rel=2)@6": 2 / 6,
    "R@1": 1 / 5,
    "R@5": 2 / 5,
    "R@100": 3 / 5,
    "R(rel=3)@100": 1 / 2,
    "Success@1": 1,
    "Success(rel=4)@10": 0,
    "RR": 1,
    "RR(rel=2)": 1,
    "AP": (1 / 1 + 2 / 4 + 3 / 6) / 5,
    "AP@5": (1 / 1 + 2 / 4) / 5,
    "AP(rel=2)": (1 / 1 + 2 / 6) / 3,
    "Judged@3": 2 / 3,
    "Judged@10": 5 / 6,
    "Judged": 5 / 6,
    "nDCG@4": (3 + 1 / log2(5)) / (3 + 3 / log2(3) + 2 / log2(4) + 1 / log2(5)),
    "nDCG@10": (3 + 1 / log2(5) + 2 / log2(7)) / sum(g / log2(n + 2) for n, g in enumerate(IDEAL)),
    "nDCG(dcg='exp-log2')@4": (7 + 1 / log2(5)) / (7 + 7 / log2(3) + 3 / log2(4) + 1 / log2(5)),
    "nDCG(gains={3:0,1:5})@4": (5 / log2(5)) / (5 + 5 / log2(3) + 2 / log2(4)),
    "ERR@3": 7 / 16,
    "ERR@10": 7 / 16 + (9 / 16) * (1 / 16) / 4 + (9 / 16) * (15 / 16) * (3 / 16) / 6,
    # without the unjudged b (and, as in trec_eval -J, e with its negative grade)
    "P(judged_only=True)@3": 2 / 3,
    "AP(judged_only=True)": (1 / 1 + 2 / 3 + 3 / 4) / 5,
    "nDCG(judged_only=True)@4": (3 + 1 / log2(4) + 2 / log2(5))
    / (3 + 3 / log2(3) + 2 / log2(4) + 1 / log2(5)),
}


@pytest.mark.parametrize("measure", VALUES)
def test_by_hand(measure: str) -> None:
    run = Run.from_lists({"q": RANKING})
    found = evaluate(run, Qrels.of_dict({"q": GRADES}), [measure], ["q"])
    assert found[measure][0] == pytest.approx(VALUES[measure], abs=1e-12)


def test_rr_is_that_of_the_first_relevant_hit_within_the_cut_off() -> None:
    run = Run.from_lists({"q": [("x", 3.0), ("y", 2.0), ("z", 1.0)]})
    qrels = Qrels.of_dict({"q": {"z": 2, "y": 1}})
    found = evaluate(run, qrels, ["RR", "RR@1", "RR@2", "RR(rel=2)", "RR(rel=2)@2"], ["q"])
    assert [values[0] for values in found.values()] == [1 / 2, 0, 1 / 2, 1 / 3, 0]


def expected_reciprocal_rank(grades: list[int]) -> float:
    value, goes_on = 0.0, 1.0
    for rank, grade in enumerate(grades, 1):
        ends = (2**grade - 1) / 16
        value, goes_on = value + goes_on * ends / rank, goes_on * (1 - ends)
    return value


def test_err_is_that_of_a_plain_loop_over_the_ranks() -> None:
    chosen = random.Random()
    grades = {f"q{q}": {f"d{d}": chosen.randrange(5) for d in range(30)} for q in range(20)}
    run = Run.from_lists({q: [(f"d{d}", -float(d)) for d in range(30)] for q in grades})
    for cutoff in (1, 7, 100):
        measure = f"ERR@{cutoff}"
        found = evaluate(run, Qrels.of_dict(grades), [measure], list(grades))[measure]
        expected = [expected_reciprocal_rank(list(g.values())[:cutoff]) for g in grades.values()]
        assert found == pytest.approx(expected, abs=1e-12)


def test_grades_that_err_does_not_take_are_refused() -> None:
    run = Run.from_lists({"q": [("x", 1.0)]})
    with pytest.raises(InputError, match="grade 5, and ERR takes grades up to 4"):
        evaluate(run, Qrels.of_dict({"q": {"y": 5}}), ["ERR@10"], ["q"])


@pytest.mark.parametrize("measure", ["nDCG@10", "AP", "RR", "R@10", "P@10", "Success@10"])
@pytest.mark.parametrize("grade", [0, -1])
def test_a_query_with_nothing_relevant_scores_zero(measure: str, grade: int) -> None:
    run = Run.from_lists({"q": [("x", 1.0)]})
    assert evaluate(run, Qrels.of_dict({"q": {"x": grade}}), [measure], ["q"])[measure][0] == 0


def test_exponential_gains_of_huge_grades_are_refused_and_plain_ones_are_not() -> None:
    run, qrels = Run.from_lists({"q": [("x", 1.0)]}), Qrels.of_dict({"q": {"x": 5000}})
    assert evaluate(run, qrels, ["nDCG"], ["q"])["nDCG"][0] == 1
    with pytest.raises(InputError, match="grade 5000, too large for dcg='exp-log2'"):
        evaluate(run, qrels, ["nDCG(dcg='exp-log2')"], ["q"])
