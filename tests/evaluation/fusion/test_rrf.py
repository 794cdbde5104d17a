import numpy as np
import pytest

from evaluation.errors import InputError
from evaluation.fusion import merging
from evaluation.fusion.rrf import ReciprocalRank
from evaluation.run import Run
from tests.evaluation.fusion.sample_runs import random_runs, ranked


def test_scores_are_sums_of_reciprocal_ranks() -> None:
    first = Run.from_lists({"q": [("a", 9.0), ("b", 8.0)]})
    second = Run.from_lists({"q": [("b", 0.2), ("c", 0.1)]})
    fused = ReciprocalRank().fuse([first, second], 10)
    expected = {"b": 1 / (60 + 2) + 1 / (60 + 1), "a": 1 / (60 + 1), "c": 1 / (60 + 2)}
    assert dict(fused.hits("q")) == pytest.approx(expected)
    assert [doc_id for doc_id, _ in fused.hits("q")] == ["b", "a", "c"]


@pytest.mark.parametrize("count", [2, 3, 5])
def test_random_runs_fuse_as_in_plain_python(count: int) -> None:
    runs, k = random_runs(count), int(np.random.default_rng().integers(0, 100))
    fused = ReciprocalRank(k=k).fuse(runs, 25)
    for query_id in runs[0].query_ids:
        scores: dict[str, float] = {}
        for run in runs:
            for rank, (doc_id, _) in enumerate(run.hits(query_id), 1):
                scores[doc_id] = scores.get(doc_id, 0.0) + 1 / (k + rank)
        assert fused.hits(query_id) == ranked(scores, 25)


@pytest.mark.parametrize("together", [1, 9, 100])
def test_queries_fused_some_at_a_time_are_fused_the_same(
    monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    empty = Run.from_lists({f"q{query}": [] for query in range(12)})
    for runs in (random_runs(3), [empty, *random_runs(1)], [empty, empty]):
        whole = ReciprocalRank().fuse(runs, 5)
        with monkeypatch.context() as patch:
            patch.setattr(merging, "TOGETHER", together)
            parts = ReciprocalRank().fuse(runs, 5)
        assert list(parts) == list(whole)
        assert parts.offsets.tolist() == whole.offsets.tolist()


def test_the_order_of_the_inputs_does_not_matter_for_two() -> None:
    first, second = random_runs(2)
    one = ReciprocalRank().fuse([first, second], 10)
    other = ReciprocalRank().fuse([second, first], 10)
    assert list(one) == list(other)


def test_a_query_that_failed_in_any_input_is_failed_and_has_no_hits() -> None:
    first = Run.from_lists({"q1": [("a", 1.0)], "q2": [("a", 1.0)]})
    broken = Run(
        first.query_ids, first.doc_ids, first.offsets, first.documents, first.scores,
        frozenset({"q2"}),
    )  # fmt: skip
    fused = ReciprocalRank().fuse([first, broken], 10)
    assert fused.failed == {"q2"}
    assert fused.query_ids == ("q1", "q2")
    assert fused.lengths().tolist() == [1, 0]


def test_runs_over_other_queries_are_refused() -> None:
    with pytest.raises(InputError, match="different queries"):
        ReciprocalRank().fuse([Run.from_lists({"q1": []}), Run.from_lists({"q2": []})], 10)


def test_runs_without_any_hit_fuse_to_one_without_any() -> None:
    empty = Run.from_lists({"q1": [], "q2": []})
    fused = ReciprocalRank().fuse([empty, empty], 10)
    assert (fused.query_ids, len(fused)) == (("q1", "q2"), 0)


def test_the_inputs_stay_as_they_are() -> None:
    runs = random_runs(2)
    before = [list(run) for run in runs]
    ReciprocalRank().fuse(runs, 3)
    assert [list(run) for run in runs] == before
