import pytest

from evaluation.errors import InputError
from evaluation.measures.measures import COMMON, canonical, meaning, measure_problems

FAULTS = {
    "ndcg@10": "There is no measure called 'ndcg'. Did you mean 'nDCG'?",
    "map": "There is no measure called 'map'. Did you mean 'AP'?",
    "recall@100": "There is no measure called 'recall'. Did you mean 'R'?",
    "ndcg_cut_10": "There is no measure called 'ndcg_cut_10'. Did you mean 'nDCG'?",
    "hits": "There is no measure called 'hits'. Write it like nDCG@10 or AP(rel=2)@100.",
    "nDCG@0": "'nDCG@0' has the cut-off 0. Give a whole number from 1 to 1,000,000.",
    "nDCG@-5": "'nDCG@-5' is not a measure.",
    "P@2.5": "'P@2.5' has the cut-off 2.5. Give a whole number",
    "P@True": "'P@True' has the cut-off True. Give a whole number",
    "AP(rel=0)": "'AP(rel=0)' has the relevance threshold 0. Give a whole number from 1 to",
    "AP(foo=1)": "the parameter 'foo', which AP does not have. It has: cutoff, rel, judged_only.",
    "nDCG(rel=2)@10": "the parameter 'rel', which nDCG does not have.",
    "nDCG(dcg='e')@10": "gives dcg the value 'e'. Choose one of: 'log2', 'exp-log2'.",
    "nDCG(gains={1:'a'})": "has unusable gains. Write them like gains={1:1, 2:5}.",
    "SetF(beta=2)": "gives beta the value 2. Give a value of type float.",
    "P": "'P' lacks its cutoff. Write it like P@10.",
    "IPrec": "'IPrec' lacks its recall. Write it like",
    "": "'' is not a measure. Write it like nDCG@10 or AP(rel=2)@100.",
    "10": "'10' is not a measure.",
    "nDCG@10@5": "'nDCG@10@5' is not a measure.",
    "nDCG@10 AP": "'nDCG@10 AP' is not a measure.",
    "nDCG(10)": "'nDCG(10)' is not a measure.",
    "((((": "'((((' is not a measure.",
    "P@10; import os": "'P@10; import os' is not a measure.",
    "__import__('os')": "is not a measure.",
    "<script>": "'<script>' is not a measure.",
    "nDCG@10\0": "is not a measure.",
    "RBP(p=0.8)": "cannot be computed here: no calculator takes these parameters together. Please "
    "add rel=1.",
    "RBP(rel=1)": "its calculator is missing. To get it: pip install ir-measures[cwl_eval].",
    "RBP(rel=1)@10": "Please leave out the cut-off.",
    "NumRel(rel=2)": "Please leave out rel.",
    "alpha_nDCG@10": "'alpha_nDCG@10' cannot be computed here: its calculator is missing. To get",
}


@pytest.mark.parametrize("measure", FAULTS)
def test_each_fault_is_a_sentence(measure: str) -> None:
    problems = measure_problems([measure])
    assert len(problems) == 1
    assert FAULTS[measure] in problems[0]
    assert problems[0].endswith((".", "?"))


def test_a_very_long_text_is_shortened_in_the_answer() -> None:
    problem = measure_problems(["nDCG@" + "1" * 5000])[0]
    assert len(problem) < 200


def test_all_faults_are_listed_and_good_measures_have_none() -> None:
    assert len(measure_problems(["nDCG@10", "P", "nope", "AP"])) == 2
    assert measure_problems([*COMMON, "AP(rel=2)@100", "Rprec", "Compat(p=0.8)"]) == []


def test_names_are_given_as_ir_measures_prints_them() -> None:
    assert canonical("MAP") == "AP"
    assert canonical(" nDCG @ 10 ") == "nDCG@10"
    assert canonical("AP(rel=1)@100") == "AP@100"
    with pytest.raises(InputError):
        canonical("nope")


def test_common_measures_are_in_their_printed_form_and_each_has_a_line() -> None:
    for measure in COMMON:
        assert canonical(measure) == measure
        line = meaning(measure)
        assert line.startswith(f"{measure}: ")
        assert line.endswith(".")
        assert "\n" not in line


def test_the_meaning_names_cut_off_and_threshold() -> None:
    assert "first 25 hits" in meaning("P(rel=2)@25")
    assert "grade 2 or more" in meaning("P(rel=2)@25")
    assert "grade" not in meaning("RR@10")
    assert meaning("Rprec").startswith("Rprec: ")
