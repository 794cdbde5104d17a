"""The adaptive cut-off: what it keeps, for every scorer."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.collections.collection import Queries, corpus_of
from evaluation.cutoffs.adaptive import GAP, RULES, SCORE, SHARE, AdaptiveCutoff, kept
from evaluation.errors import InputError
from evaluation.evidence import Asked, Placed
from evaluation.grid_values import tunables
from evaluation.run import Run
from evaluation.stage import make_stage
from evaluation.system import Node, System

SCORES = st.lists(st.floats(-1000, 1000, width=32), max_size=30)
RUNS = st.lists(SCORES, min_size=1, max_size=6).map(
    lambda lists: Run.from_lists(
        {
            f"q{row}": [(f"d{place}", score) for place, score in enumerate(scores)]
            for row, scores in enumerate(lists)
        }
    )
)
THETAS = st.floats(-2000, 2000)
SMALL = Run.from_lists({"q": [("a", 8.0), ("b", 6.0), ("c", 4.0), ("d", 3.0), ("e", -1.0)]})


def ids(run: Run) -> list[str]:
    return [doc_id for doc_id, _ in run.hits("q")]


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (AdaptiveCutoff(SCORE, 4.0), "abc"),
        (AdaptiveCutoff(SCORE, 8.5), ""),
        (AdaptiveCutoff(SCORE, -5.0), "abcde"),
        (AdaptiveCutoff(SHARE, 0.5), "abc"),
        (AdaptiveCutoff(SHARE, 1.0), "a"),
        (AdaptiveCutoff(SHARE, 0.0), "abcd"),
        (AdaptiveCutoff(GAP), "abcd"),
    ],
)
def test_what_is_kept_by_hand(stage: AdaptiveCutoff, expected: str) -> None:
    assert ids(stage.cut(SMALL, 10)) == list(expected)


def test_the_largest_gap_is_looked_for_within_the_depth_and_the_first_of_equal_ones_counts() -> (
    None
):
    assert ids(AdaptiveCutoff(GAP).cut(SMALL, 4)) == ["a"]
    assert ids(AdaptiveCutoff(GAP).cut(SMALL, 1)) == ["a"]


def test_a_share_of_negative_scores_keeps_the_best_and_what_is_near_it() -> None:
    run = Run.from_lists({"q": [("a", -2.0), ("b", -2.5), ("c", -3.0), ("d", -9.0)]})
    assert ids(AdaptiveCutoff(SHARE, 0.5).cut(run, 9)) == ["a", "b", "c"]  # -2 - 0.5 * 2
    assert ids(AdaptiveCutoff(SHARE, 1.0).cut(run, 9)) == ["a"]


@given(RUNS, st.integers(1, 40))
def test_below_every_score_it_is_a_fixed_depth(run: Run, depth: int) -> None:
    top = run.top(depth)
    assert np.array_equal(kept(top, SCORE, -np.inf), top.lengths())
    assert list(AdaptiveCutoff(SCORE, -1e38).cut(run, depth)) == list(top)


@given(RUNS, THETAS, THETAS, st.sampled_from(RULES))
def test_more_theta_never_keeps_more(run: Run, one: float, other: float, rule: str) -> None:
    less, more = (kept(run, rule, theta) for theta in sorted((one, other)))
    assert (more <= less).all()


@given(RUNS, THETAS, st.integers(1, 40), st.sampled_from(RULES))
def test_the_order_never_changes_and_scores_decide(
    run: Run, theta: float, depth: int, rule: str
) -> None:
    run = replace(run, failed=frozenset({"q0"}))
    cut = AdaptiveCutoff(rule, theta).cut(run, depth)
    assert cut.failed == {"q0"}
    assert cut.query_ids == run.query_ids
    for query_id, hits in cut:
        assert hits == run.hits(query_id, len(hits))
        assert len(hits) <= depth
        if rule == SCORE:
            assert all(score >= theta for _, score in hits)
            following = run.hits(query_id)[len(hits) : depth]
            assert all(score < theta for _, score in following)


@given(RUNS, st.floats(0.01, 100), st.floats(0, 1))
def test_a_share_does_not_depend_on_the_size_of_the_scores(
    run: Run, factor: float, theta: float
) -> None:
    whole = 2.0 ** np.round(np.log2(factor))  # exact in single precision
    scaled = replace(run, scores=(run.scores * whole).astype(np.float32), _postings=None)
    tiny = np.abs(run.scores)[run.scores != 0]
    if not len(tiny) or tiny.min() > 1e-30:
        assert np.array_equal(kept(run, SHARE, theta), kept(scaled, SHARE, theta))


@pytest.mark.parametrize("theta", [float("inf"), float("-inf"), float("nan")])
def test_theta_must_be_a_number_that_a_file_can_hold(theta: float) -> None:
    with pytest.raises(InputError, match="finite"):
        AdaptiveCutoff(SCORE, theta)


def test_theta_can_be_tuned_on_the_grid() -> None:
    system = System("s", Node(AdaptiveCutoff(), (Node(make_stage("bm25", {})),)))
    theta = next(found for found in tunables(system) if found.name == "theta")
    assert theta.axis(system, "-1.5, 0:1:0.5").values == (-1.5, 0.0, 0.5, 1.0)
    assert len(theta.suggestion().split(",")) > 2


def test_an_explanation_says_where_the_ranking_ends_and_why() -> None:
    placed = Placed("q", "", "a", "")
    queries = Queries.of({"q": ""})
    asked = Asked(placed, corpus_of([]), queries, [SMALL], 10)
    found = AdaptiveCutoff(SHARE, 0.5).explain(asked)
    assert found.note == "Kept 3 of 5: those with a score of at least 4.0000, 0.5 of the best."
    assert [(row["Rank"], row["Kept"]) for row in found.parts] == [
        (1, "yes"), (2, "yes"), (3, "yes"), (4, "no"), (5, "no"),
    ]  # fmt: skip
    empty = replace(asked, inputs=[Run.from_lists({"q": []})])
    assert AdaptiveCutoff().explain(empty).note == "There was nothing to keep."


@pytest.mark.parametrize("rule", RULES)
def test_without_queries_or_hits_nothing_is_kept(rule: str) -> None:
    for run in (Run.from_lists({}), Run.from_lists({"q": [], "r": []})):
        assert list(AdaptiveCutoff(rule).cut(run, 5)) == list(run)
