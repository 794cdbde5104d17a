"""Sorting by an oracle: exact, in as few questions as published, whatever order comes first."""

import sys
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.ranking_by_model.heap import heap_sort
from evaluation.ranking_by_model.sliding import sliding, windows
from evaluation.ranking_by_model.sorting import Items, Question, Sorting, settle

SHUFFLES = 300


def settled(sorting: Sorting, order: Callable[[Items], Items]) -> tuple[Items, list[Items]]:
    """Run one sorting; gives its result and every question."""
    asked: list[Items] = []

    def answer(questions: Sequence[Question]) -> list[Items]:
        asked.extend(items for _, items in questions)
        return [order(list(items)) for _, items in questions]

    return settle([sorting], answer)[0], asked


def shuffles(count: int) -> list[list[int]]:
    """How good each of `count` items is, in many random orders; the seed is in the failure."""
    seed = np.random.SeedSequence().entropy
    sys.stdout.write(f"seed {seed}\n")  # shown if the test fails
    random = np.random.default_rng(seed)
    return [random.permutation(count).tolist() for _ in range(SHUFFLES)]


def best_first(worth: Sequence[int]) -> Items:
    return sorted(range(len(worth)), key=lambda item: -worth[item])


def by(worth: Sequence[int]) -> Callable[[Items], Items]:
    return lambda items: sorted(items, key=lambda item: -worth[item])


@pytest.mark.parametrize(("children", "most", "longest"), [(19, 25, 20), (3, 85, 4)])
def test_a_heap_gives_the_exact_top_ten_of_a_hundred(
    children: int, most: int, longest: int
) -> None:
    for worth in shuffles(100):
        order, asked = settled(heap_sort(100, children, 10), by(worth))
        assert order[:10] == best_first(worth)[:10]
        assert order[10:] == sorted(order[10:])  # the others keep their order
        assert sorted(order) == list(range(100))
        assert len(asked) <= most
        assert max(map(len, asked)) == longest
        assert min(map(len, asked)) >= 2


def test_sliding_gives_the_exact_top_ten_of_a_hundred_in_nine_questions() -> None:
    for worth in shuffles(100):
        order, asked = settled(sliding(100, 20, 10), by(worth))
        assert order[:10] == best_first(worth)[:10]
        assert sorted(order) == list(range(100))
        assert [len(items) for items in asked] == [20] * 9


def test_nine_passes_of_sliding_give_the_complete_order() -> None:
    for worth in shuffles(100):
        order, asked = settled(sliding(100, 20, 10, 9), by(worth))
        assert order == best_first(worth)
        assert len(asked) == 81
    eight, _ = settled(sliding(100, 20, 10, 8), by(list(range(100))))  # the worst case: reversed
    assert eight != best_first(list(range(100)))


def test_one_question_about_everything_gives_the_complete_order() -> None:
    for worth in shuffles(100):
        order, asked = settled(sliding(100, 100, 100), by(worth))
        assert order == best_first(worth)
        assert len(asked) == 1


def test_windows_reach_from_the_end_to_the_beginning() -> None:
    assert windows(25, 20, 10) == [(5, 25), (0, 15)]
    assert windows(20, 20, 10) == [(0, 20)]
    assert windows(5, 20, 10) == [(0, 5)]
    assert windows(1, 20, 10) == windows(0, 20, 10) == []


@given(st.data())
def test_any_sizes_are_sorted_as_far_as_promised(data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 60))
    worth = data.draw(st.permutations(range(count)))
    top = data.draw(st.integers(1, 70))
    order, _ = settled(heap_sort(count, data.draw(st.integers(1, 25)), top), by(worth))
    assert order[:top] == best_first(worth)[:top]
    assert sorted(order) == list(range(count))
    window = data.draw(st.integers(2, 30))
    step = data.draw(st.integers(1, window - 1))
    order, _ = settled(sliding(count, window, step), by(worth))
    assert order[: window - step] == best_first(worth)[: window - step]
    assert sorted(order) == list(range(count))


@given(st.integers(0, 60), st.integers(1, 25), st.integers(1, 70))
def test_whoever_keeps_every_order_changes_nothing(count: int, children: int, top: int) -> None:
    assert settled(heap_sort(count, children, top), lambda items: items)[0] == list(range(count))
    assert settled(sliding(count, 20, 10, 2), lambda items: items)[0] == list(range(count))


def test_sortings_side_by_side_end_as_each_alone() -> None:
    worths = shuffles(40)[:20]
    rounds = 0

    def answer(questions: Sequence[Question]) -> list[Items]:
        nonlocal rounds
        rounds += 1
        return [by(worths[place])(items) for place, items in questions]

    together = settle([heap_sort(40, 4, 10) for _ in worths], answer)
    alone = [settled(heap_sort(40, 4, 10), by(worth)) for worth in worths]
    assert together == [order for order, _ in alone]
    assert rounds == max(len(asked) for _, asked in alone)
