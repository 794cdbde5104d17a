"""Measures by their ir-measures names: per-query values of a run.

The common ones are computed from integer arrays (`formulas.py`), all others by the providers of
ir_measures; all see the one order of hits that the run has.
"""

from collections.abc import Sequence

import numpy as np

from evaluation.collections.collection import Qrels
from evaluation.measures.judgements import Values, judgements_of
from evaluation.measures.names import COMMON, canonical, meaning, measure_problems, parse
from evaluation.run import Run

__all__ = ["COMMON", "Values", "canonical", "evaluate", "meaning", "measure_problems"]


def evaluate(
    run: Run, qrels: Qrels, measures: Sequence[str], query_ids: Sequence[str]
) -> dict[str, Values]:
    """Give per-query values by measure, aligned with `query_ids`.

    A judged query that the run misses, or for which it has no hits, scores 0, as under
    `trec_eval -c`; so does one without a relevant document. NaN means that there is no value: the
    query failed, or it is not judged. Neither run nor judgements are changed; the judgements are
    prepared once for all runs.

    Args:
        run: the rankings.
        qrels: the judgements.
        measures: ir-measures expressions; the result has the same names.
        query_ids: the queries to give values for, in this order.

    Raises:
        InputError: an expression is no measure (ask `measure_problems` first).
        EvaluationError: another calculator cannot compute its measure on this data.
    """
    from evaluation.measures.others import compute_others
    from evaluation.measures.provider import RANKLAB, compute

    parsed = {str(name): parse(str(name)) for name in measures}
    judgements = judgements_of(qrels)
    hits = judgements.hits(run)
    ours = {m: compute(m, hits, judgements) for m in parsed.values() if RANKLAB.supports(m)}
    rest = [measure for measure in parsed.values() if measure not in ours]
    columns = ours | (compute_others(rest, run, qrels) if rest else {})
    places = np.array([judgements.codes.get(query_id, -1) for query_id in query_ids], np.int64)
    if run.failed:
        places[[query_id in run.failed for query_id in query_ids]] = -1
    return {name: np.append(columns[m], np.nan)[places] for name, m in parsed.items()}
