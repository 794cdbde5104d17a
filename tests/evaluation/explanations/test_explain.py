import json
from typing import Any

import pytest

from evaluation.errors import UnknownNameError
from evaluation.explanations.explain import explain_job
from evaluation.fusion.weighted import NORMALISERS
from evaluation.running import Quiet, run_experiment
from evaluation.store import create, open_results
from evaluation.workspace import Workspace
from tests.evaluation.explanations.setting import Setting
from tests.sample import sample_experiment
from tests.staged import staged_experiment

INPUTS = [{"stage": "bm25", "depth": 3}, {"stage": "random", "depth": 30}]
FUSIONS: list[dict[str, Any]] = [
    {"stage": "rrf", "k": 7},
    *({"stage": "weighted", "normaliser": name, "weights": "0.3, 0.9"} for name in NORMALISERS),
    {"stage": "weighted"},
]


@pytest.mark.parametrize("fusion", FUSIONS, ids=str)
def test_the_shares_of_a_fusion_add_up_to_its_score(
    fusion: dict[str, Any], workspace: Workspace
) -> None:
    setting = Setting(workspace, {**fusion, "inputs": INPUTS})
    for query_id, hits in list(setting.run)[:3]:
        for doc_id, score in hits:
            lexical, drawn, stage = setting.explain(query_id, doc_id)
            assert stage["inputs"] == [0, 1]
            assert sum(part["share"] for part in stage["parts"]) == pytest.approx(score, abs=1e-4)
            ranks = [part["rank"] for part in stage["parts"]]
            assert ranks == [lexical["rank"], drawn["rank"]]


def test_a_stage_whose_run_was_deleted_is_asked_again(workspace: Workspace) -> None:
    setting = Setting(workspace, {"stage": "rrf", "inputs": INPUTS})
    before = setting.explain("q1", "d101")
    for entry in list(workspace.cache.entries()):
        if entry.kind == "run":
            workspace.cache.remove("run", entry.key)
    assert setting.explain("q1", "d101") == before


def job(workspace: Workspace, **given: Any) -> dict[str, Any]:
    payload = {"systems": [0, 2], "query": "q1", "document": "d102", **given}
    return explain_job(workspace, payload, Quiet())


def test_the_job_explains_two_systems_as_plain_values(workspace: Workspace) -> None:
    found = job(workspace, experiment=staged_experiment(workspace))
    assert json.loads(json.dumps(found)) == found
    tree, mine = found["systems"]
    assert (tree["name"], mine["name"]) == ("Tree", "Mine")
    assert [stage["method"] for stage in tree["stages"]] == ["terms", "", "fusion", "fusion"]
    assert "drawn at random" in tree["stages"][1]["note"]
    (uploaded,) = mine["stages"]
    assert "holds ranks and scores only" in uploaded["note"]
    hits = open_results(workspace, "staged").system(2).run().hits("q1")
    ids = [doc_id for doc_id, _ in hits]
    assert uploaded["rank"] == ids.index("d102") + 1


def test_a_document_that_the_collection_does_not_hold_is_said(workspace: Workspace) -> None:
    found = job(workspace, experiment=staged_experiment(workspace), document="nowhere")
    lexical = found["systems"][0]["stages"][0]
    assert lexical["rank"] is None
    assert "holds no document 'nowhere'" in lexical["error"]


def test_unknown_systems_are_refused(workspace: Workspace) -> None:
    with pytest.raises(UnknownNameError, match="no system called '9'"):
        job(workspace, experiment=staged_experiment(workspace), systems=[9])


def test_uploaded_runs_without_a_corpus_are_explained_as_far_as_they_can(
    workspace: Workspace,
) -> None:
    from evaluation.collections.collection import Collection
    from tests.sample import random_run, small_collection

    whole = small_collection()
    bare = Collection("Bare", None, whole.queries, whole.qrels)
    collection_id = workspace.add_collection("Bare", bare.save)
    run_id = workspace.add_run(collection_id, "mine", random_run(whole, 1, 1.0), {})
    experiment = sample_experiment(collection_id, [run_id])
    given = {**experiment.to_dict(), "systems": [experiment.systems[1].to_dict()]}
    from evaluation.experiment import experiment_from_dict

    experiment_id = create(workspace, experiment_from_dict(given))
    run_experiment(workspace, experiment_id, Quiet())
    found = job(workspace, experiment=experiment_id, systems=[0], document="d102")
    (stage,) = found["systems"][0]["stages"]
    assert stage["error"] == ""
    assert stage["score"] is not None
