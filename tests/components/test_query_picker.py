import pytest

from evaluation.collections.collection import Collection, Qrels, Queries
from evaluation.experiment import experiment_from_dict
from evaluation.run import Run
from evaluation.running import Quiet, run_experiment
from evaluation.store import create
from evaluation.workspace import Workspace
from tests.shown import open_page, text_of


@pytest.mark.parametrize("page", ["leaderboard", "compare", "query"])
def test_an_experiment_without_queries_leaves_sound_pages(workspace: Workspace, page: str) -> None:
    collection = Collection("None", None, Queries.of({}), {"test": Qrels.of_dict({})})
    place = workspace.add_collection("None", collection.save)
    run = workspace.add_run(place, "run", Run.from_lists({}), {})
    systems = [{"name": name, "stage": "run", "run": run} for name in ("one", "two")]
    asked = {"collection": place, "split": "test", "systems": systems}
    experiment = create(workspace, experiment_from_dict(asked))
    run_experiment(workspace, experiment, Quiet())
    assert "0 queries" in text_of(open_page(page, experiment=experiment))
