"""A finished experiment whose systems have stages, without any model."""

from evaluation.experiment import experiment_from_dict
from evaluation.running import Quiet, run_experiment
from evaluation.store import create
from evaluation.workspace import Workspace
from tests.sample import random_run, small_collection

BM25 = {"stage": "bm25", "depth": 5}
FUSED = {"stage": "rrf", "depth": 4, "inputs": [BM25, {"stage": "random", "depth": 9}]}


def staged_experiment(workspace: Workspace) -> str:
    """Run a fusion of a fusion, BM25 alone and an uploaded run; gives the experiment's id."""
    collection = small_collection()
    collection_id = workspace.add_collection("Small", collection.save)
    run_id = workspace.add_run(collection_id, "mine", random_run(collection, 3, 0.5), {})
    experiment = experiment_from_dict(
        {
            "name": "Staged",
            "collection": collection_id,
            "split": "test",
            "systems": [
                {"name": "Tree", "stage": "rrf", "depth": 6, "inputs": [FUSED, BM25]},
                {"name": "Lexical", "stage": "bm25"},
                {"name": "Mine", "stage": "run", "run": run_id},
            ],
        }
    )
    experiment_id = create(workspace, experiment)
    run_experiment(workspace, experiment_id, Quiet())
    return experiment_id
