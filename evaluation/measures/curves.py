"""How a measure grows with the depth of the ranking, for all depths in one pass."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from evaluation.collections.collection import Qrels
from evaluation.measures.judgements import judgements_of
from evaluation.run import Run

Values = npt.NDArray[np.float64]


def recall_curve(
    run: Run, qrels: Qrels, query_ids: Sequence[str], depths: Sequence[int], least: int = 1
) -> Values:
    """Give the mean of R@depth over the queries, for each depth.

    As under `trec_eval -c`, a query without hits or without relevant documents counts 0. NaN
    throughout if one of the queries failed, as that is neither 0 nor left out.

    Args:
        run: the rankings.
        qrels: the judgements.
        query_ids: the judged queries over which the mean is.
        depths: any cut-offs from 1 up.
        least: the grade from which a document is relevant.
    """
    if run.failed.intersection(query_ids):
        return np.full(len(depths), np.nan)
    judgements = judgements_of(qrels)
    hits = judgements.hits(run)
    asked = np.zeros(len(judgements.query_ids))
    for query_id in query_ids:
        if query_id in judgements.codes:
            asked[judgements.codes[query_id]] = 1
    relevant = np.maximum(1, judgements.relevant(least))
    found = hits.grades >= least
    shares = (asked / relevant)[hits.queries[found]]
    ranks = hits.ranks[found]
    deepest = max([1, *depths])
    by_rank = np.bincount(np.minimum(ranks, deepest + 1), shares, minlength=deepest + 2)
    curve: Values = np.cumsum(by_rank)[np.asarray(depths, int)] / max(1, len(query_ids))
    return curve
