"""What the ways to sort have in common: they ask about some items and get them back in order.

A way to sort is a generator: it yields the items it asks about and is sent the same items, best
first. So it knows nothing of models, and many can be settled side by side, each waiting for the
answers that it needs.
"""

from collections.abc import Callable, Generator, Sequence

Items = list[int]
Sorting = Generator[Items, Items, Items]
Question = tuple[int, Items]  # whose sorting asks, and the items it asks about


def settle(
    sortings: Sequence[Sorting], answer: Callable[[Sequence[Question]], Sequence[Items]]
) -> list[Items]:
    """Run sortings to their end, side by side.

    Args:
        sortings: each is asked in turn until it has returned.
        answer: gets one question of every sorting that is still going on, and gives the items of
            each in their order, best first.

    Returns:
        What each sorting returned.
    """
    settled: list[Items] = [[] for _ in sortings]
    waiting: list[Question] = []

    def go_on(place: int, told: Items | None) -> None:
        try:
            waiting.append((place, sortings[place].send(told)))  # type: ignore[arg-type]
        except StopIteration as end:
            settled[place] = end.value

    for place in range(len(sortings)):
        go_on(place, None)
    while waiting:
        asked, waiting = waiting, []
        for (place, _), told in zip(asked, answer(asked), strict=True):
            go_on(place, told)
    return settled
