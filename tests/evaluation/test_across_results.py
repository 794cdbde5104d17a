from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from evaluation.across_results import Board, read_board, shared_systems, tasks_of
from evaluation.experiment import experiment_from_dict
from evaluation.running import Quiet, run_experiment
from evaluation.store import create, list_experiments, open_results
from evaluation.workspace import Workspace
from tests.sample import small_collection

RANDOM = {"name": "Random order", "stage": "random"}
BM25 = {"name": "BM25", "stage": "bm25"}
STEMLESS = {"name": "BM25", "stage": "bm25", "stemmer": "none"}


def add(workspace: Workspace, name: str, seed: int) -> str:
    return workspace.add_collection(name, replace(small_collection(seed=seed), name=name).save)


def run(workspace: Workspace, collection: str, *systems: dict[str, Any], name: str = "E") -> str:
    asked = {"name": name, "collection": collection, "split": "test", "systems": list(systems)}
    experiment = create(workspace, experiment_from_dict(asked))
    run_experiment(workspace, experiment, Quiet())
    return experiment


def board(workspace: Workspace, rule: str = "stages") -> Board:
    tasks = tasks_of(list_experiments(workspace))
    results = [[open_results(workspace, e) for e in task.experiments] for task in tasks]
    return read_board(workspace, tasks, shared_systems(results, rule), "nDCG@10")


def two_collections(workspace: Workspace) -> tuple[str, str]:
    return add(workspace, "One", 1), add(workspace, "Two", 2)


def test_equal_trees_are_one_system_whatever_they_are_called(workspace: Workspace) -> None:
    one, two = two_collections(workspace)
    run(workspace, one, BM25, RANDOM)
    run(workspace, two, BM25 | {"name": "Lexical"}, RANDOM)
    found = board(workspace)
    assert len(found.systems) == 2
    lexical = next(s for s in found.systems if s.trees[0].line() == "bm25 @ 1000")
    assert {lexical.name, *lexical.others} == {"BM25", "Lexical"}
    assert found.figures.coverage.tolist() == [2, 2]


def test_equal_names_with_other_stages_are_two_systems_unless_names_decide(
    workspace: Workspace,
) -> None:
    one, two = two_collections(workspace)
    run(workspace, one, BM25)
    run(workspace, two, STEMLESS)
    apart = board(workspace)
    assert apart.figures.coverage.tolist() == [1, 1]
    assert not apart.figures.common.any()
    assert [row["mean nDCG@10"] for row in apart.rows()] == [None, None]
    together = board(workspace, "name")
    assert together.figures.coverage.tolist() == [2]


def test_values_are_those_of_the_leaderboards(workspace: Workspace) -> None:
    one, two = two_collections(workspace)
    ids = run(workspace, one, BM25, RANDOM), run(workspace, two, BM25, RANDOM)
    means = {
        result.name: [
            float(open_results(workspace, i).systems[n].stored_scores()["nDCG@10"].mean())
            for i in reversed(ids)  # the newest experiment comes first
        ]
        for n, result in enumerate(open_results(workspace, ids[0]).systems)
    }
    for row in board(workspace).rows():
        assert [row["Two · test"], row["One · test"]] == means[row["system"]]
        assert row["mean nDCG@10"] == pytest.approx(sum(means[row["system"]]) / 2)
    points = [sum(row[f"{name} · test: Borda"] for row in board(workspace).rows())
              for name in ("One", "Two")]  # fmt: skip
    assert points == [1.0, 1.0]


def test_the_newest_result_of_a_system_counts_and_older_ones_add_systems(
    workspace: Workspace,
) -> None:
    one = add(workspace, "One", 1)
    run(workspace, one, BM25, RANDOM, name="old")
    newest = run(workspace, one, BM25 | {"name": "Renamed"}, name="new")
    found = board(workspace)
    assert len(found.tasks) == 1
    renamed = next(s for s in found.systems if s.name == "Renamed")
    assert renamed.others == ("BM25",)
    assert renamed.found[0]
    assert renamed.found[0][0].id == newest
    assert len(found.systems) == 2


def test_grids_and_experiments_without_judgements_are_no_tasks(workspace: Workspace) -> None:
    one = add(workspace, "One", 1)
    grid = {"system": BM25, "parameters": [{"name": "k1", "values": [1.0]}]}
    asked = {"collection": one, "split": "test", "grid": grid}
    run_experiment(workspace, create(workspace, experiment_from_dict(asked)), Quiet())
    bare = {"collection": one, "split": "", "systems": [RANDOM]}
    run_experiment(workspace, create(workspace, experiment_from_dict(bare)), Quiet())
    assert tasks_of(list_experiments(workspace)) == []


def test_other_data_under_the_same_id_is_left_out() -> None:
    record = {"split": "test", "done": 1, "grid": 0, "collection": "c", "collection_name": "C"}
    records = [
        record | {"id": "new", "fingerprints": {"queries": "a"}},
        record | {"id": "same", "fingerprints": {"queries": "a"}},
        record | {"id": "old", "fingerprints": {"queries": "b"}},
    ]
    assert [task.experiments for task in tasks_of(records)] == [("new", "same")]


def test_collections_of_the_same_name_are_told_apart(workspace: Workspace) -> None:
    for seed in (1, 2):
        run(workspace, add(workspace, "Same", seed), RANDOM)
    labels = [task.label for task in tasks_of(list_experiments(workspace))]
    assert labels == ["Same · test", "Same · test (same)"]


def test_a_system_that_is_missing_somewhere_has_no_zero(workspace: Workspace) -> None:
    one, two = two_collections(workspace)
    run(workspace, one, BM25, RANDOM)
    run(workspace, two, RANDOM)
    found = board(workspace)
    row = next(row for row in found.rows() if row["system"] == "BM25")
    assert row["Two · test"] is None
    assert row["Two · test: Borda"] is None
    assert row["collections"] == 1
    assert np.isnan(found.figures.values).sum() == 1
