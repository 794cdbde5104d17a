from pathlib import Path

import numpy as np
import pytest

from evaluation.cache import Cache
from evaluation.errors import InputError
from evaluation.execution import Execution
from evaluation.feedback.base import Feedback
from evaluation.feedback.encoder_feedback import EncoderFeedback
from evaluation.feedback.rocchio import Rocchio
from evaluation.fusion.weighted import NORMALISERS
from evaluation.interpolation import (
    FEEDBACKS,
    MIXED,
    Interpolation,
    feedback_label,
    place_of,
    places_of,
)
from evaluation.progress import SILENT
from evaluation.run import Run
from evaluation.stage import make_stage
from evaluation.system import Node, System, node_from_dict
from tests.axis_bridge import AXIS, Bridge
from tests.bridge import target_recall

BM25, DENSE = Node(make_stage("bm25", {"stemmer": "none"})), Node(make_stage("dense", {}))
BOTH = [{"stage": "bm25"}, {"stage": "dense"}]
NOTHING = Run.from_lists({})


def grid(
    weights: tuple[float, ...] = (0.0, 0.3, 1.0),
    normalisers: tuple[str, ...] = ("min-max", "z-score"),
    feedbacks: tuple[Feedback, ...] = tuple(FEEDBACKS.values()),
) -> Interpolation:
    return Interpolation(BM25, DENSE, weights, normalisers, feedbacks)


def test_the_systems_are_counted_before_they_are_made() -> None:
    made = grid().systems()
    assert len(made) == grid().size == 2 + 3 * 2 * (1 + 3 * 2)
    assert len({system.name for system in made}) == len(made)
    assert len({system.root for system in made}) == len(made)


def test_every_system_of_a_grid_is_recognised_by_its_structure() -> None:
    made = [System(str(number), system.root) for number, system in enumerate(grid().systems())]
    places = places_of(made)
    assert list(places) == list(range(len(made)))
    counts = {arm: sum(p.arm == arm for p in places.values()) for arm in MIXED}
    assert counts == {"none": 6, "before": 12, "after": 12, "both": 12}
    settings = {(p.arm, p.weight, p.normaliser, p.feedback) for p in places.values()}
    assert len(settings) == len(made)
    assert {p.pair for p in places.values() if p.arm in MIXED} == {"BM25 (stemmer=none) + Dense"}


def test_the_inputs_may_stand_in_any_order_and_weights_need_not_sum_to_one() -> None:
    weighted = make_stage("weighted", {"weights": "3, 1"})
    place = place_of(Node(weighted, (DENSE, BM25)))
    assert place is not None
    assert (place.arm, place.weight) == ("none", 0.25)
    equal = place_of(Node(make_stage("weighted", {}), (BM25, Node(Rocchio(), (DENSE,)))))
    assert equal is not None
    assert (equal.arm, equal.weight, equal.feedback) == ("after", 0.5, Rocchio())


@pytest.mark.parametrize(
    "tree",
    [
        {"stage": "rrf", "inputs": BOTH},
        {"stage": "weighted", "inputs": [{"stage": "bm25"}, {"stage": "random"}]},
        {"stage": "weighted", "inputs": [{"stage": "dense"}, {"stage": "dense", "m": 3}]},
        {"stage": "weighted", "inputs": [{"stage": "bm25"}] * 3},
        {"stage": "rocchio", "inputs": [{"stage": "dense"}]},
        {"stage": "weighted", "weights": "-1, 2", "inputs": BOTH},
        {"stage": "weighted", "weights": "1", "inputs": BOTH},
    ],
)
def test_other_systems_are_no_arms(tree: dict[str, object]) -> None:
    assert place_of(node_from_dict(tree)) is None


def test_mixes_before_and_after_that_differ_are_no_arm() -> None:
    inner = Node(make_stage("weighted", {"weights": "0.2, 0.8"}), (BM25, DENSE))
    outer = make_stage("weighted", {"weights": "0.3, 0.7"})
    assert place_of(Node(outer, (BM25, Node(Rocchio(), (inner,))))) is None


def test_retrievers_alone_are_arms_only_beside_a_mix_of_them() -> None:
    alone = [System("a", BM25), System("b", DENSE), System("c", Node(make_stage("random", {})))]
    assert places_of(alone) == {}
    mixed = [*alone, System("d", Node(make_stage("weighted", {}), (BM25, DENSE)))]
    assert [place.arm for place in places_of(mixed).values()] == ["sparse", "dense", "none"]


def test_what_cannot_be_tried_is_answered_with_a_sentence() -> None:
    with pytest.raises(InputError, match="no weight to try"):
        grid(weights=())
    with pytest.raises(InputError, match="no kind of feedback"):
        grid(feedbacks=())
    with pytest.raises(InputError, match=r"1\.2 is not between 0 and 1"):
        grid(weights=(0.2, 1.2))
    with pytest.raises(InputError, match="makes 996 systems; 300 are the most"):
        grid(weights=tuple(np.linspace(0, 1, 71)))


def test_kinds_of_feedback_have_short_names() -> None:
    named = [feedback_label(stage) for stage in (*FEEDBACKS.values(), EncoderFeedback())]
    assert named == ["Rocchio 5/0.4/0.6", "average of 3", "Encoder feedback (untrained)"]


@pytest.fixture
def ran(bridge: Bridge, tmp_path: Path) -> Execution:
    cache = Cache(tmp_path / "cache")
    queries = bridge.collection.queries
    return Execution(bridge.collection, queries, cache, lambda _: NOTHING, lambda _: SILENT)


def runs_of(ran: Execution, plan: Interpolation) -> dict[str, Run]:
    return {system.name: ran.run(system.root).run for system in plan.systems()}


def same_order(run: Run, expected: Run) -> None:
    """Check that each ranking begins as the expected one, as far as that has no lowest score.

    What a run did not return counts as its lowest score, so the mix goes on after it. Scores that
    differ in their last digits alone may become equal when they are brought to another scale.
    """
    for query_id, hits in expected:
        known, least = dict(hits), hits[-1][1] if hits else 0.0
        wanted = [score for _, score in hits if score > least]
        found = [known.get(doc, least) for doc, _ in run.hits(query_id, len(wanted))]
        np.testing.assert_allclose(found, wanted, rtol=5e-7)


@pytest.mark.parametrize("normaliser", NORMALISERS)
def test_weights_of_one_and_zero_rank_as_the_one_retriever(normaliser: str, ran: Execution) -> None:
    dense = Node(make_stage("dense", {"model": AXIS}))
    stage = Rocchio(k=3)
    plan = Interpolation(BM25, dense, (0.0, 1.0), (normaliser,), (stage,))
    runs, label = runs_of(ran, plan), feedback_label(stage)
    same_order(runs[f"No feedback · 1 {normaliser}"], runs["Sparse alone"])
    same_order(runs[f"No feedback · 0 {normaliser}"], runs["Dense alone"])
    alone = ran.run(Node(stage, (dense,))).run
    same_order(runs[f"Mixed after · 0 {normaliser} · {label}"], alone)
    same_order(runs[f"Mixed after · 1 {normaliser} · {label}"], runs["Sparse alone"])
    same_order(runs[f"Mixed before and after · 1 {normaliser} · {label}"], runs["Sparse alone"])


def test_feedback_from_no_document_is_no_feedback(ran: Execution) -> None:
    dense = Node(make_stage("dense", {"model": AXIS}))
    plan = Interpolation(BM25, dense, (0.3,), ("min-max",), (Rocchio(k=0),))
    runs = {name.partition(" ·")[0]: list(run) for name, run in runs_of(ran, plan).items()}
    assert runs["Mixed before"] == runs["Dense alone"]  # what dense search says last
    assert runs["Mixed after"] == runs["No feedback"]
    assert runs["Mixed before and after"] == runs["No feedback"]


def test_every_arm_with_feedback_finds_what_mixing_alone_cannot(ran: Execution) -> None:
    dense = Node(make_stage("dense", {"model": AXIS}))
    plan = Interpolation(BM25, dense, (0.3,), ("none",), (Rocchio(method="average", k=3),))
    found = {n.partition(" ·")[0]: target_recall(run) for n, run in runs_of(ran, plan).items()}
    assert found["Sparse alone"] == found["Dense alone"] == 0
    assert min(found["Mixed before"], found["Mixed after"], found["Mixed before and after"]) >= 0.9
