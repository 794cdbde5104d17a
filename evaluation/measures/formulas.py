"""The common measures, each from the ranks and grades of the judged hits alone.

Definitions are those of trec_eval (Buckley, NIST), per query; nDCG is that of Jarvelin and
Kekalainen (TOIS 2002) with the grade as gain. Every function gives one value per judged query,
0 where the run has no hits. `cutoff` None looks at the whole ranking.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from evaluation.errors import InputError
from evaluation.measures.judgements import (
    Integers,
    JudgedHits,
    Judgements,
    Values,
    places_of,
)

ERR_GRADE = 4  # the largest grade that ERR takes, as in the Web track
LARGEST_EXPONENT = 1000  # 2 ** 1024 is more than a float holds


@dataclass(frozen=True)
class Settings:
    """The parameters of a measure.

    Attributes:
        cutoff: only the first `cutoff` hits count; None for all.
        rel: the lowest grade that counts as relevant, at least 1.
        judged_only: unjudged hits are left out before ranks are counted.
        exponential: nDCG's gain is `2 ** grade - 1` instead of the grade.
        gains: nDCG's gain of a grade, where it is not the grade itself.
    """

    cutoff: int | None = None
    rel: int = 1
    judged_only: bool = False
    exponential: bool = False
    gains: tuple[tuple[int, int], ...] = ()


def precision(hits: JudgedHits, judgements: Judgements, settings: Settings) -> Values:
    """Share of the first k that is relevant; divided by k even where the ranking is shorter."""
    share: Values = _found(hits, settings) / (settings.cutoff or 1)
    return share


def recall(hits: JudgedHits, judgements: Judgements, settings: Settings) -> Values:
    """Share of the relevant documents that stands in the first k."""
    return _found(hits, settings) / np.maximum(1, judgements.relevant(settings.rel))


def success(hits: JudgedHits, judgements: Judgements, settings: Settings) -> Values:
    """1 where the first k hold a relevant document, else 0."""
    return np.minimum(1.0, _found(hits, settings))


def reciprocal_rank(hits: JudgedHits, judgements: Judgements, settings: Settings) -> Values:
    """1 / rank of the first relevant document; 0 where there is none."""
    queries, ranks, places = _relevant(hits, settings)
    first = places == 0
    return _summed(queries[first], 1 / ranks[first], len(hits.lengths))


def average_precision(hits: JudgedHits, judgements: Judgements, settings: Settings) -> Values:
    """Mean, over all relevant documents, of the precision at their rank (0 if not found)."""
    queries, ranks, places = _relevant(hits, settings)
    total = _summed(queries, (places + 1) / ranks, len(hits.lengths))
    return total / np.maximum(1, judgements.relevant(settings.rel))


def ndcg(hits: JudgedHits, judgements: Judgements, settings: Settings) -> Values:
    """Gain, discounted by log2(rank + 1), relative to the best order of all judged documents.

    Both stop at the cut-off. Negative grades give no gain. 0 where no judged document has a gain.

    Raises:
        InputError: exponential gains of grades that are too large for them.
    """
    gains = gains_of(hits.grades, settings)
    keep = (gains > 0) & (hits.ranks <= (settings.cutoff or np.inf))
    discounted = gains[keep] / np.log2(hits.ranks[keep] + 1)
    found = _summed(hits.queries[keep], discounted, len(hits.lengths))
    ideal = _ideal(judgements, settings)
    return np.divide(found, ideal, out=np.zeros(len(ideal)), where=ideal > 0)


def judged(hits: JudgedHits, judgements: Judgements, settings: Settings) -> Values:
    """Share of the first k (of all hits, where there are fewer) that has any judgement."""
    limit = hits.lengths if settings.cutoff is None else np.minimum(settings.cutoff, hits.lengths)
    queries = hits.queries[hits.ranks <= (settings.cutoff or np.inf)]
    return _counted(queries, len(limit)) / np.maximum(1, limit)


def expected_reciprocal_rank(
    hits: JudgedHits, judgements: Judgements, settings: Settings
) -> Values:
    """Expected 1 / rank of the hit that ends the search (Chapelle and others, CIKM 2009).

    A hit ends it with the probability (2 ** grade - 1) / 2 ** 4, as in TREC's Web track, but
    without rounding.

    Raises:
        InputError: a grade above 4.
    """
    if judgements.grades.max(initial=0) > ERR_GRADE:
        raise InputError(
            f"The judgements hold the grade {judgements.grades.max()}, and ERR takes grades up to "
            f"{ERR_GRADE}. Use nDCG, which takes any."
        )
    keep = (hits.grades > 0) & (hits.ranks <= (settings.cutoff or np.inf))
    queries, ranks = hits.queries[keep], hits.ranks[keep]
    places, ends = places_of(queries), (np.exp2(hits.grades[keep]) - 1) / 2**ERR_GRADE
    goes_on = np.ones((len(hits.lengths), 2 + places.max(initial=-1)))
    goes_on[queries, places + 1] = 1 - ends
    reached = np.cumprod(goes_on, axis=1)[queries, places]
    return _summed(queries, reached * ends / ranks, len(hits.lengths))


Formula = Callable[[JudgedHits, Judgements, Settings], Values]

FORMULAS: Mapping[str, Formula] = {
    "nDCG": ndcg,
    "AP": average_precision,
    "RR": reciprocal_rank,
    "P": precision,
    "R": recall,
    "Success": success,
    "Judged": judged,
    "ERR": expected_reciprocal_rank,
}


def _relevant(hits: JudgedHits, settings: Settings) -> tuple[Integers, Integers, Integers]:
    """Give query, rank and place (0 for a query's first) of each relevant hit in the first k."""
    keep = (hits.grades >= settings.rel) & (hits.ranks <= (settings.cutoff or np.inf))
    queries = hits.queries[keep]
    return queries, hits.ranks[keep], places_of(queries)


def _found(hits: JudgedHits, settings: Settings) -> Values:
    queries, _, _ = _relevant(hits, settings)
    return _counted(queries, len(hits.lengths))


def _counted(queries: Integers, length: int) -> Values:
    return np.bincount(queries, minlength=length).astype(np.float64)


def _summed(queries: Integers, weights: Values, length: int) -> Values:
    return np.bincount(queries, weights, length).astype(np.float64, copy=False)


def gains_of(grades: Integers, settings: Settings) -> Values:
    """Give nDCG's gain of each grade; what is not positive adds nothing.

    Raises:
        InputError: exponential gains of grades that are too large for them.
    """
    gains: Values = grades.astype(np.float64)
    for grade, gain in settings.gains:
        gains[grades == grade] = gain
    if not settings.exponential:
        return gains
    if gains.max(initial=0) > LARGEST_EXPONENT:
        raise InputError(
            f"The judgements hold the grade {gains.max():.0f}, too large for dcg='exp-log2', which "
            f"takes 2 to the power of the grade. Use nDCG without it, or grades up to "
            f"{LARGEST_EXPONENT}."
        )
    gains = np.exp2(gains)
    return gains - 1


def _ideal(judgements: Judgements, settings: Settings) -> Values:
    """Discounted gain of the best order of all judged documents, per query."""
    key = (settings.cutoff, settings.exponential, settings.gains)
    if key not in judgements.ideals:
        gains = gains_of(judgements.grades, settings)
        keep = gains > 0
        queries, gains = judgements.queries[keep], gains[keep]
        order = np.lexsort((-gains, queries))
        queries, gains = queries[order], gains[order]
        places = places_of(queries)
        best = places < (settings.cutoff or np.inf)
        discounted = gains[best] / np.log2(places[best] + 2)
        length = len(judgements.query_ids)
        judgements.ideals[key] = _summed(queries[best], discounted, length)
    return judgements.ideals[key]
