import numpy as np
import pytest

from evaluation.grid import Grid, grid_from_dict
from evaluation.tuning import Tuning, tune
from evaluation.tuning_notes import disagreement, edges, flatness, gaps

QUERIES = 40


def grid(*parameters: dict[str, object], stage: str = "bm25") -> Grid:
    inputs = [{"stage": "bm25"}, {"stage": "random"}]
    system = {"stage": stage} | ({"inputs": inputs} if stage == "weighted" else {})
    return grid_from_dict({"system": system, "parameters": list(parameters)})


def peak(found: Grid, best: int) -> Tuning:
    """A surface with one clear peak."""
    random = np.random.default_rng(3)
    count = len(found.systems())
    values = 0.4 + 0.01 * random.standard_normal((QUERIES, count))
    values[:, best] += 0.3
    return tune(values, found.size, found.untuned)


K1: dict[str, object] = {"name": "k1", "values": [0.5, 1.0, 2.0]}


@pytest.mark.parametrize(
    ("best", "said"), [(0, "least value tried"), (1, ""), (2, "greatest value tried")]
)
def test_a_best_value_at_the_edge_is_said(best: int, said: str) -> None:
    found = grid(K1)
    notes = edges(found, peak(found, best))
    assert bool(notes) == bool(said)
    assert said in " ".join(notes)


def test_the_end_of_the_parameter_itself_is_no_edge() -> None:
    """b goes from 0 to 1: there is nothing beyond to try."""
    found = grid({"name": "b", "values": [0.0, 0.5, 1.0]})
    assert not edges(found, peak(found, 2))
    assert not edges(found, peak(found, 0))
    narrow = grid({"name": "b", "values": [0.2, 0.5, 0.8]})
    assert "b is 0.8" in edges(narrow, peak(narrow, 2))[0]


def test_choices_and_single_values_have_no_edge() -> None:
    found = grid({"name": "variant", "values": ["atire", "lucene"]}, {"name": "k1", "values": [1]})
    assert not edges(found, peak(found, 0))


def test_each_parameter_at_its_edge_is_named() -> None:
    found = grid(K1, {"name": "b", "values": [0.1, 0.2, 0.3]})
    assert [note.split()[2] for note in edges(found, peak(found, 8))] == ["k1", "b"]


def test_an_input_without_weight_is_named() -> None:
    found = grid({"name": "weights", "step": "0.5"}, stage="weighted")
    assert "give nothing to Random order" in edges(found, peak(found, 0))[0]
    assert not edges(found, peak(found, 1))


def test_a_clear_peak_has_no_warning_of_flatness() -> None:
    found = grid(K1)
    assert not flatness(peak(found, 1), QUERIES)


def test_noise_is_called_flat() -> None:
    found = grid(K1)
    values = np.random.default_rng(5).random((QUERIES, len(found.systems())))
    notes = flatness(tune(values, found.size, found.untuned), QUERIES)
    assert "cannot be told from the untuned one" in notes[0]
    assert "2 of 2 other settings" in notes[1]


def test_the_untuned_setting_may_be_the_best() -> None:
    found = grid({"name": "k1", "values": [0.5, 0.9]})
    assert "nothing to change" in flatness(peak(found, 1), QUERIES)[0]


def test_folds_that_disagree_are_counted() -> None:
    found = grid(K1)
    assert not disagreement(found, peak(found, 1))
    values = np.random.default_rng(5).random((QUERIES, len(found.systems())))
    tuning = tune(values, found.size, found.untuned, folds=10)
    chosen = {fold.chosen for fold in tuning.folds}
    assert len(chosen) > 1
    assert f"chose {len(chosen)} different settings" in disagreement(found, tuning)[0]


def test_settings_without_values_are_named() -> None:
    assert gaps(grid(K1), [1], 2) == [
        "1 of 3 settings have no value for every query and could not be chosen: k1=1.0.",
        "2 of 3 settings have not been run yet: everything here is about the others.",
    ]
