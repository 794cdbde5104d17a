import pytest

from evaluation.errors import InputError
from evaluation.grid_values import numbers_from_text, tunables
from evaluation.stage import make_stage, stages
from evaluation.system import INPUTS, Node, System, system_from_dict

HYBRID = {
    "name": "Hybrid",
    "stage": "weighted",
    "inputs": [{"stage": "bm25"}, {"stage": "bm25", "k1": 1.5}],
}


def hybrid() -> System:
    return system_from_dict(HYBRID)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.3, 0.6,0.9", [0.3, 0.6, 0.9]),
        ("0:1:0.1", [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]),
        ("1; 2", [1.0, 2.0]),
        ("0.5, 0.5:1.5:0.5", [0.5, 1.0, 1.5]),
        (" ", []),
        ("2:1:0.5", []),
    ],
)
def test_values_are_read_as_they_are_typed(text: str, values: list[float]) -> None:
    """Ends of a range count, although 0.1 has no exact value in a computer."""
    assert numbers_from_text(text, "k1", whole=False) == values


def test_whole_numbers_stay_whole() -> None:
    found = numbers_from_text("10:30:10", "k", whole=True)
    assert found == [10, 20, 30]
    assert all(type(value) is int for value in found)
    with pytest.raises(InputError, match="whole numbers"):
        numbers_from_text("1.5", "k", whole=True)


@pytest.mark.parametrize(
    "text", ["a", "1:2", "1:2:0", "1:2:-1", "nan", "inf", "1:inf:1", "1:2:3:4", "1e99", "1:2:1e-99"]
)
def test_what_is_no_number_is_answered_with_a_sentence(text: str) -> None:
    with pytest.raises(InputError, match="not understood"):
        numbers_from_text(text, "k1", whole=False)


@pytest.mark.parametrize("text", ["0:1000000:0.001", ",".join(map(str, range(501))), "1:501:1"])
def test_too_many_values_are_refused_before_they_are_made(text: str) -> None:
    with pytest.raises(InputError, match="more than 500"):
        numbers_from_text(text, "k1", whole=False)


def test_every_parameter_but_texts_can_be_tuned() -> None:
    found = {each.key: each for each in tunables(hybrid())}
    assert {":weights", ":normaliser", ":depth", "0:k1", "1:k1", "1:b", "0:stemmer"} <= set(found)
    assert found[":weights"].kind == "weights"
    assert found[":normaliser"].kind == "choices"
    assert found["1:k1"].value == 1.5
    assert found["0:k1"].label == "BM25 (input 1) · k1"
    assert found[":depth"].label == "Weighted sum · depth"


def test_a_model_is_not_offered() -> None:
    assert ":model" not in {each.key for each in tunables(system_from_dict({"stage": "dense"}))}


@pytest.mark.parametrize("name", stages())
def test_every_suggestion_can_be_tried(name: str) -> None:
    """Also those of stages that are still to be written."""
    stage = make_stage(name, {})
    inputs = (Node(make_stage("random", {})),) * INPUTS.get(stage.kind, (1, 1))[0]
    system = System(name, Node(stage, inputs))
    for each in tunables(system):
        axis = each.axis(system, each.suggestion())
        assert each.value in axis.values or each.kind == "weights"


def test_values_are_suggested_around_the_present_one() -> None:
    found = {each.key: each.suggestion() for each in tunables(hybrid())}
    assert found["0:k1"] == "0.3, 0.6, 0.9, 1.2, 1.8"
    assert found["0:b"] == "0, 0.2, 0.4, 0.6, 0.8, 1"
    assert found[":depth"] == "250, 500, 1000, 2000, 4000"
    assert found[":weights"] == "0.1"


def test_choices_are_read_back_from_their_texts() -> None:
    each = next(e for e in tunables(hybrid()) if e.name == "normaliser")
    assert each.axis(hybrid(), "none, min-max").values == ("none", "min-max")
    with pytest.raises(InputError, match="no values"):
        each.axis(hybrid(), "")
