from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evaluation.cache import _sound
from evaluation.errors import CancelledError
from evaluation.execution import Execution
from evaluation.experiment import experiment_from_dict
from evaluation.progress import SILENT, Progress
from evaluation.retrievers import bm25
from evaluation.retrievers.base import BASE, link_base
from evaluation.retrievers.bm25 import BM25
from evaluation.retrievers.query_likelihood import QueryLikelihood
from evaluation.running import Quiet, execution_for, run_experiment
from evaluation.store import create, list_experiments, open_results, scores_of
from evaluation.system import Node, system_from_dict
from evaluation.system_figures import system_figures
from evaluation.workspace import Workspace
from tests.sample import small_collection


def execution(workspace: Workspace, collection_id: str) -> Execution:
    experiment = experiment_from_dict(
        {"collection": collection_id, "split": "test", "systems": [{"stage": "random"}]}
    )
    return execution_for(workspace, experiment, lambda line: SILENT)


def test_a_node_is_computed_once_and_then_reused(workspace: Workspace) -> None:
    collection_id = workspace.add_collection("Small", small_collection().save)
    node = system_from_dict({"stage": "random", "depth": 5}).root
    first = execution(workspace, collection_id)
    assert not first.cached(node)
    assert not first.run(node).reused
    second = execution(workspace, collection_id)
    assert second.cached(node)
    assert second.run(node).reused
    assert list(second.run(node).run) == list(first.run(node).run)


def test_another_depth_reuses_the_index_but_not_the_run(workspace: Workspace) -> None:
    work = execution(workspace, workspace.add_collection("Small", small_collection().save))
    work.run(system_from_dict({"stage": "random", "depth": 5}).root)
    other = system_from_dict({"stage": "random", "depth": 6}).root
    assert work.index_cached(other)
    assert not work.cached(other)


def test_changed_data_under_the_same_name_is_never_answered_from_the_cache(
    workspace: Workspace,
) -> None:
    node = system_from_dict({"stage": "random"}).root
    first = workspace.add_collection("Same", small_collection(seed=1).save)
    execution(workspace, first).run(node)
    workspace.discard("collections", first)
    again = workspace.add_collection("Same", small_collection(seed=2).save)
    assert again != first  # the old one may be put back
    assert not execution(workspace, again).cached(node)


def test_what_was_damaged_on_the_disk_is_computed_again(workspace: Workspace) -> None:
    collection_id = workspace.add_collection("Small", small_collection().save)
    node = system_from_dict({"stage": "bm25"}).root
    sound = list(execution(workspace, collection_id).run(node).run)
    for entry in workspace.cache.entries():
        whole = workspace.cache.content(entry)
        names = ("hits.arrow", "scores.npy", "totals.npy")  # of a run, BM25 and its term counts
        path = next(whole / name for name in names if (whole / name).exists())
        content = bytearray(path.read_bytes())
        content[-3] ^= 16
        path.write_bytes(content)
    _sound.cache_clear()  # as in another process
    bm25.load.cache_clear()
    again = execution(workspace, collection_id).run(node)
    assert not again.reused
    assert list(again.run) == sound


def test_a_cancelled_node_leaves_nothing_in_the_cache(workspace: Workspace) -> None:
    class Stop:
        def report(self, done: int, total: int | None, unit: str = "documents") -> None:
            if unit == "queries" and done == 3:
                raise CancelledError

    work = execution(workspace, workspace.add_collection("Small", small_collection().save))
    stopping = replace(work, progress=lambda line: Stop(), outcomes={})
    with pytest.raises(CancelledError):
        stopping.run(system_from_dict({"stage": "random"}).root)
    assert [entry.kind for entry in workspace.cache.entries()] == ["index"]


def test_a_system_says_what_it_cost(workspace: Workspace) -> None:
    work = execution(workspace, workspace.add_collection("Small", small_collection().save))
    figures = system_figures(work, system_from_dict({"stage": "random"}).root)
    assert len(figures["latency_ms"]) == 8
    assert 0 < figures["latency_p50_ms"] <= figures["latency_p95_ms"]
    assert figures["peak_memory_bytes"] > 1e6
    assert figures["environment"]["libraries"]["numpy"]
    assert figures["nodes"][0]["line"] == "random @ 1000"


def test_results_of_an_experiment_are_stored_system_by_system(
    sample: tuple[Workspace, str, str],
) -> None:
    workspace, collection_id, experiment_id = sample
    results = open_results(workspace, experiment_id)
    assert [result.state for result in results.systems] == ["done"] * 4
    assert results.query_ids == [f"q{number}" for number in range(1, 9)]
    stored = results.systems[1].stored_scores()
    qrels = workspace.collection(collection_id).split("test")
    again = scores_of(results, 1, ["nDCG@10", "P@3"], qrels)
    assert again["nDCG@10"].tolist() == stored["nDCG@10"].tolist()
    assert len(again["P@3"]) == 8
    assert list_experiments(workspace)[0]["done"] == 4


def test_a_system_that_fails_is_recorded_with_its_reason_and_the_others_go_on(
    workspace: Workspace,
) -> None:
    collection_id = workspace.add_collection("Small", small_collection().save)
    systems: list[dict[str, Any]] = [
        {"name": "gone", "stage": "run", "run": "no-such-run"},
        {"name": "floor", "stage": "random"},
    ]
    experiment = experiment_from_dict(
        {"name": "E", "collection": collection_id, "split": "test", "systems": systems}
    )
    listener = Quiet()
    results = run_experiment(workspace, create(workspace, experiment), listener)
    assert [result.state for result in results.systems] == ["failed", "done"]
    assert "no uploaded run called 'no-such-run'" in results.systems[0].error
    assert [state["state"] for state in listener.last] == ["failed", "done"]
    assert results.baseline is results.systems[1]


def test_an_experiment_without_judgements_ranks_all_queries(workspace: Workspace) -> None:
    collection_id = workspace.add_collection("Small", small_collection().save)
    experiment = experiment_from_dict(
        {"collection": collection_id, "systems": [{"stage": "random", "depth": 3}]}
    )
    results = run_experiment(workspace, create(workspace, experiment), Quiet())
    assert results.systems[0].state == "done"
    assert len(results.systems[0].run()) == 8 * 3


def test_resuming_computes_only_what_is_missing(workspace: Workspace) -> None:
    collection_id = workspace.add_collection("Small", small_collection().save)
    systems = [{"name": f"random {seed}", "stage": "random", "seed": seed} for seed in (1, 2, 3)]
    experiment = experiment_from_dict(
        {"collection": collection_id, "split": "test", "systems": systems}
    )

    class StopAtSecond(Quiet):
        def step(self, line: str) -> Progress:
            if "seed=2" in line:
                raise CancelledError
            return SILENT

    experiment_id = create(workspace, experiment)
    with pytest.raises(CancelledError):
        run_experiment(workspace, experiment_id, StopAtSecond())
    states = [result.state for result in open_results(workspace, experiment_id).systems]
    assert states == ["done", "pending", "pending"]
    steps: list[str] = []

    class Note(Quiet):
        def step(self, line: str) -> Progress:
            steps.append(line)
            return SILENT

    run_experiment(workspace, experiment_id, Note())
    assert not any("seed=1" in line for line in steps)
    states = [result.state for result in open_results(workspace, experiment_id).systems]
    assert states == ["done"] * 3


def test_an_index_that_starts_from_another_has_it_linked_and_both_are_kept(
    workspace: Workspace,
) -> None:
    work = execution(workspace, workspace.add_collection("Small", small_collection().save))
    first, second = (Node(BM25(k1=k1)) for k1 in (0.5, 1.5))
    entries = [work.index(node) for node in (first, second)]
    counts = work.index(Node(BM25().built_from()))
    assert [entry.record["base"] for entry in entries] == [counts.key] * 2
    assert len(list(workspace.cache.entries())) == 3
    shared = workspace.cache.content(counts) / "terms.arrow"
    for entry in entries:
        linked = workspace.cache.content(entry) / BASE / "terms.arrow"
        assert linked.stat().st_ino == shared.stat().st_ino


def test_an_index_outlives_the_one_it_started_from(workspace: Workspace) -> None:
    work = execution(workspace, workspace.add_collection("Small", small_collection().save))
    node = Node(BM25(), depth=5)
    expected = list(work.run(node).run)
    counts = work.index(Node(BM25().built_from()))
    workspace.cache.remove("index", counts.key)
    assert work.index_cached(node)
    assert list(work.search_once(node, work.queries)) == expected


def test_a_newer_version_of_the_base_makes_index_and_run_anew(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = execution(workspace, workspace.add_collection("Small", small_collection().save))
    node, other = Node(BM25()), system_from_dict({"stage": "random"}).root
    work.run(node)
    work.run(other)
    monkeypatch.setattr(QueryLikelihood, "version", QueryLikelihood.version + 1)
    assert not work.index_cached(node)
    assert not work.cached(node)
    assert work.cached(other)


def test_an_index_is_copied_where_the_disk_knows_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: str, target: str) -> None:
        raise OSError

    monkeypatch.setattr("evaluation.retrievers.base.os.link", refuse)
    (tmp_path / "index" / "inner").mkdir(parents=True)
    (tmp_path / "index" / "inner" / "file.npy").write_bytes(b"content")
    link_base(tmp_path / "index", tmp_path / "built")
    copied = tmp_path / "built" / BASE / "inner" / "file.npy"
    assert copied.read_bytes() == b"content"
    assert copied.stat().st_nlink == 1
