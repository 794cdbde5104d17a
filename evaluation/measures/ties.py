"""How far nDCG could move if documents with equal scores stood in another order."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.collections.collection import Qrels
from evaluation.measures.judgements import judgements_of
from evaluation.measures.measures import evaluate
from evaluation.run import Run

Integers = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TieEffect:
    """What ties do to the mean of nDCG@cutoff over all judged queries.

    Attributes:
        queries: judged queries with at least two documents of equal score.
        lowest: the mean if tied documents stood worst first.
        ours: the mean in our order (document id, descending).
        highest: the mean if tied documents stood best first.
    """

    queries: int
    lowest: float
    ours: float
    highest: float


def tie_effect(run: Run, qrels: Qrels, cutoff: int = 10) -> TieEffect:
    """Give the exact range of mean nDCG@cutoff over all orders of the tied documents of a run."""
    judgements = judgements_of(qrels)
    whole = run.only(judgements.query_ids)
    queries = whole.query_codes().astype(np.int64)
    gains = _gains(whole, qrels)
    groups = _tie_groups(queries, whole.scores)
    tied = np.bincount(groups, minlength=1)[groups] > 1
    measure = f"nDCG@{cutoff}"
    ours = evaluate(run, qrels, [measure], judgements.query_ids)[measure]
    ideal = _ideal(qrels, cutoff)
    ranks = whole.ranks().astype(np.int64)
    lowest, highest = (
        _dcg(queries, ranks, gains[np.lexsort((key, groups))], (cutoff, len(ideal)))
        for key in (gains, -gains)
    )
    return TieEffect(
        queries=len(np.unique(queries[tied])),
        lowest=_mean(lowest, ideal),
        ours=float(ours.mean()) if len(ours) else 0.0,
        highest=_mean(highest, ideal),
    )


def _gains(run: Run, qrels: Qrels) -> Values:
    """Give the gain of every hit: its grade, 0 if unjudged or negative."""
    judgements = judgements_of(qrels)
    hits = judgements.hits(run)
    gains = np.zeros(len(run))
    gains[run.offsets[hits.queries] + hits.ranks - 1] = np.maximum(0, hits.grades)
    return gains


def _tie_groups(queries: Integers, scores: npt.NDArray[np.float32]) -> Integers:
    """Number the stretches of hits that share query and score."""
    first = np.ones(len(queries), np.int64)
    first[1:] = (queries[1:] != queries[:-1]) | (scores[1:] != scores[:-1])
    return np.cumsum(first) - 1


def _dcg(queries: Integers, ranks: Integers, gains: Values, shape: tuple[int, int]) -> Values:
    cutoff, count = shape
    top = ranks <= cutoff
    return np.bincount(queries[top], gains[top] / np.log2(ranks[top] + 1.0), minlength=count)


def _ideal(qrels: Qrels, cutoff: int) -> Values:
    """Give the ideal DCG of each judged query."""
    judgements = judgements_of(qrels)
    gains = np.maximum(0, judgements.grades).astype(np.float64)
    order = np.lexsort((-gains, judgements.queries))
    queries = judgements.queries[order]
    count = len(judgements.query_ids)
    starts = np.searchsorted(queries, np.arange(count))
    ranks = np.arange(len(queries)) - starts[queries] + 1
    return _dcg(queries, ranks, gains[order], (cutoff, count))


def _mean(gained: Values, ideal: Values) -> float:
    shares = np.divide(gained, ideal, out=np.zeros_like(ideal), where=ideal > 0)
    return float(shares.mean()) if len(shares) else 0.0
