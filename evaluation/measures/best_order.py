"""What a perfect reranker would make of a run: its own documents in the best order there is."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from evaluation.collections.collection import Qrels
from evaluation.measures.judgements import (
    JudgedHits,
    Judgements,
    Values,
    judgements_of,
    places_of,
)
from evaluation.measures.names import parse
from evaluation.run import Run


def best_values(run: Run, qrels: Qrels, measure: str, query_ids: Sequence[str]) -> Values:
    """Give, per query, the value a measure has when a query's hits are put into the best order.

    That order is by gain, descending: no other order of the same hits gives a higher value to
    nDCG, AP, RR, P, R, Success, Judged, or any other measure that a document of a higher grade
    never lowers by moving up. Nothing is added to the hits or taken away, so a document that the
    run does not hold stays lost. Rules for NaN and 0 are those of `evaluate`.

    Args:
        run: the candidates, to their whole depth.
        qrels: the judgements.
        measure: an ir-measures expression.
        query_ids: the queries to give values for, in this order.

    Raises:
        InputError: the expression is no measure.
    """
    from evaluation.measures.measures import evaluate
    from evaluation.measures.provider import RANKLAB, compute

    parsed, judgements = parse(measure), judgements_of(qrels)
    if not RANKLAB.supports(parsed):
        ordered = _ordered_run(run, judgements, parsed)
        return evaluate(ordered, qrels, [measure], query_ids)[measure]
    column = compute(parsed, _ordered_hits(judgements.hits(run), parsed), judgements)
    places = np.array([judgements.codes.get(query_id, -1) for query_id in query_ids], np.int64)
    if run.failed:
        places[[query_id in run.failed for query_id in query_ids]] = -1
    values: Values = np.append(column, np.nan)[places]
    return values


def _ordered_hits(hits: JudgedHits, measure: Any) -> JudgedHits:
    """Put the judged hits before all others, the best at the top."""
    order = np.lexsort((-_worth(hits.grades, measure), hits.queries))
    queries = hits.queries[order]
    places = places_of(queries)
    return JudgedHits(queries, places + 1, hits.grades[order], places, hits.lengths)


def _ordered_run(run: Run, judgements: Judgements, measure: Any) -> Run:
    """Make a run of the same hits whose scores are what each is worth."""
    rows, places = judgements.rows(run)
    worth = _worth(judgements.grades[places], measure)
    scores = np.full(len(run), worth.min(initial=0) - 1)  # unjudged hits stand below all others
    scores[rows] = worth
    hits = run.query_codes(), run.documents, scores
    return Run.from_hits(run.query_ids, run.doc_ids, hits, failed=sorted(run.failed))


def _worth(grades: Any, measure: Any) -> Values:
    """Give what a grade is worth to a measure: its gain, where the measure names gains."""
    worth: Values = grades.astype(np.float64)
    for grade, gain in measure.params.get("gains", {}).items():
        worth[grades == grade] = gain
    return worth
