"""Given vectors in whole experiments and in typed queries: what lacks a vector is told."""

import numpy as np
import pytest

from components.leaderboard_notes import reading
from components.leaderboard_table import Board
from evaluation.commands import leaderboard
from evaluation.estimate import estimate
from evaluation.experiment import experiment_from_dict
from evaluation.live_search import search_job
from evaluation.progress import SILENT
from evaluation.running import Quiet, execution_for, run_experiment
from evaluation.store import create
from evaluation.tour import tour
from evaluation.workspace import Workspace
from tests.evaluation.collections.vector_uploads import attach, ids_of, lines, npy
from tests.sample import small_collection

GIVEN = {"name": "Given", "stage": "given-vectors", "vectors": "tiny"}
FED = {"name": "Fed back", "stage": "rocchio", "inputs": [GIVEN]}
HYBRID = {"name": "Hybrid", "stage": "rrf", "inputs": [GIVEN, {"stage": "bm25"}]}


@pytest.fixture
def small(workspace: Workspace) -> Workspace:
    """Vectors for all documents but two, and for the first `asked` queries."""
    workspace.add_collection("Small", small_collection().save)
    return workspace


def give(workspace: Workspace, asked: int) -> None:
    names, query_ids = ids_of(workspace)
    topics = np.repeat(np.eye(8), 6, axis=0)
    files: dict[str, str | bytes] = {
        "d.npy": npy(topics[2:].astype("f4")),
        "doc.txt": lines(names[2:]),
        "q.npy": npy(np.eye(8)[:asked]),
        "query.txt": lines(query_ids[:asked]),
    }
    attach(workspace, files)


def test_systems_of_given_vectors_have_means_over_all_queries(small: Workspace) -> None:
    give(small, 8)
    experiment = {"collection": "small", "split": "test", "systems": [GIVEN, FED, HYBRID]}
    results = run_experiment(small, create(small, experiment_from_dict(experiment)), Quiet())
    found = {row["system"]: row for row in leaderboard(small, results)["systems"]}
    assert [row["state"] for row in found.values()] == ["done"] * 3, results.systems[0].error
    assert found["Given"]["nDCG@10"] > 0.5
    board = Board(results, "nDCG@10", 0, results.done, {})
    assert any("Given: 2 documents have no vector" in line for line in reading(board))


def test_a_query_without_a_vector_leaves_its_systems_without_a_mean(small: Workspace) -> None:
    give(small, 6)
    systems = [GIVEN, FED, HYBRID, {"name": "BM25", "stage": "bm25"}]
    experiment = {"collection": "small", "split": "test", "systems": systems}
    results = run_experiment(small, create(small, experiment_from_dict(experiment)), Quiet())
    found = {row["system"]: row["nDCG@10"] for row in leaderboard(small, results)["systems"]}
    assert [name for name, mean in found.items() if mean is None] == ["Given", "Fed back", "Hybrid"]
    assert all(result.run().failed == {"q7", "q8"} for result in results.systems[:3])


def test_a_typed_query_has_no_vector_and_one_of_the_collection_may(small: Workspace) -> None:
    give(small, 6)
    queries = small.collection("small").queries.text_of
    for text, told in (
        ("something new", "this query has none"),
        (queries["q8"], "this query has none"),
        (queries["q2"], ""),
    ):
        asked = {"collection": "small", "text": text, "systems": [GIVEN]}
        (answer,) = search_job(small, asked, Quiet())["answers"]
        assert told in answer["error"]
        assert bool(answer["error"]) == bool(told) == (not answer["hits"])


def test_a_set_that_is_gone_or_misspelt_is_told_before_anything_runs(small: Workspace) -> None:
    experiment = experiment_from_dict({"collection": "small", "split": "test", "systems": [GIVEN]})
    with_none, left_out = tour(small.collection("small"))
    assert not [system for system in with_none if "given" in system.line()]
    assert left_out["Given vectors"].startswith("Given vectors needs vectors, and Small has none.")
    give(small, 8)
    execution = execution_for(small, experiment, lambda line: SILENT)
    assert estimate(execution, experiment.systems)[0].states("index") == ["computed"]
    _, left_out = tour(small.collection("small"))
    expected = "Given vectors needs the name of vectors. There are: tiny. Choose one."
    assert left_out["Given vectors"] == expected
