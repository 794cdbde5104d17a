import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

from evaluation.__main__ import answer
from evaluation.command_line import parser
from evaluation.errors import InputError
from evaluation.experiment import experiment_from_dict
from evaluation.running import Quiet, run_experiment
from evaluation.store import create, list_experiments, open_results
from evaluation.tuning_results import read_tuning
from evaluation.workspace import Workspace

Sample = tuple[Workspace, str, str]
FUSION = {
    "name": "Weighted",
    "stage": "weighted",
    "inputs": [{"stage": "bm25"}, {"stage": "random"}],
}


def grid_text(collection: str) -> str:
    return yaml.safe_dump(
        {
            "name": "Weights",
            "collection": collection,
            "split": "test",
            "measures": ["nDCG@10", "R@5"],
            "grid": {"system": FUSION, "parameters": [{"name": "weights", "step": "0.25"}]},
        }
    )


def stored(sample: Sample) -> str:
    workspace, collection, _ = sample
    experiment = create(workspace, experiment_from_dict(yaml.safe_load(grid_text(collection))))
    run_experiment(workspace, experiment, Quiet())
    return experiment


def test_a_grid_is_run_as_any_experiment_and_read_as_a_whole(sample: Sample) -> None:
    workspace = sample[0]
    results = open_results(workspace, stored(sample))
    found = read_tuning(workspace, results, "nDCG@10", 4)
    assert [row["setting"] for row in found.points] == [
        *("weights=(1, 0)", "weights=(0.75, 0.25)", "weights=(0.5, 0.5)"),
        *("weights=(0.25, 0.75)", "weights=(0, 1)", "untuned"),
    ]
    means = [float(each.stored_scores()["nDCG@10"].mean()) for each in results.systems]
    assert [row["nDCG@10"] for row in found.points] == pytest.approx(means)
    assert found.tuning.in_sample == pytest.approx(max(means[:5]))
    assert sum(row["queries"] for row in found.folds) == 8
    held_out = [row["held out"] * row["queries"] for row in found.folds]
    assert found.tuning.estimate == pytest.approx(sum(held_out) / 8)


def test_points_of_a_fusion_grid_reuse_the_runs_of_its_inputs(sample: Sample) -> None:
    """Otherwise a grid of weights would search again for every point."""
    workspace = sample[0]
    results = open_results(workspace, stored(sample))
    computed = [
        node["line"]
        for result in results.systems
        for node in result.figures["nodes"]
        if not node["reused"] and not node["line"].startswith("weighted")
    ]
    assert len(set(computed)) == 1  # random order was there from the sample
    searched = {
        node["computed"]
        for result in results.systems
        for node in result.figures["nodes"]
        if node["line"].startswith("bm25")
    }
    assert len(searched) == 1


def test_the_grid_is_one_line_in_the_list_of_experiments(sample: Sample) -> None:
    experiment = stored(sample)
    found = {record["id"]: record["grid"] for record in list_experiments(sample[0])}
    assert found == {experiment: 5, sample[2]: 0}


def test_the_command_line_gives_what_is_stored(sample: Sample, tmp_path: Path) -> None:
    workspace, collection, _ = sample
    path = tmp_path / "grid.yaml"
    path.write_text(grid_text(collection), "utf-8")
    command = ["--workspace", str(workspace.folder), "tune", str(path), "--folds", "4", "--json"]
    value = answer(parser().parse_args(command))
    results = open_results(workspace, value["experiment"])
    assert json.loads(json.dumps(value)) == read_tuning(workspace, results, "", 4).to_dict()
    assert value["measure"] == "nDCG@10"
    assert value["optimism"] == pytest.approx(value["in-sample"] - value["held out"])


def test_a_setting_that_is_not_run_yet_is_left_out_and_said(sample: Sample) -> None:
    workspace, collection, _ = sample
    experiment = create(workspace, experiment_from_dict(yaml.safe_load(grid_text(collection))))
    with pytest.raises(InputError, match="No setting has a value"):
        read_tuning(workspace, open_results(workspace, experiment))
    run_experiment(workspace, experiment, Quiet())
    shutil.rmtree(workspace.experiment_folder(experiment) / "systems" / "0")
    found = read_tuning(workspace, open_results(workspace, experiment))
    assert np.isnan(found.tuning.means[0])
    assert "1 of 5 settings have not been run yet" in found.warnings[0]


def test_an_experiment_that_is_no_grid_cannot_be_read_as_one(sample: Sample) -> None:
    with pytest.raises(InputError, match="is no grid"):
        read_tuning(sample[0], open_results(sample[0], sample[2]))


def test_without_judgements_nothing_can_be_tuned(sample: Sample) -> None:
    asked = yaml.safe_load(grid_text(sample[1])) | {"split": ""}
    experiment = create(sample[0], experiment_from_dict(asked))
    with pytest.raises(InputError, match="has no judgements"):
        read_tuning(sample[0], open_results(sample[0], experiment))
