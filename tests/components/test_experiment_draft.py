from dataclasses import replace

import pytest

from components.experiment_draft import Draft, draft_of
from evaluation.errors import InputError
from evaluation.experiment import experiment_from_dict
from evaluation.system import System, system_from_dict
from evaluation.system_editing import topped, with_parameter

BM25 = system_from_dict({"name": "BM25", "stage": "bm25"})
RANDOM = system_from_dict({"name": "Random order", "stage": "random"})


def names(draft: Draft) -> list[str]:
    return [drafted.system.name for drafted in draft.systems]


def test_a_name_that_is_taken_gets_a_number() -> None:
    draft = Draft().added(BM25).added(BM25).added(BM25)
    assert names(draft) == ["BM25", "BM25 (2)", "BM25 (3)"]


def test_a_duplicate_stands_behind_its_original() -> None:
    draft = Draft().added(BM25).added(RANDOM).added(BM25, after=0)
    assert names(draft) == ["BM25", "BM25 (2)", "Random order"]
    assert [drafted.number for drafted in draft.systems] == [0, 2, 1]


def test_systems_move_as_far_as_the_list_goes() -> None:
    draft = Draft().added(BM25).added(RANDOM)
    assert names(draft.moved(0, -1)) == ["BM25", "Random order"]
    assert names(draft.moved(0, 1)) == ["Random order", "BM25"]
    assert names(draft.moved(1, 1)) == ["BM25", "Random order"]


def test_a_removed_system_is_neither_baseline_nor_open() -> None:
    draft = replace(Draft().added(BM25, opened=True).added(RANDOM), baseline=0)
    left = draft.removed(0)
    assert names(left) == ["Random order"]
    assert left.baseline is None
    assert left.opened is None
    with pytest.raises(InputError, match="was removed"):
        left.get(0)


def test_a_name_made_from_the_tree_follows_it_and_a_given_one_stays() -> None:
    draft = Draft().added(BM25).added(BM25)
    root = with_parameter(BM25.root, "k1", 1.2)
    assert names(draft.regrown(1, root, {})) == ["BM25", "BM25 (k1=1.2)"]
    named = draft.changed(1, System("Mine", BM25.root))
    assert names(named.regrown(1, root, {})) == ["BM25", "Mine"]
    stage = system_from_dict({"stage": "maxsim", "inputs": [{"stage": "bm25"}]}).root.stage
    assert names(draft.regrown(0, topped(BM25.root, (), stage), {}))[0].endswith("over BM25")


def test_the_experiment_is_named_after_what_is_in_it() -> None:
    draft = Draft(collection="small", split="test").added(BM25)
    assert draft.experiment("Small").name == "BM25 on Small"
    assert draft.added(RANDOM).experiment("Small").name == "2 systems on Small"
    assert replace(draft, name="  Mine ").experiment("Small").name == "Mine"


def test_an_experiment_goes_through_a_draft_unchanged() -> None:
    given = experiment_from_dict(
        {
            "name": "X",
            "collection": "small",
            "split": "test",
            "measures": ["AP", "nDCG@3"],
            "baseline": "B",
            "seed": 7,
            "systems": [{"name": "A", "stage": "bm25"}, {"name": "B", "stage": "random"}],
        }
    )
    assert draft_of(given).experiment("Small") == given
    copy = draft_of(given, source="x").experiment("Small")
    assert copy == replace(given, name="X (copy)")


def test_a_system_that_is_left_out_comes_back_to_its_place() -> None:
    draft = Draft().added(BM25).added(RANDOM).added(BM25)
    left = draft.leaving_out(1)
    assert names(left) == ["BM25", "BM25 (2)"]
    assert left.with_it_back() == draft
    assert draft.with_it_back() == draft


def test_a_system_that_comes_back_takes_no_name_and_no_place_that_is_taken() -> None:
    draft = Draft().added(BM25).added(RANDOM).leaving_out(1).added(RANDOM).removed(0)
    back = draft.with_it_back()
    assert names(back) == ["Random order", "Random order (2)"]
    assert [drafted.number for drafted in back.systems] == [2, 1]
