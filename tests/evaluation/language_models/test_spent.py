"""What a node that asks an endpoint says of its time and its tokens."""

from dataclasses import replace

import pytest

from evaluation.execution import Execution
from evaluation.experiment import experiment_from_dict
from evaluation.progress import SILENT
from evaluation.running import execution_for
from evaluation.system import system_from_dict
from evaluation.system_figures import system_figures
from evaluation.workspace import Workspace
from tests.endpoint_server import in_turn, says, serving
from tests.sample import small_collection

ROOT = system_from_dict(
    {"stage": "imagined", "passages": 2, "inputs": [{"stage": "bm25"}]},
).root
SLOW = replace(says("river market"), wait_s=0.15)


@pytest.fixture
def execution(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Execution:
    monkeypatch.delenv("RANKLAB_MODEL_CACHE", raising=False)
    collection = workspace.add_collection("Small", small_collection().save)
    asked = {"collection": collection, "split": "test", "systems": [{"stage": "random"}]}
    return execution_for(workspace, experiment_from_dict(asked), lambda line: SILENT)


def test_the_latency_of_a_cached_reply_is_what_it_took_when_it_was_written(
    execution: Execution, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(monkeypatch, in_turn(SLOW), PARALLEL="2") as server:
        figures = system_figures(execution, ROOT)
    assert len(server.asked) == 8 * 2  # the timing asks nothing again
    assert min(figures["latency_ms"]) >= 150
    assert figures["queries"] == 8
    assert figures["spent"]["calls"] == 16
    assert figures["spent"]["paid_reply_tokens"] == 16 * 7


def test_a_run_from_the_cache_still_says_what_it_spent(
    execution: Execution, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(monkeypatch, in_turn(says("river market"))) as server:
        first = system_figures(execution, ROOT)["spent"]
        fresh = replace(execution, outcomes={})
        assert system_figures(fresh, ROOT)["spent"] == first
        for entry in execution.cache.entries():
            if entry.kind == "run":
                execution.cache.remove("run", entry.key)
        again = system_figures(replace(execution, outcomes={}), ROOT)["spent"]
    assert len(server.asked) == 16
    assert again["cached_calls"] == again["calls"] == 16
    assert again["prompt_tokens"] == first["prompt_tokens"]
    assert again["cached_tokens"] == 16 * (11 + 7)


def test_replies_are_kept_in_the_workspace(
    execution: Execution, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(monkeypatch, in_turn(says("river market"))):
        execution.run(ROOT)
    assert len(list((execution.cache.folder / "models" / "replies").rglob("*.json"))) == 16
