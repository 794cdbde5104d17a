import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.errors import InputError
from evaluation.query_filter import (
    BELOW,
    LEAST,
    Condition,
    meets,
    read_conditions,
    write_conditions,
)

NAN = float("nan")
SCORES = {
    (0, "nDCG@10"): np.array([0.9, 0.8, 0.79, NAN, 0.1]),
    (1, "nDCG@10"): np.array([0.2, 0.3, 0.1, 0.1, 0.9]),
}
A_HIGH = Condition(0, None, "nDCG@10", LEAST, 0.8)
B_LOW = Condition(1, None, "nDCG@10", BELOW, 0.3)


def met(*conditions: Condition) -> list[bool]:
    return meets(conditions, lambda system, measure: SCORES[system, measure], 5).tolist()  # type: ignore[no-any-return]


def test_a_at_least_and_b_below() -> None:
    assert met(A_HIGH) == [True, True, False, False, False]
    assert met(A_HIGH, B_LOW) == [True, False, False, False, False]
    assert met() == [True] * 5


def test_a_difference_is_compared_with_its_sign() -> None:
    loss = Condition(1, 0, "nDCG@10", BELOW, -0.5)
    assert met(loss) == [True, False, True, False, False]
    assert met(Condition(1, 0, "nDCG@10", LEAST, 0)) == [False, False, False, False, True]


def test_a_failed_query_meets_neither_a_condition_nor_its_opposite() -> None:
    assert not met(A_HIGH)[3]
    assert not met(Condition(0, None, "nDCG@10", BELOW, 0.8))[3]


def test_a_value_in_the_last_bit_below_the_number_is_at_least_the_number() -> None:
    values = {(0, "AP"): np.array([0.1 + 0.2, 0.3])}
    for comparison, expected in ((LEAST, [True, True]), (BELOW, [False, False])):
        condition = Condition(0, None, "AP", comparison, 0.3 + 1e-16)
        found = meets([condition], lambda system, measure: values[system, measure], 2)
        assert found.tolist() == expected


def test_conditions_are_read_as_they_were_written() -> None:
    conditions = [
        A_HIGH,
        B_LOW,
        Condition(12, 3, "nDCG(dcg='exp-log2',gains={1:0})@10", BELOW, -0.25),
    ]
    text = write_conditions(conditions)
    assert text.startswith("0~nDCG@10~least~0.8;1~nDCG@10~below~0.3;12-3~")
    assert read_conditions(text, [0, 1, 3, 12]) == conditions
    assert read_conditions("", [0]) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x", "is not a condition"),
        ("0~nDCG@10~over~0.8", "is not a condition"),
        ("0~nDCG@10~least", "is not a condition"),
        ("9~nDCG@10~least~0.8", "asks for system '9', which has no results"),
        ("\u00b2~nDCG@10~least~0.8", "which has no results"),
        ("0-1-0~AP~least~1", "more than two systems"),
        ("0~bogus~least~1", "There is no measure called 'bogus'"),
        ("0~AP~least~nan", "does not end with a number"),
        ("0~AP~least~inf", "does not end with a number"),
        ("0~AP~least~1e", "does not end with a number"),
        (";".join(["0~AP~least~1"] * 9), "too long"),
        ("0" * 3000, "too long"),
        ("0~AP~least~__import__('os')", "does not end with a number"),
    ],
)
def test_hostile_text_is_answered_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence.replace("(", "\\(")):
        read_conditions(text, [0, 1])


@given(st.text(alphabet="0123456789~-;.@()nDCGAPleastbw{}:', ", max_size=60))
@settings(max_examples=200, derandomize=True)
def test_any_text_is_either_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        conditions = read_conditions(text, [0, 1])
    except InputError:
        return
    assert read_conditions(write_conditions(conditions), [0, 1]) == conditions
