"""How far a measure could move if tied documents stood in another order.

Scores order documents only as far as they differ; within equal scores our order (document id,
descending) is as good as any other. Per query the measure is highest with the higher grades first
within every stretch of equal scores, and lowest with them last. Both are exact, because each of
the measures computed here can only grow when a document changes places with a worse one above it.
"""

from dataclasses import dataclass

import numpy as np

from evaluation.collections.collection import Qrels
from evaluation.errors import InputError
from evaluation.measures.judgements import (
    Integers,
    JudgedHits,
    Judgements,
    Values,
    judgements_of,
    places_of,
)
from evaluation.measures.names import parse
from evaluation.run import Run


@dataclass(frozen=True)
class TieEffect:
    """What ties mean for one measure of one run.

    Means are over all judged queries, those that the run misses included with 0; NaN if a query
    failed or none is judged.

    Attributes:
        measure: its name.
        queries: how many judged queries have two or more hits of equal score.
        movable: for how many of them the measure depends on the order of such hits.
        lowest: mean of the lowest values that another order could give.
        ours: mean of the values we report.
        highest: mean of the highest values.
    """

    measure: str
    queries: int
    movable: int
    lowest: float
    ours: float
    highest: float


def tie_effect(run: Run, qrels: Qrels, measure: str = "nDCG@10") -> TieEffect:
    """Say how far the order of tied documents could move a measure.

    Raises:
        InputError: the expression is no measure, or one that other calculators compute.
    """
    from evaluation.measures.provider import RANKLAB, compute

    parsed = parse(measure)
    if not RANKLAB.supports(parsed) or parsed.NAME == "Judged":
        raise InputError(
            f"The effect of ties on {measure} is not known. Ask for nDCG, AP, RR, P, R or Success."
        )
    judgements = judgements_of(qrels)
    hits = judgements.hits(run)
    first, last, tied = _stretches(run, judgements, hits)
    lowest, ours, highest = (
        _without_failed(compute(parsed, order, judgements), run, judgements)
        for order in (_worst(hits, first, last), hits, _best(hits, first))
    )
    means = (float(values.mean()) if len(values) else np.nan for values in (lowest, ours, highest))
    return TieEffect(str(parsed), tied, int((highest > lowest).sum()), *means)


def _stretches(
    run: Run, judgements: Judgements, hits: JudgedHits
) -> tuple[Integers, Integers, int]:
    """Give the first and last rank with the score of each judged hit, and how many queries tie."""
    begins = np.ones(len(run) + 1, bool)
    begins[1:-1] = run.scores[1:] != run.scores[:-1]
    begins[run.offsets] = True
    starts = np.flatnonzero(begins)
    scores = np.diff(np.searchsorted(starts, run.offsets))  # different ones per query of the run
    codes = [run.position(query_id) for query_id in judgements.query_ids]
    known = np.array([code for code in codes if code is not None], np.int64)
    tied = int((scores[known] < run.lengths()[known]).sum())
    offsets = np.array([0 if code is None else run.offsets[code] for code in codes], np.int64)
    before = offsets[hits.queries]
    stretch = np.searchsorted(starts, before + hits.ranks - 1, "right") - 1
    return starts[stretch] - before + 1, starts[stretch + 1] - before, tied


def _best(hits: JudgedHits, first: Integers) -> JudgedHits:
    """Put the judged hits first within each stretch, higher grades before lower ones."""
    order = np.lexsort((-np.maximum(hits.grades, 0), first, hits.queries))
    places = places_of(hits.queries[order], first[order])
    return _moved(hits, order, first[order] + places)


def _worst(hits: JudgedHits, first: Integers, last: Integers) -> JudgedHits:
    """Put the judged hits last within each stretch, lower grades before higher ones."""
    order = np.lexsort((-np.maximum(hits.grades, 0), first, hits.queries))
    places = places_of(hits.queries[order], first[order])
    moved = _moved(hits, order, last[order] - places)
    return _moved(moved, np.lexsort((moved.ranks, moved.queries)), None)


def _moved(hits: JudgedHits, order: Integers, ranks: Integers | None) -> JudgedHits:
    """Give the hits in another order, with new ranks if there are any."""
    queries = hits.queries[order]
    ranks = hits.ranks[order] if ranks is None else ranks
    return JudgedHits(queries, ranks, hits.grades[order], places_of(queries), hits.lengths)


def _without_failed(values: Values, run: Run, judgements: Judgements) -> Values:
    failed = [judgements.codes[query_id] for query_id in run.failed & set(judgements.codes)]
    values = values.copy()
    values[failed] = np.nan
    return values
