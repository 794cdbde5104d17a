from dataclasses import FrozenInstanceError, dataclass
from typing import ClassVar

import pytest

from evaluation.errors import InputError, UnknownNameError
from evaluation.stage import Stage, make_stage, param, stages


@dataclass(frozen=True)
class Sample(Stage):
    """A stage with one parameter of each type."""

    label: ClassVar[str] = "Sample"
    kind: ClassVar[str] = "retriever"

    weight: float = param(0.5, "A weight.", bounds=(0, 1))
    count: int = param(3, "A count.", bounds=(1, None), search_only=True)
    word: str = param("a", "A word.", choices=("a", "b"))
    flag: bool = param(False, "A flag.")


def test_a_stage_is_its_parameters() -> None:
    assert Sample(weight=1) == Sample(weight=1.0)
    assert Sample().parameters() == {"weight": 0.5, "count": 3, "word": "a", "flag": False}
    with pytest.raises(FrozenInstanceError):
        Sample().count = 4  # type: ignore[misc]


def test_a_whole_number_given_for_a_float_becomes_a_float() -> None:
    assert isinstance(Sample(weight=1).weight, float)


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"weight": 1.5}, "weight is 1.5. Give a value from 0 to 1."),
        ({"weight": float("nan")}, "weight is nan. Give a value from 0 to 1."),
        ({"count": 0}, "count is 0. Give a value of at least 1."),
        ({"count": "3"}, "count is '3'. Give a value of type int."),
        ({"count": True}, "count is True. Give a value of type int."),
        ({"word": "c"}, "word is 'c'. Choose one of a, b."),
        ({"flag": 1}, "flag is 1. Give a value of type bool."),
    ],
)
def test_a_value_that_does_not_fit_is_answered_with_a_sentence(
    parameters: dict[str, object], sentence: str
) -> None:
    with pytest.raises(InputError) as caught:
        Sample(**parameters)  # type: ignore[arg-type]
    assert str(caught.value) == f"Sample: {sentence}"


def test_the_title_names_what_differs_from_the_defaults() -> None:
    assert Sample().title() == "Sample"
    assert Sample(word="b", count=4).title() == "Sample (count=4, word=b)"


def test_parameters_that_only_matter_for_searching_are_not_part_of_the_index() -> None:
    assert Sample(count=9).index_parameters() == Sample().index_parameters()


def test_stages_are_found_by_themselves_and_unknown_names_are_answered_with_the_nearest() -> None:
    assert "random" in stages()
    with pytest.raises(UnknownNameError, match="Did you mean 'random'"):
        make_stage("randon", {})
    with pytest.raises(UnknownNameError, match="Did you mean 'seed'"):
        make_stage("random", {"sed": 1})
