from typing import Any

import pytest

from evaluation.errors import InputError, UnknownNameError
from evaluation.experiment import experiment_from_dict, experiment_from_yaml
from evaluation.grid import Axis, Grid, axis_of, grid_from_dict, weights_axis
from evaluation.system import System, system_from_dict

BM25 = {"name": "BM25", "stage": "bm25"}
FUSION = {
    "name": "Hybrid",
    "stage": "weighted",
    "inputs": [{"stage": "bm25"}, {"stage": "random"}, {"stage": "bm25", "k1": 1.5}],
}


def system(value: dict[str, Any]) -> System:
    return system_from_dict(value)


def grid(value: dict[str, Any], *parameters: dict[str, Any]) -> Grid:
    return grid_from_dict({"system": value, "parameters": list(parameters)})


def test_points_are_all_combinations_the_last_parameter_fastest() -> None:
    found = grid(
        BM25, {"name": "k1", "values": [0.5, 1]}, {"name": "variant", "values": ["atire", "lucene"]}
    )
    assert found.settings == [(0.5, "atire"), (0.5, "lucene"), (1.0, "atire"), (1.0, "lucene")]
    made = found.systems()
    assert [each.name for each in made[:2]] == ["k1=0.5, variant=atire", "k1=0.5, variant=lucene"]
    assert made[2].root.stage.parameters()["k1"] == 1.0
    assert made[2].root.stage.parameters()["b"] == 0.4  # the rest stays as it was


def test_the_untuned_system_is_a_point_or_comes_behind_them() -> None:
    inside = grid(BM25, {"name": "k1", "values": [0.5, 0.9]})
    assert inside.untuned == 1
    assert len(inside.systems()) == 2
    outside = grid(BM25, {"name": "k1", "values": [0.5, 0.7]})
    assert outside.untuned == 2
    assert [each.name for each in outside.systems()] == ["k1=0.5", "k1=0.7", "untuned"]
    assert outside.systems()[2].root == outside.system.root


def test_a_parameter_deep_in_the_tree_is_changed_where_it_stands() -> None:
    found = grid(
        {"stage": "rrf", "inputs": [{"stage": "bm25"}, {"stage": "bm25", "k1": 2.0}]},
        {"node": [1], "name": "k1", "values": [1.0, 3.0]},
    )
    first, second = (each.root for each in found.systems()[:2])
    assert first.inputs[0] == second.inputs[0]
    assert [tree.inputs[1].stage.parameters()["k1"] for tree in (first, second)] == [1.0, 3.0]


def test_parameters_of_the_same_name_are_told_apart() -> None:
    found = grid(
        {"stage": "rrf", "inputs": [{"stage": "bm25"}, {"stage": "bm25", "k1": 2.0}]},
        {"node": [0], "name": "k1", "values": [1.0]},
        {"node": [1], "name": "k1", "values": [1.0, 3.0]},
        {"name": "depth", "values": [10]},
    )
    assert found.titles == ["bm25 k1 (1)", "bm25 k1 (2)", "rrf depth"]
    assert found.systems()[1].root.depth == 10


def test_weights_in_steps_of_a_tenth_for_three_inputs_are_66_points() -> None:
    found = grid(FUSION, {"name": "weights", "step": "0.1"})
    assert found.size == 66
    assert found.systems()[0].root.stage.parameters()["weights"] == "1, 0, 0"
    assert found.untuned == 66  # equal weights are no tenths


def test_a_grid_is_read_back_from_yaml_as_it_was() -> None:
    asked = experiment_from_dict(
        {
            "name": "Tuning",
            "collection": "small",
            "split": "test",
            "grid": {
                "system": FUSION,
                "parameters": [
                    {"name": "weights", "step": 0.25},
                    {"node": [0], "name": "k1", "values": [1, 2]},
                ],
            },
        }
    )
    assert asked.grid
    assert len(asked.systems) == 15 * 2 + 1
    assert asked.baseline == "untuned"
    assert experiment_from_yaml(asked.to_yaml()) == asked
    assert "systems:" not in asked.to_yaml()


@pytest.mark.parametrize(
    ("parameter", "why"),
    [
        ({"name": "k1", "values": []}, "has no values to try"),
        ({"name": "k1", "values": [-1]}, "k1 is -1"),
        ({"name": "k1", "values": ["big"]}, "k1 is 'big'"),
        ({"name": "k1", "values": [1, 1.0]}, "the value 1.0 twice"),
        ({"name": "k1"}, "no list of `values`"),
        ({"name": "variant", "values": ["best"]}, "Choose one of"),
        ({"name": "depth", "values": [0]}, "depth is 0"),
        ({"name": "k1", "node": [3], "values": [1]}, "no input 4"),
        ({"name": "k1", "node": "a", "values": [1]}, "numbers of inputs"),
        ({"name": "k1", "step": "0.1"}, "no inputs to weigh"),
        ({"name": "k1", "values": list(range(1, 600))}, "500 points are the most"),
        ("k1", "A parameter of the grid"),
    ],
)
def test_what_cannot_be_tried_is_answered_with_a_sentence(parameter: Any, why: str) -> None:
    with pytest.raises(InputError, match=why):
        grid(BM25, parameter)


def test_an_unknown_parameter_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="k1"):
        grid(BM25, {"name": "k2", "values": [1]})


def test_too_many_points_are_refused_before_any_is_made() -> None:
    values = [place / 100 for place in range(100)]
    with pytest.raises(InputError, match=r"10,000 points; 500 are the most"):
        grid(BM25, {"name": "k1", "values": values}, {"name": "b", "values": values})
    with pytest.raises(InputError, match="5,151 points for 3 inputs"):
        weights_axis(system(FUSION), (), "weights", "0.01")


def test_nothing_varied_or_varied_twice_is_refused() -> None:
    axis = axis_of(system(BM25), (), "k1", [1.0])
    with pytest.raises(InputError, match="varies nothing"):
        Grid(system(BM25), ())
    with pytest.raises(InputError, match="names a parameter twice"):
        Grid(system(BM25), (axis, axis))


def test_only_numbers_have_an_order() -> None:
    assert Axis((), "k1", (0.1, 2)).ordered
    assert not Axis((), "stop", (True, False)).ordered
    assert not Axis((), "variant", ("lucene",)).ordered
