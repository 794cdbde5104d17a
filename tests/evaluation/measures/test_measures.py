import csv
import gc
import random
import weakref
from pathlib import Path

import ir_measures
import numpy as np
import pytest

from evaluation.collections.collection import Qrels
from evaluation.collections.trec_run import read_run
from evaluation.errors import EvaluationError, InputError
from evaluation.local_files import read_qrels
from evaluation.measures.judgements import judgements_of
from evaluation.measures.measures import COMMON, evaluate
from evaluation.run import Run
from tests.evaluation.measures.cases import Case, random_case, trec_eval

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "data" / "demo" / "trec-dl-2020-passage"
# The table was made with ir_measures' defaults, whose RR@10 breaks ties the other way round. By
# trec_eval's own recip_rank (below) and by our rule this one figure is another.
BY_THE_OTHER_RULE = {("repllama", "RR(rel=2)@10", "0.8725"): "0.8716"}
EXPECTED = ROOT / "tests" / "data" / "trec-dl-2020-passage" / "expected_scores.tsv"

SAME = {
    "nDCG@10": "ndcg_cut.10",
    "nDCG@3": "ndcg_cut.3",
    "nDCG": "ndcg",
    "AP": "map",
    "AP@5": "map_cut.5",
    "RR": "recip_rank",
    "P@5": "P.5",
    "P@100": "P.100",
    "R@5": "recall.5",
    "R@100": "recall.100",
    "Success@3": "success.3",
}


def expression(measure: str, rel: int, judged_only: bool) -> str:
    name, at, cutoff = measure.partition("@")
    given = [f"rel={rel}"] if rel > 1 and name != "nDCG" else []
    given += ["judged_only=True"] if judged_only else []
    return f"{name}({','.join(given)}){at}{cutoff}" if given else measure


@pytest.mark.parametrize("judged_only", [False, True])
@pytest.mark.parametrize("rel", [1, 2])
def test_every_value_is_that_of_trec_eval(rel: int, judged_only: bool) -> None:
    chosen = random.Random()
    for _ in range(40):
        case = random_case(chosen)
        names = {measure: expression(measure, rel, judged_only) for measure in SAME}
        found = evaluate(case.run, case.qrels, list(names.values()), case.query_ids)
        expected = trec_eval(case, set(SAME.values()), rel, judged_only)
        for measure, theirs in SAME.items():
            ours = found[names[measure]]
            assert np.abs(ours - expected[theirs.replace(".", "_")]).max() < 1e-9, (measure, case)


def expected_scores() -> list[tuple[str, str, str]]:
    with EXPECTED.open(encoding="utf-8") as file:
        return [
            (row["run"], row["measure"], row["trec_eval_order"])
            for row in csv.DictReader(file, delimiter="\t")
        ]


def published_scores() -> list[tuple[str, str, str]]:
    with EXPECTED.open(encoding="utf-8") as file:
        return [
            (row["run"], row["measure"], row["published"])
            for row in csv.DictReader(file, delimiter="\t")
            if row["published"]
        ]


def test_the_table_of_expected_scores_is_whole() -> None:
    assert len(expected_scores()) == 30
    assert len(published_scores()) == 7


def test_every_figure_of_the_trec_dl_2020_runs_is_met_to_four_digits() -> None:
    qrels = read_qrels(DEMO / "qrels.txt")
    wanted = expected_scores() + published_scores()
    for name in sorted({run for run, _, _ in wanted}):
        run = read_run(DEMO / "runs" / f"{name}.trec.gz")
        figures = [(measure, value) for run_name, measure, value in wanted if run_name == name]
        values = evaluate(run, qrels, [measure for measure, _ in figures], qrels.query_ids)
        for measure, value in figures:
            value = BY_THE_OTHER_RULE.get((name, measure, value), value)
            assert f"{values[measure].mean():.4f}" == value, (name, measure)


def test_trec_eval_itself_gives_the_one_figure_in_which_we_differ_from_the_table() -> None:
    qrels = read_qrels(DEMO / "qrels.txt")
    run = read_run(DEMO / "runs" / "repllama.trec.gz")
    case = Case(qrels.by_query, {q: dict(hits) for q, hits in run})
    values = trec_eval(case, {"recip_rank"}, rel=2)["recip_rank"]
    values[values < 1 / 10] = 0
    assert f"{values.mean():.4f}" == BY_THE_OTHER_RULE["repllama", "RR(rel=2)@10", "0.8725"]


def test_a_missing_query_and_one_without_hits_score_zero() -> None:
    run = Run.from_lists({"a": [("x", 1.0)], "b": []})
    qrels = Qrels.of_dict({"a": {"x": 1}, "b": {"x": 1}, "c": {"x": 1}})
    for values in evaluate(run, qrels, [*COMMON, "Rprec"], ["a", "b", "c"]).values():
        assert values[0] > 0
        assert values[1:].tolist() == [0, 0]


def test_a_failed_query_and_one_that_nobody_judged_have_no_value() -> None:
    hits = {"a": [("x", 1.0)], "b": [("x", 1.0)]}
    whole = Run.from_lists(hits)
    run = Run(whole.query_ids, whole.doc_ids, whole.offsets, whole.documents, whole.scores,
              failed=frozenset({"b", "d"}))  # fmt: skip
    qrels = Qrels.of_dict({"a": {"x": 1}, "b": {"x": 1}, "d": {"x": 1}})
    for values in evaluate(run, qrels, ["AP", "Rprec"], ["d", "c", "b", "a"]).values():
        assert np.isnan(values[:3]).all()
        assert values[3] == 1


def test_values_stand_in_the_order_of_the_queries_asked_for() -> None:
    case = random_case(random.Random(4))
    asked = case.query_ids[::-1]
    forwards = evaluate(case.run, case.qrels, ["nDCG", "Bpref"], case.query_ids)
    backwards = evaluate(case.run, case.qrels, ["nDCG", "Bpref"], asked)
    for name, values in forwards.items():
        assert backwards[name].tolist() == values[::-1].tolist()


def test_the_result_has_the_names_it_was_asked_for() -> None:
    case = random_case(random.Random(4))
    found = evaluate(case.run, case.qrels, ["MAP", "AP", "MRR@10"], case.query_ids)
    assert list(found) == ["MAP", "AP", "MRR@10"]
    assert found["MAP"].tolist() == found["AP"].tolist()


def test_no_judgements_and_no_hits_are_no_fault() -> None:
    nothing = Qrels.of_dict({})
    run = Run.from_lists({"q": [("x", 1.0)]})
    assert np.isnan(evaluate(run, nothing, ["nDCG@10", "Rprec"], ["q"])["nDCG@10"]).all()
    assert evaluate(run, nothing, ["nDCG@10"], [])["nDCG@10"].tolist() == []
    empty = Run.from_lists({})
    assert evaluate(empty, Qrels.of_dict({"q": {"x": 1}}), ["AP"], ["q"])["AP"].tolist() == [0]


def test_judgements_are_prepared_once_and_forgotten_with_the_qrels() -> None:
    case = random_case(random.Random(1))
    qrels, run = case.qrels, case.run
    prepared = judgements_of(qrels)
    evaluate(run, qrels, ["AP"], case.query_ids)
    assert judgements_of(qrels) is prepared
    assert prepared.hits(run) is prepared.hits(run)
    watched = weakref.ref(prepared)
    del qrels, prepared
    gc.collect()
    assert watched() is None


@pytest.mark.parametrize("measure", ["nDCG@0", "nope", "P"])
def test_what_is_no_measure_is_refused(measure: str) -> None:
    case = random_case(random.Random(1))
    with pytest.raises(InputError):
        evaluate(case.run, case.qrels, [measure], case.query_ids)


def test_what_another_calculator_cannot_do_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("no such grade")

    case = Case({"q": {"d": 17}}, {"q": {"d": 1.0}})
    monkeypatch.setattr(ir_measures.providers.registry["pytrec_eval"], "iter_calc", broken)
    with pytest.raises(EvaluationError, match=r"Rprec could not be computed .* by pytrec_eval"):
        evaluate(case.run, case.qrels, ["Rprec"], ["q"])
