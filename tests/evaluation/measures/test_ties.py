import itertools
import math

import numpy as np
import pytest

from evaluation.collections.collection import Qrels
from evaluation.measures.ties import tie_effect
from evaluation.run import Run


def ndcg(ranking: list[str], grades: dict[str, int], cutoff: int) -> float:
    gains = [max(0, grades.get(d, 0)) / math.log2(n + 2) for n, d in enumerate(ranking[:cutoff])]
    best = sorted((max(0, g) for g in grades.values()), reverse=True)[:cutoff]
    ideal = sum(gain / math.log2(n + 2) for n, gain in enumerate(best))
    return sum(gains) / ideal if ideal else 0.0


def test_the_range_is_that_of_all_orders_of_the_tied_documents() -> None:
    random = np.random.default_rng()
    for _ in range(10):
        hits = [(f"d{n}", float(random.integers(0, 3))) for n in range(6)]
        grades = {f"d{n}": int(random.integers(-1, 4)) for n in range(6)}
        orders = [
            [d for d, _ in sorted(order, key=lambda hit: -hit[1])]
            for order in itertools.permutations(hits)
        ]
        values = [ndcg(order, grades, 3) for order in orders]
        found = tie_effect(Run.from_lists({"q": hits}), Qrels.of_dict({"q": grades}), "nDCG@3")
        assert found.lowest == pytest.approx(min(values))
        assert found.highest == pytest.approx(max(values))
        assert found.lowest - 1e-12 <= found.ours <= found.highest + 1e-12


def test_the_range_stays_the_same_whatever_the_documents_are_called() -> None:
    # trec_eval 22: with ties a value depends on names; the range that is said beside it does not
    random = np.random.default_rng(3)
    names = [f"d{n}" for n in range(20)]
    grades = dict(zip(names, random.integers(0, 3, 20).tolist(), strict=True))
    scores = dict(zip(names, random.integers(0, 4, 20).astype(float).tolist(), strict=True))
    found = []
    for _ in range(20):
        called = dict(zip(names, random.permutation(names).tolist(), strict=True))
        run = Run.from_lists({"q": [(called[name], score) for name, score in scores.items()]})
        qrels = Qrels.of_dict({"q": {called[name]: grade for name, grade in grades.items()}})
        found.append(tie_effect(run, qrels, "AP"))
    assert len({(one.lowest, one.highest) for one in found}) == 1
    assert len({one.ours for one in found}) > 1
    assert all(one.lowest <= one.ours <= one.highest for one in found)


def test_queries_with_ties_are_counted_and_the_rest_stays_where_it_is() -> None:
    run = Run.from_lists({"a": [("x", 1.0), ("y", 1.0)], "b": [("x", 2.0), ("y", 1.0)]})
    qrels = Qrels.of_dict({"a": {"x": 1}, "b": {"x": 1}, "c": {"x": 1}})
    found = tie_effect(run, qrels)
    low = 1 / math.log2(3)
    assert found.queries == 1
    assert found.lowest == pytest.approx((low + 1 + 0) / 3)
    assert found.ours == found.lowest  # y stands before x: document id, descending
    assert found.highest == pytest.approx((1 + 1 + 0) / 3)


def test_a_run_without_hits_has_no_ties() -> None:
    found = tie_effect(Run.from_lists({"a": []}), Qrels.of_dict({"a": {"x": 1}}))
    assert (found.queries, found.lowest, found.highest) == (0, 0, 0)
