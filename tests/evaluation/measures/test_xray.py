import math

import numpy as np
import pytest

from evaluation.collections.collection import Qrels
from evaluation.errors import InputError
from evaluation.measures.measures import evaluate
from evaluation.measures.xray import xray
from evaluation.run import Run

MEASURES = ["nDCG@10", "nDCG", "nDCG(dcg='exp-log2')@5", "AP", "AP(rel=2)@7", "RR", "RR@3"]
MEASURES += ["P@5", "P(rel=2)@30", "R@10", "R(rel=3)@5"]


@pytest.mark.parametrize("measure", MEASURES)
def test_the_contributions_sum_to_the_value_on_random_rankings(measure: str) -> None:
    random = np.random.default_rng()
    for _ in range(20):
        documents = [f"d{n}" for n in random.permutation(40)]
        ranking = documents[: random.integers(0, 30)]
        judged = random.choice(documents, random.integers(1, 30), replace=False).tolist()
        grades = {doc_id: int(random.integers(-1, 4)) for doc_id in judged}
        run = Run.from_lists({"q": [(d, float(-n)) for n, d in enumerate(ranking)]})
        value = evaluate(run, Qrels.of_dict({"q": grades}), [measure], ["q"])[measure][0]
        found = xray(ranking, grades, measure)
        assert found.value == pytest.approx(value, abs=1e-12)
        assert math.fsum(r.contribution for r in found.ranks) == found.value


def test_ndcg_by_hand() -> None:
    found = xray(["a", "x", "b"], {"b": 2, "a": 1, "c": 0}, "nDCG@10")
    ideal = 2 + 1 / math.log2(3)
    assert found.value == pytest.approx((1 + 2 / 2) / ideal)
    assert [rank.relevance for rank in found.ranks] == [1, None, 2]
    assert [rank.doc_id for rank in found.ideal] == ["b", "a"]
    assert found.divisor == pytest.approx(ideal)


def test_a_query_without_relevant_documents_has_the_value_zero() -> None:
    assert xray(["a"], {"a": 0}, "nDCG@10").value == 0


@pytest.mark.parametrize("measure", ["Judged@10", "P"])
def test_what_cannot_be_taken_apart_is_said(measure: str) -> None:
    with pytest.raises(InputError):
        xray(["a"], {"a": 1}, measure)
