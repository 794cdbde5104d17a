from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from evaluation.errors import InputError
from evaluation.simplex import STEPS, decimal, simplex, simplex_size, step_of, weights_text


@pytest.mark.parametrize(("parts", "points"), [(2, 11), (3, 66), (4, 286)])
def test_a_step_of_a_tenth_gives_every_point(parts: int, points: int) -> None:
    """Floating-point sums find 62 of the 66 points, and 256 of the 286."""
    found = simplex(parts, step_of("0.1"))
    assert len(found) == len(set(found)) == simplex_size(parts, step_of("0.1")) == points


@given(parts=some.integers(1, 4), step=some.sampled_from(STEPS[:6]))
def test_weights_sum_to_exactly_one_and_both_ends_are_there(parts: int, step: str) -> None:
    found = simplex(parts, step_of(step))
    assert all(sum(weights) == 1 and min(weights) >= 0 for weights in found)
    for place in range(parts):
        assert tuple(Fraction(int(part == place)) for part in range(parts)) in found


def test_two_parts_fall_from_the_first_to_the_second() -> None:
    found = [weights_text(weights) for weights in simplex(2, step_of("0.25"))]
    assert found == ["1, 0", "0.75, 0.25", "0.5, 0.5", "0.25, 0.75", "0, 1"]


@pytest.mark.parametrize("step", STEPS)
def test_what_is_written_is_exactly_what_is_meant(step: str) -> None:
    for weights in simplex(2, step_of(step)):
        assert [Fraction(decimal(weight)) for weight in weights] == list(weights)


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ("0.3", "does not divide 1"),
        ("1/3", "no exact decimals"),
        ("0", "Give one of"),
        ("-0.1", "Give one of"),
        ("2", "Give one of"),
        ("1/0", "Give one of"),
        ("1e-999999999", "Give one of"),
        ("tenth", "Give one of"),
        ("", "Give one of"),
    ],
)
def test_a_step_that_cannot_be_exact_is_refused(step: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        step_of(step)
