import math

import numpy as np
import pytest

from evaluation.collections.collection import Qrels
from evaluation.errors import InputError
from evaluation.measures.measures import evaluate
from evaluation.measures.ties import tie_effect
from evaluation.measures.xray import xray
from evaluation.ordering import TieRule, order_ties
from evaluation.run import Run

MEASURES = ["nDCG@10", "nDCG", "nDCG(dcg='exp-log2')@5", "AP", "AP(rel=2)@7", "RR", "RR@3"]
MEASURES += ["P@5", "P(rel=2)@30", "R@10", "R(rel=3)@5", "nDCG(gains={0: 2, 1: 0})@10"]
MEASURES += ["AP(judged_only=True)", "RR(judged_only=True)@3", "nDCG(judged_only=True)@10"]

Case = tuple[Run, dict[str, int]]


def random_case(random: np.random.Generator) -> Case:
    """A run with many ties and a query with graded, negative and missing judgements."""
    documents = [f"d{n}" for n in random.permutation(40)]
    scores = random.integers(0, 6, random.integers(0, 30)) / 3
    judged = random.choice(documents, random.integers(1, 30), replace=False).tolist()
    grades = {doc_id: int(random.integers(-1, 4)) for doc_id in judged}
    hits = list(zip(documents, scores.tolist(), strict=False))
    return Run.from_lists({"q": hits}), grades


def value_of(run: Run, grades: dict[str, int], measure: str) -> float:
    return float(evaluate(run, Qrels.of_dict({"q": grades}), [measure], ["q"])[measure][0])


@pytest.mark.parametrize("measure", MEASURES)
def test_the_contributions_sum_to_the_value_on_random_rankings(measure: str) -> None:
    random = np.random.default_rng()
    for _ in range(8):
        run, grades = random_case(random)
        found = xray([doc_id for doc_id, _ in run.hits("q")], grades, measure)
        assert found.value == pytest.approx(value_of(run, grades, measure), abs=1e-9)
        assert math.fsum(r.contribution for r in found.ranks) == found.value
        assert found.value == pytest.approx(found.ranks[-1].running if found.ranks else 0)


@pytest.mark.parametrize("measure", [m for m in MEASURES if "gains" not in m])
def test_the_best_and_worst_order_of_ties_give_the_bounds_of_the_measure(measure: str) -> None:
    random = np.random.default_rng()
    for _ in range(8):
        run, grades = random_case(random)
        bounds = tie_effect(run, Qrels.of_dict({"q": grades}), measure)
        for rule, bound in (
            (TieRule.BEST, bounds.highest),
            (TieRule.WORST, bounds.lowest),
            (TieRule.DESCENDING, bounds.ours),
        ):
            ranking = [doc_id for doc_id, _ in order_ties(run.hits("q"), rule, grades)]
            assert xray(ranking, grades, measure).value == pytest.approx(bound, abs=1e-9)


def test_ndcg_by_hand() -> None:
    found = xray(["a", "x", "b"], {"b": 2, "a": 1, "c": 0}, "nDCG@10")
    ideal = 2 + 1 / math.log2(3)
    assert found.value == pytest.approx((1 + 2 / 2) / ideal)
    assert [rank.relevance for rank in found.ranks] == [1, None, 2]
    assert [rank.doc_id for rank in found.ideal] == ["b", "a"]
    assert found.divisor == pytest.approx(ideal)


def test_a_query_without_relevant_documents_has_the_value_zero() -> None:
    assert xray(["a"], {"a": 0}, "nDCG@10").value == 0


def test_an_unjudged_document_is_worth_nothing_even_where_grade_zero_has_a_gain() -> None:
    found = xray(["x", "a"], {"a": 0}, "nDCG(gains={0: 1})@10")
    assert [rank.gain for rank in found.ranks] == [0, 1]
    assert found.value == pytest.approx(1 / math.log2(3))


def test_the_running_value_is_the_sum_so_far() -> None:
    found = xray(["a", "x", "b"], {"a": 1, "b": 1, "c": 1}, "AP")
    assert [rank.running for rank in found.ranks] == pytest.approx([1 / 3, 1 / 3, (1 + 2 / 3) / 3])


def test_the_ideal_list_goes_by_gain_and_stops_at_the_cutoff() -> None:
    grades = {"a": 1, "b": 3, "c": 2, "d": -1}
    assert [rank.doc_id for rank in xray([], grades, "nDCG@2").ideal] == ["b", "c"]
    reversed_gains = "nDCG(gains={1: 9, 3: 1})"
    assert [rank.doc_id for rank in xray([], grades, reversed_gains).ideal] == ["a", "c", "b"]


def test_grades_too_large_for_exponential_gains_are_refused() -> None:
    with pytest.raises(InputError, match="too large"):
        xray(["a"], {"a": 5000}, "nDCG(dcg='exp-log2')@10")


@pytest.mark.parametrize("measure", ["Judged@10", "P", "RBP(p=0.8)", "nonsense"])
def test_what_cannot_be_taken_apart_is_said(measure: str) -> None:
    with pytest.raises(InputError):
        xray(["a"], {"a": 1}, measure)
