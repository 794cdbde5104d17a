"""A workspace with a needle collection and an experiment on it, made from nothing, for tests."""

from evaluation.experiment import experiment_from_dict
from evaluation.probes.making import Wanted, add_probe
from evaluation.probes.needles import Needles
from evaluation.running import Quiet, run_experiment
from evaluation.store import create
from evaluation.workspace import Workspace
from tests.sample import small_collection


def needle_workspace(workspace: Workspace) -> str:
    """Plant needles into a small collection and run two systems; gives the experiment's id."""
    source = workspace.add_collection("Small", small_collection().save)
    probe = Needles(depths="0, 50, 100", lengths="40, 80")
    collection = add_probe(workspace, source, Wanted(probe, 12), "Haystacks")
    asked = {
        "name": "Needles",
        "collection": collection,
        "split": "test",
        "measures": ["nDCG@10"],
        "systems": [{"name": "BM25", "stage": "bm25"}, {"name": "Random", "stage": "random"}],
    }
    experiment = create(workspace, experiment_from_dict(asked))
    run_experiment(workspace, experiment, Quiet())
    return experiment
