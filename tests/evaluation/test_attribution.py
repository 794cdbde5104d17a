"""Fates and flows against hand numbers and against a count in plain Python."""

import random
from dataclasses import replace

import numpy as np
import pytest

from evaluation.attribution import Attribution, attribute
from evaluation.collections.collection import Qrels
from evaluation.run import Run
from evaluation.stage_figures import Flow
from evaluation.stage_runs import StageRun, stage_runs
from evaluation.store import open_results
from evaluation.system import Node, system_from_dict
from evaluation.workspace import Workspace
from tests.staged import staged_experiment

TREE = {
    "stage": "maxsim",
    "depth": 3,
    "inputs": [{"stage": "rrf", "depth": 4, "inputs": [{"stage": "bm25"}, {"stage": "dense"}]}],
}


def ranking(*doc_ids: str) -> Run:
    return Run.from_lists({"q": [(doc_id, -float(n)) for n, doc_id in enumerate(doc_ids)]})


def staged(*runs: Run | None) -> list[StageRun]:
    """BM25 and dense, their fusion, a reranker, with the given runs."""
    nodes = list(system_from_dict(TREE).root.walk())
    inputs: tuple[tuple[int, ...], ...] = ((), (), (0, 1), (2,))
    return [StageRun(*each) for each in zip(nodes, inputs, runs, strict=True)]


CHAIN = (
    ranking("a", "x", "b", "c"),  # BM25
    ranking("d", "y", "a", "z", "e"),  # dense
    ranking("a", "d", "x", "b"),  # fused: drops c and e
    ranking("x", "b", "a"),  # reranked: drops d
)
QRELS = Qrels.of_dict({"q": {"a": 1, "b": 2, "c": 1, "d": 1, "e": 1, "f": 1, "x": 0}})


def fates(found: Attribution) -> dict[str, str]:
    kinds = [f"{f.kind} {f.stage}" if f.stage is not None else f.kind for f in found.fates]
    return dict(zip(found.doc_ids.to_pylist(), (kinds[n] for n in found.fate), strict=True))


def test_by_hand_every_document_has_its_fate() -> None:
    found = attribute(staged(*CHAIN), QRELS, "P@2", ["q"])
    assert fates(found) == {
        "a": "below",
        "b": "top",
        "c": "lost 2",
        "d": "lost 3",
        "e": "lost 2",
        "f": "never",
    }
    assert [fate.kind for fate in found.fates] == [
        "never",
        "failed",
        "lost",
        "lost",
        "below",
        "top",
    ]
    assert found.counts.tolist() == [1, 0, 2, 1, 1, 1]
    assert found.per_query().tolist() == [[1, 0, 2, 1, 1, 1]]


def test_by_hand_the_figures_of_each_stage() -> None:
    figures = attribute(staged(*CHAIN), QRELS, "P@2", ["q"]).figures
    assert all(each is not None for each in figures)
    lexical, dense, fused, last = (each for each in figures if each is not None)
    assert [each.candidates for each in (lexical, dense, fused, last)] == [3, 3, 3, 2]
    assert [each.ceiling for each in (lexical, fused, last)] == pytest.approx([3 / 6, 3 / 6, 2 / 6])
    assert (lexical.value, lexical.best, lexical.gain) == (1 / 2, 1.0, 1 / 2)
    assert (fused.value, fused.best, last.value, last.best) == (1.0, 1.0, 1 / 2, 1.0)
    assert lexical.flow == Flow(kept=0, won=1, lost=0, low=2, unseen=3, failed=0)
    assert fused.flow == Flow(kept=2, won=0, lost=0, low=3, unseen=1, failed=0)
    # the reranker reads a, d, b: d was in the first two and is dropped, b comes up, a goes down
    assert last.flow == Flow(kept=0, won=1, lost=2, low=0, unseen=3, failed=0)


def test_a_reranker_does_not_see_what_is_below_its_depth() -> None:
    node = Node(system_from_dict(TREE).root.stage, (system_from_dict({"stage": "bm25"}).root,), 2)
    stages = [StageRun(node.inputs[0], (), CHAIN[0]), StageRun(node, (0,), ranking("x", "a"))]
    found = attribute(stages, QRELS, "P@1", ["q"])
    assert found.figures[1] is not None
    assert found.figures[1].flow == Flow(kept=0, won=0, lost=1, low=0, unseen=5, failed=0)
    assert fates(found)["b"] == "lost 1"  # it was third, and two were read


def test_without_a_cut_off_the_depth_of_the_last_stage_is_one() -> None:
    found = attribute(staged(*CHAIN), QRELS, "AP", ["q"])
    assert found.cutoff == 3
    assert fates(found)["a"] == "top"


def test_the_relevance_threshold_of_the_measure_counts() -> None:
    assert fates(attribute(staged(*CHAIN), QRELS, "AP(rel=2)", ["q"])) == {"b": "top"}


def test_a_missing_run_is_replaced_by_what_it_was_made_from() -> None:
    found = attribute(staged(CHAIN[0], CHAIN[1], None, CHAIN[3]), QRELS, "P@2", ["q"])
    assert found.missing == [2]
    assert fates(found) == {
        **dict.fromkeys("cde", "lost 3"),
        "a": "below",
        "b": "top",
        "f": "never",
    }
    assert found.figures[2] is None
    assert found.figures[3] is not None
    assert found.figures[3].flow is None


def test_documents_of_a_failed_query_are_neither_lost_nor_found() -> None:
    broken = replace(CHAIN[3], failed=frozenset({"q"}))
    found = attribute(staged(*CHAIN[:3], broken), QRELS, "P@2", ["q"])
    assert set(fates(found).values()) == {"failed"}
    last = found.figures[3]
    assert last is not None
    assert last.flow == Flow(0, 0, 0, 0, 0, failed=6)
    assert np.isnan([last.value, last.best, last.ceiling, found.values[0]]).all()


def random_runs(chosen: random.Random, query_ids: list[str]) -> list[Run]:
    """Stages that hand on a random part of what they read, in random order."""

    def part(held: dict[str, list[str]]) -> dict[str, list[str]]:
        return {q: chosen.sample(d, chosen.randint(0, len(d))) for q, d in held.items()}

    every = {q: [f"d{n}" for n in range(12)] for q in query_ids}
    leaves = [part(every), part(every)]
    fused = part({q: list({*leaves[0][q], *leaves[1][q]}) for q in query_ids})
    runs = [*leaves, fused, part(fused)]
    return [
        Run.from_lists({q: [(d, -float(n)) for n, d in enumerate(docs)] for q, docs in run.items()})
        for run in runs
    ]


@pytest.mark.parametrize("repeat", range(20))
def test_every_relevant_document_is_accounted_for_exactly_once(repeat: int) -> None:
    chosen = random.Random()
    asked = [f"q{n}" for n in range(chosen.randint(1, 5))]
    judged = {
        q: {f"d{n}": chosen.choice([-1, 0, 1, 2]) for n in chosen.sample(range(15), 8)}
        for q in [*asked, "not asked"]
    }
    runs = random_runs(chosen, asked)
    stages = staged(*runs)
    kept = [run if place == 3 or chosen.random() < 0.8 else None for place, run in enumerate(runs)]
    for given in (stages, staged(*kept)):
        found = attribute(given, Qrels.of_dict(judged), "nDCG@3", asked)
        total = sum(grade >= 1 for q in asked for grade in judged[q].values())
        assert int(found.counts.sum()) == len(found.fate) == total
        assert found.per_query().sum() == total
        pairs = zip(found.queries.tolist(), found.doc_ids.to_pylist(), strict=True)
        assert len(set(pairs)) == total
        flows = [each.flow for each in found.figures if each is not None and each.flow is not None]
        for flow in flows:
            assert sum(vars(flow).values()) == total
    assert_as_in_plain_python(
        attribute(stages, Qrels.of_dict(judged), "nDCG@3", asked), runs, asked
    )


def assert_as_in_plain_python(found: Attribution, runs: list[Run], asked: list[str]) -> None:
    for row, doc_id, fate in zip(
        found.queries.tolist(), found.doc_ids.to_pylist(), found.fate.tolist(), strict=True
    ):
        held = [[doc for doc, _ in run.hits(asked[row])] for run in runs]
        if doc_id in held[3]:
            expected = "top" if held[3].index(doc_id) < 3 else "below"
        elif doc_id in held[2]:
            expected = "lost 3"
        else:
            expected = "lost 2" if doc_id in held[0] + held[1] else "never"
        known = found.fates[fate]
        assert (known.kind if known.stage is None else f"lost {known.stage}") == expected


def test_stages_are_found_with_their_runs_and_a_shared_branch_once(workspace: Workspace) -> None:
    results = open_results(workspace, staged_experiment(workspace))
    stages = stage_runs(workspace.cache, results.system(0))
    assert [stage.node.stage.name for stage in stages] == ["bm25", "random", "rrf", "rrf"]
    assert [stage.inputs for stage in stages] == [(), (), (0, 1), (2, 0)]
    depths = [int(stage.run.lengths().max()) for stage in stages if stage.run is not None]
    assert depths == [5, 9, 4, 6]
    key = results.system(0).figures["nodes"][1]["key"]
    workspace.cache.remove("run", key)
    again = stage_runs(workspace.cache, results.system(0))
    assert [stage.run is None for stage in again] == [False, True, False, False]
    for entry in list(workspace.cache.entries()):
        workspace.cache.remove(entry.kind, entry.key)
    bare = stage_runs(workspace.cache, results.system(0))
    assert [stage.run is None for stage in bare] == [True, True, True, False]
