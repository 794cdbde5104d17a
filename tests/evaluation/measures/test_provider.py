import random

import ir_measures
import pandas as pd
import pytest
from ir_measures import AP, RR, Judged, P, Qrel, R, Rprec, ScoredDoc, Success, nDCG

from evaluation.measures.provider import RANKLAB
from tests.evaluation.measures.cases import Case, random_case

MEASURES = [nDCG @ 10, nDCG(judged_only=True), AP, AP(rel=2) @ 5, RR, P @ 5, R @ 7, Success @ 2]


def without_ties(case: Case) -> Case:
    chosen = random.Random()
    hits = {
        q: {d: 100.0 - n for n, d in enumerate(chosen.sample(list(h), len(h)))}
        for q, h in case.scores.items()
    }
    return Case({q: g for q, g in case.grades.items() if max(g.values()) >= 0}, hits)


def test_it_is_registered_with_ir_measures() -> None:
    assert ir_measures.providers.registry["ranklab"] is RANKLAB
    assert RANKLAB.is_available()


def test_values_are_those_of_ir_measures_where_nothing_ties() -> None:
    for seed in range(15):
        case = without_ties(random_case(random.Random(seed)))
        measures = [*MEASURES, RR @ 10, Judged @ 10, Judged]
        ours = set(RANKLAB.iter_calc(measures, case.grades, case.scores))
        theirs = list(ir_measures.iter_calc(measures, case.grades, case.scores))
        known = {(m.query_id, m.measure): m.value for m in ours}
        assert len(known) == len(theirs)
        for metric in theirs:
            value = known[metric.query_id, metric.measure]
            assert value == pytest.approx(metric.value, abs=1e-12), (seed, metric)


def test_every_shape_of_ir_measures_is_taken_and_none_is_changed() -> None:
    case = random_case(random.Random(3), lowest=0)
    qrels = [Qrel(q, d, g) for q, judged in case.grades.items() for d, g in judged.items()]
    hits = [ScoredDoc(q, d, s) for q, found in case.scores.items() for d, s in found.items()]
    frames = pd.DataFrame(qrels), pd.DataFrame(hits)
    copies = [frame.copy() for frame in frames]
    expected = RANKLAB.calc_aggregate(MEASURES, case.grades, case.scores)
    assert RANKLAB.calc_aggregate(MEASURES, qrels, hits) == expected
    assert RANKLAB.calc_aggregate(MEASURES, iter(qrels), iter(hits)) == expected
    assert RANKLAB.calc_aggregate(MEASURES, *frames) == expected
    for frame, copy in zip(frames, copies, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


def test_an_evaluator_scores_many_runs() -> None:
    case = random_case(random.Random(5))
    evaluator = RANKLAB.evaluator([AP, P @ 3], case.grades)
    for _ in range(2):
        assert evaluator.calc_aggregate(case.scores) == RANKLAB.calc_aggregate(
            [AP, P @ 3], case.grades, case.scores
        )


def test_a_query_the_run_misses_scores_zero_and_one_nobody_judged_is_left_out() -> None:
    found = {
        m.query_id: m.value
        for m in RANKLAB.iter_calc([AP], {"a": {"x": 1}, "b": {"x": 1}}, {"a": {"x": 1}, "c": {}})
    }
    assert found == {"a": 1.0, "b": 0.0}


def test_ties_are_broken_alike_with_and_without_a_cut_off() -> None:
    found = RANKLAB.calc_aggregate([RR, RR @ 10], {"q": {"a": 1}}, {"q": {"a": 1.0, "b": 1.0}})
    assert found == {RR: 1 / 2, RR @ 10: 1 / 2}


def test_it_leaves_to_others_what_it_does_not_compute() -> None:
    assert not RANKLAB.supports(Rprec)
    assert not RANKLAB.supports(AP(rel=0))
    assert not RANKLAB.supports(P @ 0)
    assert RANKLAB.supports(nDCG(dcg="exp-log2"))
