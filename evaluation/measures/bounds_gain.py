"""How much better one ranking could be than another if unjudged documents were judged.

The same document has one judgement, whichever ranking holds it, so what both hold at equal ranks
moves no difference.
"""

import numpy as np

from evaluation.measures.formulas import Settings, gains_of
from evaluation.measures.judgements import Integers, Judgements, Values, places_of
from evaluation.measures.open_hits import Lists, Open, ideals_with


def highest_gain(
    name: str, lists: tuple[Lists, Lists], found: Open, about: tuple[Judgements, Settings]
) -> Values:
    """Give the highest value of the first ranking minus the second, per query.

    Args:
        name: nDCG, RR, P, R or Success.
        lists: the two rankings.
        found: their open documents, each once.
        about: the judgements, and the settings of the measure.
    """
    if name == "nDCG":
        return _highest_ndcg(lists, found, *about)
    if name in ("RR", "Success"):
        return _highest_first(name, lists, found)
    return _highest_count(name, lists, found, about)


def _highest_count(
    name: str, lists: tuple[Lists, Lists], found: Open, about: tuple[Judgements, Settings]
) -> Values:
    """Of P and R: every open document of the first ranking alone is relevant.

    For R, which divides by all relevant documents, those that both have are relevant, too, where
    the difference is negative: they make it smaller.
    """
    judgements, settings = about
    length = len(judgements.query_ids)
    counted = lists[0].relevant.sum(axis=1) - lists[1].relevant.sum(axis=1)
    only = np.bincount(found.queries[found.second == 0], minlength=length)
    shared = np.bincount(found.queries[(found.first > 0) & (found.second > 0)], minlength=length)
    gained = counted + only
    if name == "P":
        share: Values = gained / (settings.cutoff or 1)
        return share
    total = judgements.relevant(settings.rel) + only + np.where(gained < 0, shared, 0)
    recall: Values = gained / np.maximum(1, total)
    return recall


def _highest_first(name: str, lists: tuple[Lists, Lists], found: Open) -> Values:
    """Of RR and Success: at best one open document is relevant, or none."""
    reported = [_first(name, each) for each in lists]
    best: Values = reported[0] - reported[1]
    one, other = (
        np.maximum(reported[side][found.queries], _worth(name, ranks))
        for side, ranks in enumerate((found.first, found.second))
    )
    np.maximum.at(best, found.queries, one - other)
    return best


def _first(name: str, lists: Lists) -> Values:
    """Give the value of a ranking by its first relevant hit; 0 without one."""
    if not lists.relevant.shape[1]:
        return np.zeros(len(lists.relevant))
    ranks = np.where(lists.relevant.any(axis=1), lists.relevant.argmax(axis=1) + 1, 0)
    return _worth(name, ranks)


def _worth(name: str, ranks: Integers) -> Values:
    found = ranks > 0
    return np.where(found, 1 / np.maximum(1, ranks) if name == "RR" else 1.0, 0.0)


def _highest_ndcg(
    lists: tuple[Lists, Lists], found: Open, judgements: Judgements, settings: Settings
) -> Values:
    """Of nDCG: for any number of relevant ones, those that favour the first ranking most.

    How many are relevant fixes the ideal, so the best number is found by trying each.
    """
    gain = max(1.0, float(gains_of(judgements.grades, settings).max(initial=0)))
    start = _discounted(lists[0]) - _discounted(lists[1])
    weight = gain * (_discount(found.first) - _discount(found.second))
    order = np.lexsort((-weight, found.queries))
    queries, weight = found.queries[order], weight[order]
    places = places_of(queries) if len(queries) else queries
    summed = np.cumsum(weight)
    before = np.append(0.0, summed)[np.arange(len(queries)) - places]
    ideals = ideals_with(judgements, settings, int(places.max(initial=-1)) + 1, gain)
    best = np.divide(start, ideals[:, 0], out=np.zeros(len(start)), where=ideals[:, 0] > 0)
    reached = (start[queries] + summed - before) / ideals[queries, places + 1]
    np.maximum.at(best, queries, reached)
    return best


def _discounted(lists: Lists) -> Values:
    total: Values = lists.gains @ (1 / np.log2(lists.ranks + 1))
    return total


def _discount(ranks: Integers) -> Values:
    return np.where(ranks > 0, 1 / np.log2(np.maximum(1, ranks) + 1), 0.0)
