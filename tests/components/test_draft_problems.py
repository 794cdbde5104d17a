import pytest

from components.draft_problems import draft_problems, models_to_fetch
from components.experiment_draft import Draft
from evaluation.system import System, system_from_dict
from evaluation.workspace import Workspace
from tests.endpoint_server import in_turn, says, serving
from tests.sample import small_collection

IMAGINED = system_from_dict({"name": "Mine", "stage": "imagined", "inputs": [{"stage": "bm25"}]})
NEURAL = system_from_dict({"name": "Neural", "stage": "dense", "model": "owner/not-here"})


@pytest.fixture
def collection(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("URL", "MODEL"):
        monkeypatch.delenv(f"RANKLAB_ENDPOINT_{name}", raising=False)
    return workspace.add_collection("Small", small_collection().save)


def drafted(collection: str, system: System) -> Draft:
    return Draft(collection=collection, split="test", measures=("nDCG@10",)).added(system)


def test_a_system_whose_endpoint_is_not_configured_cannot_be_started(
    collection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = drafted(collection, IMAGINED)
    (told,) = draft_problems(draft)
    assert told.startswith("Mine: No language model is configured on this server. Start it with")
    with serving(monkeypatch, in_turn(says("river"))):
        assert draft_problems(draft) == []


def test_an_endpoint_is_no_model_to_fetch(collection: str) -> None:
    draft = drafted(collection, IMAGINED)
    assert models_to_fetch(draft) == []
    assert models_to_fetch(draft.added(NEURAL)) == ["owner/not-here"]
