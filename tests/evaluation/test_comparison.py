import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.comparison import contrast, differences, flips, spread
from evaluation.run import Run

NAN = float("nan")


def test_differences_are_second_minus_first_and_ordered_from_gain_to_loss() -> None:
    found = differences(np.array([0.5, 0.2, 0.9, 0.4]), np.array([0.75, 0.2, 0.4, 1.0]))
    assert found.values.tolist() == pytest.approx([0.25, 0.0, -0.5, 0.6])
    assert found.order.tolist() == [3, 0, 1, 2]
    assert (found.wins, found.ties, found.losses, found.failed) == (2, 1, 1, 0)
    assert found.mean == pytest.approx((0.25 + 0 - 0.5 + 0.6) / 4)


def test_a_difference_in_the_last_bit_is_a_tie() -> None:
    found = differences(np.array([0.1 + 0.2]), np.array([0.3]))
    assert (found.wins, found.ties, found.losses) == (0, 1, 0)


def test_a_failed_query_is_neither_won_nor_lost_and_leaves_no_mean() -> None:
    found = differences(np.array([0.5, NAN, 0.1]), np.array([0.6, 0.4, 0.0]))
    assert (found.wins, found.ties, found.losses, found.failed) == (1, 0, 1, 1)
    assert found.order.tolist() == [0, 2]
    assert np.isnan(found.mean)


def test_queries_with_equal_differences_keep_their_order() -> None:
    found = differences(np.zeros(5), np.array([0.5, 0.0, 0.5, 0.0, 0.5]))
    assert found.order.tolist() == [0, 2, 4, 1, 3]


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=40))
@settings(max_examples=100, derandomize=True)
def test_swapping_the_systems_swaps_wins_and_losses(pairs: list[tuple[float, float]]) -> None:
    first, second = (np.array(column) for column in zip(*pairs, strict=True))
    there, back = differences(first, second), differences(second, first)
    assert (there.wins, there.ties, there.losses) == (back.losses, back.ties, back.wins)
    assert there.mean == pytest.approx(-back.mean)
    assert there.wins + there.ties + there.losses == len(pairs)


FIRST = Run.from_lists({"q": [("a", 4.0), ("b", 3.0), ("c", 2.0), ("d", 1.0)]})
SECOND = Run.from_lists({"q": [("d", 9.0), ("b", 8.0), ("e", 7.0), ("a", 6.0)]})
GRADES = {"a": 0, "d": 2, "e": 1, "f": 1, "c": 2}


def test_movement_is_counted_against_the_first_ranking() -> None:
    found = contrast([FIRST, SECOND], "q", GRADES, depth=10)
    moved = [(hit.doc_id, hit.rank, hit.moved, hit.new) for hit in found.rankings[1]]
    assert moved == [("d", 1, 3, False), ("b", 2, 0, False), ("e", 3, None, True),
                     ("a", 4, -3, False)]  # fmt: skip
    assert {(hit.moved, hit.new) for hit in found.rankings[0]} == {(None, False)}


def test_movement_looks_deeper_than_what_is_shown() -> None:
    found = contrast([FIRST, SECOND], "q", GRADES, depth=1)
    assert [[hit.doc_id for hit in ranking] for ranking in found.rankings] == [["a"], ["d"]]
    assert found.rankings[1][0].moved == 3


def test_unjudged_is_not_the_same_as_judged_not_relevant() -> None:
    found = contrast([FIRST], "q", GRADES, depth=10)
    assert [hit.grade for hit in found.rankings[0]] == [0, None, 2, 2]


def test_relevant_documents_come_highest_grade_first_with_their_ranks() -> None:
    found = contrast([FIRST, SECOND], "q", GRADES, depth=2)
    assert [(item.doc_id, item.grade, item.ranks) for item in found.relevant] == [
        ("d", 2, (4, 1)), ("c", 2, (3, None)), ("e", 1, (None, 3)), ("f", 1, (None, None)),
    ]  # fmt: skip


def test_missed_and_found_by_one_only_depend_on_the_depth() -> None:
    at_two = contrast([FIRST, SECOND], "q", GRADES, depth=2)
    assert [item.doc_id for item in at_two.missed] == ["c", "e", "f"]
    assert [item.doc_id for item in at_two.found_only_by(1)] == ["d"]
    at_four = contrast([FIRST, SECOND], "q", GRADES, depth=4)
    assert [item.doc_id for item in at_four.missed] == ["f"]
    assert [item.doc_id for item in at_four.found_only_by(0)] == ["c"]
    assert [item.doc_id for item in at_four.found_only_by(1)] == ["e"]


def test_the_relevance_threshold_is_the_callers() -> None:
    found = contrast([FIRST], "q", GRADES, depth=10, least=2)
    assert {item.doc_id for item in found.relevant} == {"d", "c"}


def test_one_system_alone_finds_nothing_only_by_itself() -> None:
    assert contrast([FIRST], "q", GRADES, depth=10).found_only_by(0) == []


def test_an_unknown_query_has_empty_rankings() -> None:
    found = contrast([FIRST, SECOND], "unknown", {"a": 1}, depth=10)
    assert found.rankings == [[], []]
    assert [item.doc_id for item in found.missed] == ["a"]


def test_spread_is_the_standard_deviation_over_systems() -> None:
    found = spread([np.array([0.0, 1.0, NAN]), np.array([1.0, 1.0, 0.5])])
    assert found[:2].tolist() == [0.5, 0.0]
    assert np.isnan(found[2])


def test_a_flip_is_something_for_one_system_and_nothing_for_another() -> None:
    first, second = np.array([0.0, 0.5, 0.0, NAN]), np.array([0.7, 0.0, 0.0, 0.2])
    third = np.array([0.9, 0.1, 0.0, 0.0])
    assert flips([first, second])[:3].tolist() == [0.7, 0.5, 0.0]
    assert flips([first, second, third])[:3].tolist() == [0.9, 0.5, 0.0]
    assert flips([second, third])[:3].tolist() == [0.0, 0.1, 0.0]
    assert np.isnan(flips([first, second])[3])


def test_documents_within_a_depth_come_by_their_best_rank_with_all_ranks() -> None:
    found = contrast([FIRST, SECOND], "q", GRADES, depth=2)
    within = found.within(2)
    shown = {hit.doc_id for ranking in found.rankings for hit in ranking}
    assert {item.doc_id for item in within} == shown
    best = [min(rank for rank in item.ranks if rank) for item in within]
    assert best == sorted(best)
    assert all(item.grade == GRADES.get(item.doc_id) for item in within)
    alone = [item.doc_id for place in (0, 1) for item in found.alone_in(place)]
    assert alone == [item.doc_id for place in (0, 1) for item in within
                     if item.finders(2) == [place]]  # fmt: skip
