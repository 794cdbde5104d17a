import random

import ir_measures
import pytest

from evaluation.collections.collection import Qrels
from evaluation.measures.measures import evaluate
from evaluation.measures.others import why_not_computable
from evaluation.run import Run
from tests.evaluation.measures.cases import random_case

OTHERS = ["Rprec", "Bpref", "SetP", "SetR", "SetF", "NumRet", "IPrec@0.2", "infAP", "Compat(p=0.8)"]


@pytest.mark.parametrize("measure", OTHERS)
def test_other_measures_are_those_of_ir_measures_where_nothing_ties(measure: str) -> None:
    chosen = random.Random()
    for _ in range(5):
        case = random_case(chosen, lowest=0)
        scores = {
            q: {d: 1000.0 - n for n, d in enumerate(chosen.sample(list(hits), len(hits)))}
            for q, hits in case.scores.items()
        }
        run = Run.from_lists({q: list(hits.items()) for q, hits in scores.items()})
        ours = evaluate(run, case.qrels, [measure], case.query_ids)[measure]
        parsed = ir_measures.parse_measure(measure)
        theirs = {m.query_id: m.value for m in parsed.iter_calc(case.grades, scores)}
        assert ours == pytest.approx([theirs[q] for q in case.query_ids], abs=1e-12)


def test_every_measure_sees_the_same_order_of_tied_documents() -> None:
    run = Run.from_lists({"q": [("a", 1.0), ("b", 1.0)]})
    qrels = Qrels.of_dict({"q": {"a": 1}})
    measures = ["RR", "RR@10", "P@1", "AP", "Rprec", "Success@1", "ERR@1", "Compat"]
    values = evaluate(run, qrels, measures, ["q"])
    # b stands first: document id, descending
    assert values["RR"][0] == values["RR@10"][0] == values["AP"][0] == 1 / 2
    assert values["P@1"][0] == values["Rprec"][0] == values["Success@1"][0] == 0
    assert values["ERR@1"][0] == 0
    assert values["Compat"][0] < 1


def test_ids_of_any_kind_reach_every_calculator() -> None:
    run = Run.from_lists({"topic one-7": [("doc 1", 2.0), ("é\tx", 1.0)], "é": [("doc 1", 1.0)]})
    qrels = Qrels.of_dict({"topic one-7": {"é\tx": 4}, "é": {"doc 1": 2}})
    values = evaluate(run, qrels, ["SetP", "Compat"], ["topic one-7", "é"])
    assert values["SetP"].tolist() == [1 / 2, 1]
    assert 0 < values["Compat"][0] < values["Compat"][1] == pytest.approx(1)


def test_queries_with_negative_grades_only_do_not_upset_pytrec_eval() -> None:
    grades = {f"q{n}": {"d": 1, "e": 0, "f": 2} for n in range(20)} | {"bad": {"d": -2}}
    run = Run.from_lists({q: [("d", 2.0), ("e", 1.0)] for q in grades})
    for _ in range(20):
        values = evaluate(run, Qrels.of_dict(grades), ["Rprec", "Bpref"], list(grades))
        assert values["Rprec"][-1] == values["Bpref"][-1] == 0
        assert values["Rprec"][0] == 1 / 2


def test_compat_takes_unfound_documents_for_unfound() -> None:
    # among equal grades the ideal order has what was found first; scores below 0 would undo that
    run = Run.from_lists({"q": [("a", 1.0), ("b", 0.5)]})
    qrels = Qrels.of_dict({"q": {"missed": 1, "a": 1, "b": 1}})
    first = evaluate(run, qrels, ["Compat"], ["q"])["Compat"][0]
    again = evaluate(run, Qrels.of_dict({"q": {"a": 1, "b": 1, "missed": 1}}), ["Compat"], ["q"])
    assert first == again["Compat"][0]
    # overlaps 1/1, 2/2 and 2/3 at three depths, weighted by powers of p = 0.95
    assert first == pytest.approx((1 + 0.95 + 0.95**2 * 2 / 3) / (1 + 0.95 + 0.95**2))


def test_missing_calculators_are_named_with_how_to_get_them() -> None:
    reason = why_not_computable(ir_measures.parse_measure("alpha_nDCG@10"))
    assert "pyndeval" in reason
    assert why_not_computable(ir_measures.parse_measure("Rprec")) == ""


def test_nothing_is_computed_by_a_library_with_its_own_tie_rule() -> None:
    from evaluation.measures.others import NAMES

    assert not {"ranx", "msmarco", "trectools"} & set(NAMES)
