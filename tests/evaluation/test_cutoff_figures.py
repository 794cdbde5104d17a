"""What a cut-off keeps, counted by hand and by brute force."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from evaluation.attribution import attribute
from evaluation.collections.collection import Qrels
from evaluation.cutoff_figures import CutoffFigures, cutoff_figures
from evaluation.cutoffs.adaptive import SCORE, AdaptiveCutoff
from evaluation.run import Run
from evaluation.stage import make_stage
from evaluation.stage_runs import StageRun
from evaluation.system import Node

RUN = Run.from_lists(
    {
        "q1": [("a", 9.0), ("b", 8.0), ("c", 7.0), ("d", 1.0)],
        "q2": [("a", 3.0), ("b", 2.0)],
        "q3": [("c", 9.0), ("a", 1.0)],
    }
)
QRELS = Qrels.of_dict({"q1": {"a": 1, "c": 1, "e": 1, "d": 1}, "q2": {"b": 2}, "q3": {"c": 1}})
IDS = ("q1", "q2", "q3")


def figures(run: Run, theta: float, qrels: Qrels = QRELS, kept: bool = True) -> CutoffFigures:
    stage = AdaptiveCutoff(SCORE, theta)
    below = Node(make_stage("bm25", {}))
    last = StageRun(Node(stage, (below,), 10), (0,), stage.cut(run, 10))
    stages = [StageRun(below, (), run if kept else None), last]
    found = cutoff_figures(attribute(stages, qrels, "P@10", run.query_ids), run.query_ids)
    assert found is not None
    return found


def test_figures_by_hand() -> None:
    own = figures(RUN, 5.0).own
    assert own.lengths.tolist() == [3, 0, 1]
    assert own.mean == (3 + 0 + 1) / 3
    assert own.quartiles == (0.5, 1.0, 2.0)
    assert own.nothing == 1
    assert own.precision == pytest.approx((2 / 3 + 1 / 1) / 2)  # q2 keeps nothing
    assert own.recall == pytest.approx((2 / 4 + 0 / 1 + 1 / 1) / 3)


def test_fixed_depths_keep_the_beginning_of_the_same_rankings() -> None:
    found = figures(RUN, 5.0)
    assert found.depths == [1, 2, 3, 4]
    two = found.fixed[1]
    assert two.lengths.tolist() == [2, 2, 2]
    assert two.precision == pytest.approx((1 / 2 + 1 / 2 + 1 / 2) / 3)
    assert two.recall == pytest.approx((1 / 4 + 1 / 1 + 1 / 1) / 3)
    assert found.nearest == 0  # 1 document of each: nearest to 4 / 3


def test_a_failed_query_is_neither_zero_nor_dropped() -> None:
    own = figures(replace(RUN, failed=frozenset({"q2"})), 5.0).own
    assert np.isnan([own.mean, own.precision, own.recall]).all()
    assert own.quartiles == (1.5, 2.0, 2.5)
    assert own.nothing == 0


def test_without_the_run_below_there_are_no_fixed_depths() -> None:
    found = figures(RUN, 5.0, kept=False)
    assert (found.depths, found.fixed, found.nearest) == ([], [], None)
    assert found.own.nothing == 1


def test_another_last_stage_is_no_cutoff() -> None:
    stage = StageRun(Node(make_stage("bm25", {})), (), RUN)
    assert cutoff_figures(attribute([stage], QRELS, "P@10", IDS), IDS) is None


def test_random_figures_are_those_counted_one_by_one() -> None:
    seed = np.random.SeedSequence().entropy
    sys.stdout.write(f"seed {seed}\n")  # shown if the test fails
    random = np.random.default_rng(seed)
    names = [f"d{n}" for n in range(30)]
    lists, grades = {}, {}
    for n in range(12):
        chosen = random.choice(names, random.integers(0, 20), replace=False).tolist()
        lists[f"q{n}"] = [(doc_id, float(random.normal())) for doc_id in chosen]
        judged = random.choice(names, random.integers(1, 10), replace=False).tolist()
        grades[f"q{n}"] = {doc_id: int(random.integers(0, 3)) for doc_id in judged}
    run, theta = Run.from_lists(lists), float(random.normal())
    found = figures(run, theta, Qrels.of_dict(grades))
    for kept, depth in [(found.own, None), *zip(found.fixed, found.depths, strict=True)]:
        precisions, recalls = [], []
        for query_id in run.query_ids:
            hits = run.hits(query_id)[:10]
            hits = [h for h in hits if h[1] >= theta] if depth is None else hits[:depth]
            relevant = {doc_id for doc_id, grade in grades[query_id].items() if grade}
            held = sum(doc_id in relevant for doc_id, _ in hits)
            precisions += [held / len(hits)] if hits else []
            recalls.append(held / max(1, len(relevant)))
        assert kept.recall == pytest.approx(np.mean(recalls))
        if precisions:
            assert kept.precision == pytest.approx(np.mean(precisions))
