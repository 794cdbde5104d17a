from pathlib import Path
from typing import Any

import pytest

from evaluation.environment import environment
from evaluation.estimate import SystemEstimate, estimate, missing_indexes
from evaluation.execution import SAMPLE, WARM_UP, Execution
from evaluation.experiment import experiment_from_dict
from evaluation.progress import SILENT
from evaluation.running import Quiet, execution_for, run_experiment
from evaluation.speeds import FUSED, ROUGH, speeds
from evaluation.stage import make_stage
from evaluation.store import create
from evaluation.system import System, digest, system_from_dict
from evaluation.workspace import Workspace
from tests.sample import small_collection

DOCUMENTS, QUERIES = 48, 8
LEXICAL = ROUGH["nothing"]
BM25 = system_from_dict({"name": "BM25", "stage": "bm25"})
SHALLOW = system_from_dict({"name": "Shallow", "stage": "bm25", "depth": 5})
HYBRID = system_from_dict(
    {"name": "Hybrid", "stage": "rrf", "inputs": [{"stage": "bm25"}, {"stage": "random"}]}
)


@pytest.fixture
def collection_id(workspace: Workspace) -> str:
    return workspace.add_collection("Small", small_collection().save)


def execution(workspace: Workspace, collection_id: str) -> Execution:
    asked = {"collection": collection_id, "split": "test", "systems": [{"stage": "random"}]}
    return execution_for(workspace, experiment_from_dict(asked), lambda line: SILENT)


def look(workspace: Workspace, collection_id: str, *systems: System) -> list[SystemEstimate]:
    return estimate(execution(workspace, collection_id), systems)


def run(workspace: Workspace, collection_id: str, *systems: System) -> None:
    asked = experiment_from_dict(
        {
            "collection": collection_id,
            "split": "test",
            "systems": [system.to_dict() for system in systems],
        }
    )
    run_experiment(workspace, create(workspace, asked), Quiet())


def remember(workspace: Workspace, kind: Any, number: int, **record: Any) -> None:
    """Put an earlier index or run into the cache."""

    def write(folder: Path) -> dict[str, Any]:
        (folder / "file").touch()
        return {"environment": environment(), "parameters": {}, **record}

    workspace.cache.add(kind, digest(number), write)


def test_before_anything_ran_everything_is_computed_at_a_rough_speed(
    workspace: Workspace, collection_id: str
) -> None:
    (found,) = look(workspace, collection_id, BM25)
    assert [(step.what, step.state) for step in found.steps] == [
        ("index", "computed"),  # the term counts that the index starts from
        ("index", "computed"),
        ("run", "computed"),
    ]
    assert found.steps[1].seconds == pytest.approx(DOCUMENTS / LEXICAL.documents)
    asked = QUERIES + SAMPLE + WARM_UP  # all at once, then the timed ones
    assert found.steps[2].seconds == pytest.approx(asked / LEXICAL.queries)
    assert not found.measured
    assert not found.ready


def test_what_ran_is_reused_and_takes_no_time(workspace: Workspace, collection_id: str) -> None:
    run(workspace, collection_id, BM25)
    (found,) = look(workspace, collection_id, BM25)
    assert found.states("index") == ["reused"]
    assert found.states("run") == ["reused"]
    assert found.ready
    assert found.measured
    assert found.seconds == 0


def test_another_depth_needs_a_run_but_no_index(workspace: Workspace, collection_id: str) -> None:
    run(workspace, collection_id, BM25)
    (found,) = look(workspace, collection_id, SHALLOW)
    assert found.states("index") == ["reused"]
    assert found.states("run") == ["computed"]


def test_what_two_systems_share_is_counted_once_for_the_one_that_runs_first(
    workspace: Workspace, collection_id: str
) -> None:
    hybrid, bm25, shallow = look(workspace, collection_id, HYBRID, BM25, SHALLOW)
    assert bm25.states("index") == ["computed", "computed"]
    assert shallow.states("index") == ["shared"]
    assert [(s.line, s.state) for s in hybrid.steps if s.what == "run"] == [
        ("bm25 @ 1000", "shared"),
        ("random @ 1000", "computed"),
        ("rrf(bm25, random) @ 1000", "computed"),
    ]
    fusion = hybrid.steps[-1]
    assert fusion.seconds == pytest.approx((QUERIES + SAMPLE + WARM_UP) / FUSED)


def test_a_cached_run_hides_what_it_was_made_from(workspace: Workspace, collection_id: str) -> None:
    run(workspace, collection_id, HYBRID)
    for entry in workspace.cache.entries():
        if entry.kind == "index":
            workspace.cache.remove("index", entry.key)
    hybrid, shallow = look(workspace, collection_id, HYBRID, SHALLOW)
    assert [step.state for step in hybrid.steps] == ["reused"]
    assert shallow.states("index") == ["computed", "computed"]


def test_looking_computes_nothing(workspace: Workspace, collection_id: str) -> None:
    look(workspace, collection_id, HYBRID)
    assert not list(workspace.cache.entries())


def test_a_model_is_loaded_once_per_stage_and_reranking_counts_pairs(
    workspace: Workspace, collection_id: str
) -> None:
    tree = {"name": "M", "stage": "maxsim", "depth": 20, "inputs": [{"stage": "random"}]}
    (found,) = look(workspace, collection_id, system_from_dict(tree))
    rough = ROUGH["a model"]
    timed = min(8.0, (SAMPLE + WARM_UP) * 20 / rough.pairs)
    assert found.steps[-1].seconds == pytest.approx(
        QUERIES * 20 / rough.pairs + timed + rough.start
    )


def test_missing_indexes_are_listed_once_each(workspace: Workspace, collection_id: str) -> None:
    work = execution(workspace, collection_id)
    found = missing_indexes(work, [BM25, HYBRID, SHALLOW])
    assert [step.line for step in found] == ["Term counts", "BM25", "Random order"]
    run(workspace, collection_id, BM25)
    assert [step.line for step in missing_indexes(work, [BM25, HYBRID])] == ["Random order"]


def test_the_speed_is_that_of_earlier_work_on_this_machine(workspace: Workspace) -> None:
    stage = make_stage("bm25", {})
    for number, seconds in enumerate((10.0, 20.0, 50.0)):
        remember(
            workspace, "index", number, stage="bm25", documents=1000, seconds=seconds, base="counts"
        )
    speed = speeds(workspace.cache).indexing(stage, 2000)
    assert speed.measured
    assert speed.per_second == 1000 / 20  # the median of 100, 50 and 20 per second


def test_a_searching_speed_falls_with_a_larger_corpus(workspace: Workspace) -> None:
    stage = make_stage("bm25", {})
    remember(workspace, "index", 1, stage="bm25", documents=100, seconds=1.0, base="counts")
    record = {"stage": "bm25", "queries": 50, "hits": 500, "seconds": 2.0, "index": digest(1)}
    remember(workspace, "run", 2, **record)
    known = speeds(workspace.cache)
    assert known.searching(stage, 50, 100).per_second == 25
    assert known.searching(stage, 10, 50).per_second == 25
    assert known.searching(stage, 10, 400).per_second == 25 / 4


def test_short_work_on_little_data_tells_nothing_about_a_large_corpus(
    workspace: Workspace,
) -> None:
    stage = make_stage("bm25", {})
    remember(workspace, "index", 1, stage="bm25", documents=100, seconds=2.0)
    speed = speeds(workspace.cache).indexing(stage, 100_000)
    assert not speed.measured
    assert speed.per_second == LEXICAL.documents


def test_the_nearest_parameters_count_and_other_machines_do_not(workspace: Workspace) -> None:
    near = {"model": "all-MiniLM-L6-v2"}
    stage = make_stage("dense", {})
    remember(workspace, "index", 1, stage="dense", documents=900, seconds=10.0, parameters=near)
    remember(workspace, "index", 2, stage="dense", documents=500, seconds=50.0)
    elsewhere = environment() | {"processor": "another"}
    remember(
        workspace,
        "index",
        3,
        stage="dense",
        documents=900,
        seconds=5.0,
        parameters=near,
        environment=elsewhere,
    )
    assert speeds(workspace.cache).indexing(stage, 1000).per_second == 90


def test_a_new_entry_is_seen_at_once(workspace: Workspace) -> None:
    stage = make_stage("bm25", {})
    assert not speeds(workspace.cache).indexing(stage, 10).measured
    remember(workspace, "index", 1, stage="bm25", documents=100, seconds=1.0, base="counts")
    assert speeds(workspace.cache).indexing(stage, 10).measured
    workspace.cache.remove("index", digest(1))
    assert not speeds(workspace.cache).indexing(stage, 10).measured
