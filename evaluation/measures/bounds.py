"""How far a value could move if the documents that nobody judged were judged.

Open are the unjudged documents down to the cut-off (the whole ranking without one). Each may turn
out irrelevant, or relevant with the highest gain that the judgements know. The bounds are the
lowest and the highest value over all such ways, per query, so they are sure and not estimated
(for rank-biased precision: Moffat and Zobel, TOIS 2008). Reported values count all of them as
irrelevant. Documents that the ranking does not hold stay irrelevant.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from evaluation.collections.collection import Qrels
from evaluation.errors import InputError
from evaluation.measures.bounds_average import highest_average, lowest_average
from evaluation.measures.bounds_gain import highest_gain
from evaluation.measures.formulas import FORMULAS, Settings, judged
from evaluation.measures.judgements import Integers, Judgements, Values, judgements_of
from evaluation.measures.names import parse
from evaluation.measures.open_hits import (
    Lists,
    Open,
    lists_of,
    open_of,
    open_of_both,
)
from evaluation.run import Run

KNOWN = ("nDCG", "AP", "RR", "P", "R", "Success")


@dataclass(frozen=True, eq=False)
class Bounds:
    """Values per query, aligned with the queries asked for; NaN where a query failed.

    Attributes:
        low: lowest value over all ways to judge the open documents.
        value: as reported, all of them irrelevant.
        high: highest value.
        condensed: value of the ranking without the open documents (Sakai, SIGIR 2007).
        judged: share of the hits down to the cut-off that is judged.
    """

    low: Values
    value: Values
    high: Values
    condensed: Values
    judged: Values


@dataclass(frozen=True, eq=False)
class GainBounds:
    """Second minus first per query, the same document judged alike in both rankings.

    Attributes:
        low: lowest difference.
        value: as reported.
        high: highest.
        tight: whether some way to judge reaches the ends. For AP the two are bounded apart, so
            the ends are sure but may be too far out.
    """

    low: Values
    value: Values
    high: Values
    tight: bool


def has_bounds(measure: str) -> bool:
    """Say whether bounds of a measure are known: nDCG, AP, RR, P, R and Success."""
    from evaluation.measures.provider import RANKLAB

    parsed = parse(measure)
    known = parsed.NAME in KNOWN and not parsed.params.get("judged_only")
    return known and RANKLAB.supports(parsed)


def bounds_of(run: Run, qrels: Qrels, measure: str, query_ids: Sequence[str]) -> Bounds:
    """Bound a measure of one run.

    Raises:
        InputError: the measure has no bounds here (ask `has_bounds` first).
    """
    name, settings, judgements = _read(measure, qrels)
    hits = judgements.hits(run)
    lists = lists_of(run, judgements, settings, name == "nDCG")
    low, high = _single(name, lists, judgements, settings)
    value = FORMULAS[name](hits, judgements, settings)
    condensed = FORMULAS[name](hits.judged_only(), judgements, replace(settings, judged_only=True))
    share = judged(hits, judgements, settings)
    columns = (low, value, high, condensed, share)
    return Bounds(*(_aligned(column, (run,), judgements, query_ids) for column in columns))


def gain_bounds(
    first: Run, second: Run, qrels: Qrels, measure: str, query_ids: Sequence[str]
) -> GainBounds:
    """Bound what a second run gains over a first one.

    Raises:
        InputError: the measure has no bounds here (ask `has_bounds` first).
    """
    name, settings, judgements = _read(measure, qrels)
    runs = (second, first)
    values = [FORMULAS[name](judgements.hits(run), judgements, settings) for run in runs]
    lists = [lists_of(run, judgements, settings, name == "nDCG") for run in runs]
    if name == "AP":
        low, high = _average_gains((lists[0], lists[1]), judgements.relevant(settings.rel))
    else:
        found = open_of_both(runs, (lists[0], lists[1]))
        turned = Open(found.queries, found.second, found.first)
        high = highest_gain(name, (lists[0], lists[1]), found, (judgements, settings))
        low = -highest_gain(name, (lists[1], lists[0]), turned, (judgements, settings))
    columns = (low, values[0] - values[1], high)
    low, value, high = (_aligned(column, runs, judgements, query_ids) for column in columns)
    return GainBounds(low, value, high, name != "AP")


def _read(measure: str, qrels: Qrels) -> tuple[str, Settings, Judgements]:
    from evaluation.measures.provider import settings_of

    if not has_bounds(measure):
        raise InputError(
            f"{measure} has no bounds under missing judgements here. Ask for nDCG, AP, RR, P, R "
            "or Success."
        )
    parsed = parse(measure)
    return parsed.NAME, settings_of(parsed), judgements_of(qrels)


def _aligned(
    values: Values, runs: tuple[Run, ...], judgements: Judgements, query_ids: Sequence[str]
) -> Values:
    failed = frozenset[str]().union(*(run.failed for run in runs))
    codes = [-1 if q in failed else judgements.codes.get(q, -1) for q in query_ids]
    aligned: Values = np.append(values, np.nan)[np.array(codes, np.int64)]
    return aligned


def _single(
    name: str, lists: Lists, judgements: Judgements, settings: Settings
) -> tuple[Values, Values]:
    if name == "AP":
        relevant = judgements.relevant(settings.rel)
        return lowest_average(lists, relevant), highest_average(lists, relevant)
    nothing = replace(
        lists,
        relevant=np.zeros_like(lists.relevant),
        open=np.zeros_like(lists.open),
        gains=np.zeros_like(lists.gains),
    )
    alone = open_of(lists)
    turned = Open(alone.queries, alone.second, alone.first)
    about = (judgements, settings)
    return (
        -highest_gain(name, (nothing, lists), turned, about),
        highest_gain(name, (lists, nothing), alone, about),
    )


def _average_gains(lists: tuple[Lists, Lists], relevant: Integers) -> tuple[Values, Values]:
    """Of AP: bound each ranking alone; what the other one holds may be relevant and missing."""
    counts = [each.open.sum(axis=1) for each in lists]
    low = [
        lowest_average(each, relevant + other)
        for each, other in zip(lists, counts[::-1], strict=True)
    ]
    high = [highest_average(each, relevant) for each in lists]
    return low[0] - high[1], high[0] - low[1]
