"""From the weighed n-grams of queries to ranked documents."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from evaluation.collections.collection import Corpus, Queries
from evaluation.ngrams.suffix_array import Integers, SuffixArray
from evaluation.ngrams.weighing import Match, Numbers, WeighedNgrams, match_in
from evaluation.progress import Progress
from evaluation.run import Run

SELECT_AT_MOST = 1500  # occurrences of an n-gram that selects documents (SEAL, as published)
Occurrences = tuple[int, Integers, Integers]


@dataclass(frozen=True)
class Ranking:
    """How documents are chosen, scored and ranked.

    Attributes:
        scored: documents of a query that are scored fully; the others are no hits.
        coverage: beta, how much an n-gram loses whose tokens heavier ones hold already.
        depth: how many documents are kept.
        progress: hears of every query.
    """

    scored: int
    coverage: float
    depth: int
    progress: Progress


def ranked(
    corpus: Corpus,
    queries: Queries,
    index: SuffixArray,
    weighed: Iterable[WeighedNgrams],
    ranking: Ranking,
) -> Run:
    """Rank the documents of every query by its weighed n-grams."""
    codes, rows, scores = [np.zeros(0, int)], [np.zeros(0, int)], [np.zeros(0)]
    for number, ngrams in enumerate(weighed):
        found, values = score_documents(index, ngrams, ranking.scored, ranking.coverage)
        codes.append(np.full(len(found), number))
        rows.append(found)
        scores.append(values)
        ranking.progress.report(number + 1, len(queries), "queries")
    hits = np.concatenate(codes), np.concatenate(rows), np.concatenate(scores)
    return Run.from_hits(queries.ids, corpus.doc_ids, hits, ranking.depth)


def score_documents(
    index: SuffixArray, weighed: WeighedNgrams, scored: int, coverage: float
) -> tuple[Integers, Numbers]:
    """Give the fully scored documents (rows, ascending) and their scores.

    N-grams that occur at most 1500 times select documents, by the sum of their weights; the best
    `scored` are then scored by all n-grams, without overlaps.
    """
    occurrences = _occurrences(index, weighed)
    chosen = _select(index, weighed, occurrences, scored)
    found = [list[tuple[int, int]]() for _ in chosen]
    for number, places, documents in occurrences:
        here = np.searchsorted(chosen, documents)
        kept = np.flatnonzero(np.append(chosen, -1)[here] == documents)
        inside = places[kept] - index.starts[documents[kept]]
        for document, place in zip(here[kept].tolist(), inside.tolist(), strict=True):
            found[document].append((number, place))
    matches = (match_in(weighed, each, coverage) for each in found)
    scores = [sum(match.adds for match in each) for each in matches]
    return chosen, np.array(scores, np.float64)


def matches_of(
    index: SuffixArray, weighed: WeighedNgrams, document: int, coverage: float
) -> list[Match]:
    """Give what the score of one document (its row) is made of."""
    found = []
    for number, places, documents in _occurrences(index, weighed):
        inside = places[documents == document] - index.starts[document]
        found += [(number, place) for place in inside.tolist()]
    return match_in(weighed, found, coverage)


def _select(
    index: SuffixArray, weighed: WeighedNgrams, occurrences: list[Occurrences], scored: int
) -> Integers:
    totals = np.zeros(len(index.starts) - 1, np.float64)
    for number, _, documents in occurrences:
        if weighed.occurrences[number] <= SELECT_AT_MOST:
            totals[np.unique(documents)] += weighed.weights[number]
    found = np.flatnonzero(totals)
    best = np.lexsort((found, -totals[found]))[:scored]
    return np.asarray(np.unique(found[best]), np.int64)


def _occurrences(index: SuffixArray, weighed: WeighedNgrams) -> list[Occurrences]:
    """Give number, places (ascending) and documents of every n-gram."""
    found = []
    bounds = zip(weighed.low.tolist(), weighed.high.tolist(), strict=True)
    for number, (low, high) in enumerate(bounds):
        places = np.sort(index.positions(low, high))
        found.append((number, places, index.documents(places)))
    return found
