"""Sorting through a window that slides from the end of a ranking to its beginning."""

from evaluation.ranking_by_model.sorting import Sorting


def sliding(count: int, window: int, step: int, passes: int = 1) -> Sorting:
    """Sort the items 0 to count - 1, in their present order (Sun and others, EMNLP 2023).

    One pass brings the best `window - step` to the top in their right order; each further pass
    settles as many more. A window as long as the list asks once for everything.

    Args:
        count: how many items there are.
        window: how many are asked about at a time.
        step: how far the window moves, less than its length.
        passes: how often it slides over the whole list.
    """
    order = list(range(count))
    for _ in range(passes):
        for start, end in windows(count, window, step):
            order[start:end] = yield order[start:end]
    return order


def windows(count: int, window: int, step: int) -> list[tuple[int, int]]:
    """List where the window stands in one pass, as places from and to, the last places first."""
    found: list[tuple[int, int]] = []
    end = count
    while count > 1 and (not found or found[-1][0] > 0):
        found.append((max(0, end - window), end))
        end -= step
    return found
