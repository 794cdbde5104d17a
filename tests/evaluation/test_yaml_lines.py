import pytest

from evaluation.errors import InputError
from evaluation.experiment import experiment_from_dict
from evaluation.system import system_from_dict
from evaluation.yaml_lines import read_with_lines


def test_what_is_well_formed_is_read_as_ever() -> None:
    text = "name: Mine\nstage: maxsim\ninputs:\n- stage: bm25\n  k1: 1.2\n"
    assert read_with_lines(text, system_from_dict).line() == "maxsim(bm25) @ 100"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("stage: bm52\n", "Line 1: There is no stage called 'bm52'. Did you mean 'bm25'?"),
        ("name: A\nstage: bm25\nb: 7\n", "Line 3: BM25: b is 7.0. Give a value from 0 to 1."),
        ("stage: random\nseeed: 3\n", "Line 2: There is no parameter of random called 'seeed'."),
        ("stage: bm25\ndepth: 0\n", "Line 2: BM25: depth is 0."),
        ("stage: maxsim\n", "Line 1: Late interaction (MaxSim) has 0 inputs."),
        ("stage: bm25\ninputs:\n- stage: random\n", "Line 2: BM25 has 1 inputs."),
        ("stage: maxsim\ninputs:\n- stage: bm25\n  k1: high\n", "Line 4: BM25: k1 is 'high'."),
        ("stage: maxsim\ninputs:\n- stage: bm25\n- 3\n", "Line 1: A stage is written as '3'."),
        ("1: 2\nstage: bm25\n", "Line 1: There is no parameter of bm25 called '1'."),
        ("stage: [1]\n", "Line 1: A stage is written as"),
        ("stage: bm25\nk1: [\n", "The YAML text, line 3: "),
        ("- a\n", "A stage is written as"),
        ("", "A stage is written as"),
        ("k1: 3\n", "A stage is written as"),
        ("stage: bm25\n? [a]\n: b\n", "The YAML text, line 2: "),
    ],
)
def test_a_fault_is_answered_with_its_line(text: str, answer: str) -> None:
    with pytest.raises(InputError) as caught:
        read_with_lines(text, system_from_dict)
    assert str(caught.value).startswith(answer)


def test_nesting_beyond_measure_is_answered_with_a_sentence() -> None:
    text = "".join("{stage: maxsim, inputs: [" for _ in range(150))
    text += "{stage: bm25}" + "]}" * 150
    with pytest.raises(InputError, match=r"deeper than (20|100) levels"):
        read_with_lines(text, system_from_dict)


def test_the_line_is_counted_within_the_whole_experiment() -> None:
    text = (
        "name: X\ncollection: a\nsystems:\n- stage: bm25\n- name: A\n  stage: random\n  seed: no\n"
    )
    with pytest.raises(InputError, match=r"^Line 7: Random order: seed is False"):
        read_with_lines(text, experiment_from_dict)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("collection: a\n", "The experiment has no `systems`. Add it."),
        ("collection: a\nsystems: [3]\n", "A stage is written as '3'."),
        ("collection: a\nsystems: [{stage: bm25}, {stage: bm25}]\n", "Two systems are called"),
        ("stage: bm25\n", "The experiment has no `collection`."),
    ],
)
def test_a_fault_outside_any_stage_has_no_line(text: str, answer: str) -> None:
    with pytest.raises(InputError) as caught:
        read_with_lines(text, experiment_from_dict)
    assert str(caught.value).startswith(answer)
