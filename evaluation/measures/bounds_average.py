"""The bounds of average precision, which is neither best nor worst with all open hits alike."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from evaluation.measures.judgements import Integers, Values
from evaluation.measures.open_hits import Lists

BLOCK = 100_000  # cells at a time, so that they fit the cache
Masks = npt.NDArray[np.bool_]


def lowest_average(lists: Lists, relevant: Integers) -> Values:
    """Give the lowest average precision per query over all ways to judge the open hits.

    For a given number of relevant ones that is with the last open hits relevant, so each number
    is tried.

    Args:
        lists: the rankings.
        relevant: (queries,) judged documents that are relevant, in the ranking or not.
    """
    return _in_blocks(_lowest, lists, relevant)


def highest_average(lists: Lists, relevant: Integers) -> Values:
    """Give the highest one: for a given number of relevant ones, with the first open hits."""
    return _in_blocks(_highest, lists, relevant)


def _in_blocks(
    end: Callable[[Masks, Masks, Integers], Values], lists: Lists, relevant: Integers
) -> Values:
    found = np.zeros(len(relevant))
    step = max(1, BLOCK // max(1, lists.relevant.shape[1]))
    for start in range(0, len(relevant), step):
        rows = slice(start, start + step)
        found[rows] = end(lists.relevant[rows], lists.open[rows], relevant[rows, None])
    return found


def _highest(relevant: Masks, unjudged: Masks, total: Integers) -> Values:
    """Try, for each open hit, that it and all open ones above it are relevant."""
    if not relevant.shape[1]:
        return np.zeros(len(relevant))
    ranks = np.arange(1, relevant.shape[1] + 1)
    counted = np.cumsum(relevant, axis=1)
    added = np.cumsum(unjudged, axis=1)
    # above: every hit but the judged irrelevant ones is relevant
    above = np.cumsum((relevant | unjudged) * (counted + added) / ranks, axis=1)
    below = _after(relevant * counted / ranks)
    more = _after(relevant / ranks)
    values = (above + below + added * more) / np.maximum(1, total + added)
    reported = (relevant * counted / ranks).sum(axis=1) / np.maximum(1, total[:, 0])
    best: Values = np.maximum(reported, np.where(unjudged, values, 0.0).max(axis=1))
    return best


def _lowest(relevant: Masks, unjudged: Masks, total: Integers) -> Values:
    """Try, for each open hit, that it and all open ones below it are relevant."""
    if not relevant.shape[1]:
        return np.zeros(len(relevant))
    ranks = np.arange(1, relevant.shape[1] + 1)
    counted = np.cumsum(relevant, axis=1)
    added = np.cumsum(unjudged, axis=1)
    before: Integers = added - unjudged  # open hits above this one, which stay irrelevant
    some = relevant | unjudged
    above = np.cumsum(relevant * counted / ranks, axis=1) - relevant * counted / ranks
    from_here = _after(some * (counted + added) / ranks) + some * (counted + added) / ranks
    missing = _after(some / ranks) + some / ranks
    number: Integers = added[:, -1:] - before
    values = (above + from_here - before * missing) / np.maximum(1, total + number)
    reported = (relevant * counted / ranks).sum(axis=1) / np.maximum(1, total[:, 0])
    worst: Values = np.minimum(reported, np.where(unjudged, values, np.inf).min(axis=1))
    return worst


def _after(values: Values) -> Values:
    """Sum what stands behind each place of a row."""
    summed: Values = np.cumsum(values[:, ::-1], axis=1)[:, ::-1] - values
    return summed
