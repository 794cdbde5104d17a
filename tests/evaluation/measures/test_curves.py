import numpy as np
import pytest

from evaluation.collections.collection import Qrels
from evaluation.measures.curves import recall_curve
from evaluation.measures.measures import evaluate
from evaluation.run import Run


def random_case() -> tuple[Run, Qrels, list[str]]:
    random = np.random.default_rng()
    rankings, grades = {}, {}
    for number in range(12):
        documents = [f"d{n}" for n in random.permutation(60)]
        depth = int(random.integers(0, 50))
        rankings[f"q{number}"] = [(d, float(random.integers(0, 9))) for d in documents[:depth]]
        judged = random.choice(documents, 20, replace=False).tolist()
        grades[f"q{number}"] = {d: int(random.integers(-1, 4)) for d in judged}
    return Run.from_lists(rankings), Qrels.of_dict(grades), list(grades)


@pytest.mark.parametrize("least", [1, 2])
def test_the_curve_is_the_mean_recall_at_each_depth(least: int) -> None:
    run, qrels, query_ids = random_case()
    depths = [1, 3, 10, 200, 7]
    measures = [f"R(rel={least})@{depth}" for depth in depths]
    values = evaluate(run, qrels, measures, query_ids)
    expected = [values[measure].mean() for measure in measures]
    assert recall_curve(run, qrels, query_ids, depths, least) == pytest.approx(expected)


def test_by_hand_over_some_of_the_judged_queries() -> None:
    run = Run.from_lists({"a": [("x", 3.0), ("y", 2.0), ("z", 1.0)], "b": [("x", 1.0)]})
    qrels = Qrels.of_dict({"a": {"y": 1, "z": 1}, "b": {"x": 1}})
    assert recall_curve(run, qrels, ["a"], [1, 2, 3]).tolist() == [0, 1 / 2, 1]
    assert recall_curve(run, qrels, ["a", "b"], [1]).tolist() == [1 / 2]


def test_a_failed_query_leaves_no_mean() -> None:
    whole = Run.from_lists({"a": [("x", 1.0)], "b": []})
    run = Run(whole.query_ids, whole.doc_ids, whole.offsets, whole.documents, whole.scores,
              failed=frozenset({"b"}))  # fmt: skip
    qrels = Qrels.of_dict({"a": {"x": 1}, "b": {"x": 1}})
    assert np.isnan(recall_curve(run, qrels, ["a", "b"], [1, 2])).all()
    assert recall_curve(run, qrels, ["a"], [1]).tolist() == [1]
