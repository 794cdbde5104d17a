"""Replies as models write them, and as nobody should: never a lost passage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.ranking_by_model.reading import read_choice, read_order

STRANGE = (
    "[",
    "]",
    ">",
    " ",
    "1",
    "2",
    "7",
    "99999999",
    ",",
    "\n",
    "[3]",
    "[0]",
    "[-1]",
    "٣",
    "no",
)
PIECES = st.sampled_from((*STRANGE, "<think>", "</think>", "<answer>", "</answer>", "[4] > "))
REPLIES = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join))


@pytest.mark.parametrize(
    ("reply", "order"),
    [
        ("[3] > [1] > [2] > [4]", [2, 0, 1, 3]),
        ("[3] > [1]", [2, 0, 1, 3]),  # the missing ones follow as they were
        ("[3] > [3] > [1] > [3]", [2, 0, 1, 3]),  # repeated ones count once
        ("[3] > [9] > [0] > [1]", [2, 0, 1, 3]),  # others are no passages
        ("3 > 1 > 2 > 4", [2, 0, 1, 3]),
        ("3, 1", [2, 0, 1, 3]),
        ("Sure, here you are: [ 3 ]>[1]\nI hope this helps!", [2, 0, 1, 3]),
        ("<think>[4] looks good, but</think> [3] > [1]", [2, 0, 1, 3]),
        ("[4] looks good, but</think> [3] > [1]", [2, 0, 1, 3]),
        ("<answer>[3] > [1]</answer>, not [4]", [2, 0, 1, 3]),
    ],
)
def test_an_order_is_read(reply: str, order: list[int]) -> None:
    found = read_order(reply, 4)
    assert (found.order, found.malformed) == (order, False)


@pytest.mark.parametrize(
    "reply",
    ["", "I cannot rank these 4 passages.", "[9] > [0]", "<think>[3] > [1] > and so on", "[x]"],
)
def test_a_reply_without_an_order_keeps_it_and_is_malformed(reply: str) -> None:
    found = read_order(reply, 4)
    assert (found.order, found.malformed) == ([0, 1, 2, 3], True)


@pytest.mark.parametrize(
    ("reply", "reasoning"),
    [
        ("<think>Because.</think><answer>[3]</answer>", "Because."),
        ("<think>\nBecause.\n</think>\n\n<answer> 3 </answer>", "Because."),
        ("Because.</think><answer>[3]</answer>", "Because."),
        ("Because.\n<answer>[3]</answer>", "Because."),
        ("<answer>[3]</answer>", ""),
        ("<think>Is <answer>[1]</answer> right? No.</think><answer>[3]</answer>",
         "Is <answer>[1]</answer> right? No."),
        ("<answer>[1]</answer> no, <answer>[3]</answer>", ""),
    ],
)  # fmt: skip
def test_a_choice_is_read_with_its_reasoning(reply: str, reasoning: str) -> None:
    found = read_choice(reply, 4)
    assert (found.order, found.reasoning, found.malformed) == ([2, 0, 1, 3], reasoning, False)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "[3]",
        "<answer>[5]</answer>",
        "<answer>[0]</answer>",
        "<answer>[1] and [3]</answer>",
        "<answer>none</answer>",
        "<think>It is <answer>[3]</answer>",  # never came to an end
    ],
)
def test_without_a_choice_the_first_passage_wins_and_the_reply_is_malformed(reply: str) -> None:
    found = read_choice(reply, 4)
    assert (found.order, found.malformed) == ([0, 1, 2, 3], True)


@given(REPLIES, st.integers(1, 30))
def test_whatever_is_replied_no_passage_is_lost(reply: str, count: int) -> None:
    for read in (read_order, read_choice):
        found = read(reply, count)
        assert sorted(found.order) == list(range(count))
        if found.malformed:
            assert found.order == list(range(count))


@given(st.permutations(range(20)))
def test_a_written_order_is_read_back(order: list[int]) -> None:
    reply = " > ".join(f"[{place + 1}]" for place in order)
    assert read_order(reply, 20).order == order
    for place in order:
        assert read_choice(f"<answer>[{place + 1}]</answer>", 20).order[0] == place
