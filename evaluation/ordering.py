"""The one tie rule: score in single precision, descending, then document id, descending.

This is trec_eval's rule (Buckley, NIST): it reads scores as C floats and breaks ties by comparing
the bytes of the document ids. Nothing else in the project orders hits.

Most runs arrive in order, so everything here first looks whether there is work to do: what is in
order is not sorted, and ids are compared only where scores tie.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evaluation.errors import InputError

Codes = npt.NDArray[np.int32]
Scores = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Hits = tuple[Codes, Codes, Scores]


class TieRule(StrEnum):
    """Which of the documents with one score stands first: ours, and others to see what hangs on it.

    `BEST` and `WORST` give the highest and the lowest value that the order of ties can bring about.
    """

    DESCENDING = "document id, descending (ours)"
    ASCENDING = "document id, ascending"
    BEST = "higher grades first (upper bound)"
    WORST = "higher grades last (lower bound)"


CACHED = 1 << 18  # hits looked at together, so that what is read and written fits the cache
HALF = np.uint64(32)
LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True, eq=False)
class IdOrder:
    """Documents by the bytes of their ids, descending: what decides where scores tie.

    Attributes:
        codes: the documents in that order.
        places: (all documents,) where each of them stands in it.
    """

    codes: Codes
    places: npt.NDArray[np.uint32]

    @classmethod
    def of(cls, doc_ids: pa.Array, documents: Codes) -> "IdOrder":
        """Order those of the documents that are among some codes; the others have no place."""
        occurs = np.zeros(len(doc_ids), bool)
        occurs[documents] = True
        codes = np.flatnonzero(occurs).astype(np.int32)
        names = doc_ids.take(pa.array(codes))
        order = pc.sort_indices(names, sort_keys=[("", "descending")])
        codes = np.asarray(codes[order.to_numpy()], np.int32)
        places = np.empty(len(doc_ids), np.uint32)
        places[codes] = np.arange(len(codes), dtype=np.uint32)
        return cls(codes, places)

    @classmethod
    def of_all(cls, doc_ids: pa.Array) -> "IdOrder":
        """Order all documents, for those who order hits many times."""
        return cls.of(doc_ids, np.arange(len(doc_ids), dtype=np.int32))


def order_hits(
    query_count: int,
    doc_ids: pa.Array,
    hits: tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]],
    by_id: IdOrder | None = None,
) -> Hits:
    """Order hits by query code, then best first; of a repeated document the best hit stays.

    Args:
        query_count: queries are coded 0 to query_count - 1.
        doc_ids: the ids behind the document codes (needed where scores tie).
        hits: query codes, document codes and scores, of one length and in any order.
        by_id: the order of all ids, where it is known.

    Raises:
        InputError: a score is not a finite number.
    """
    queries = np.asarray(hits[0], np.int32)
    documents = np.asarray(hits[1], np.int32)
    with np.errstate(over="ignore"):
        scores = np.asarray(hits[2]).astype(np.float32, copy=False)
    if not np.isfinite(scores).all():
        row = int(np.flatnonzero(~np.isfinite(scores))[0])
        raise InputError(
            f"Hit {row + 1} of the run has the score {hits[2][row]}, which is not a finite number. "
            "Give every hit a finite score."
        )
    if not _in_order(queries, scores):
        order = np.argsort(_sort_keys(queries, scores))
        queries, documents, scores = queries[order], documents[order], scores[order]
    documents = _break_ties((queries, documents, scores), doc_ids, by_id)
    if not _repeats(query_count, queries, documents):
        return queries, documents, scores
    pairs = queries.astype(np.int64) * (int(documents.max()) + 1) + documents
    keep = np.sort(np.unique(pairs, return_index=True)[1])
    return queries[keep], documents[keep], scores[keep]


def order_ties(
    hits: Sequence[tuple[str, float]], rule: TieRule, grades: Mapping[str, int]
) -> list[tuple[str, float]]:
    """Give the hits of one query, which stand in our order, as another tie rule would have them.

    Args:
        hits: document ids and scores, as `Run.hits` gives them.
        rule: how hits of equal score are ordered.
        grades: judgements of the query; an unjudged document and a negative grade count as 0.
    """
    ordered: list[tuple[str, float]] = []
    for _, stretch in groupby(hits, key=lambda hit: hit[1]):
        tied = list(stretch)
        if rule is TieRule.ASCENDING:
            tied.reverse()
        elif rule in (TieRule.BEST, TieRule.WORST):
            best_first = rule is TieRule.BEST
            tied.sort(key=lambda hit: max(0, grades.get(hit[0], 0)), reverse=best_first)
        ordered += tied
    return ordered


def _in_order(queries: Codes, scores: Scores) -> bool:
    """Say whether hits stand by query, and by falling score within a query."""
    for start in range(0, len(queries) - 1, CACHED):
        query, score = (values[start : start + CACHED + 1] for values in (queries, scores))
        fine = score[1:] <= score[:-1]
        fine &= query[1:] == query[:-1]
        fine |= query[1:] > query[:-1]
        if not fine.all():
            return False
    return True


def _sort_keys(queries: Codes, scores: Scores) -> npt.NDArray[np.uint64]:
    """Give numbers that sort like (query ascending, score descending)."""
    bits = (scores + np.float32(0)).view(np.uint32)  # adding 0 turns -0.0 into 0.0
    negative = bits >> np.uint32(31) == 1
    falling = np.where(negative, bits, ~(bits | np.uint32(1 << 31)))
    return (queries.astype(np.uint64) << HALF) | falling


def _break_ties(hits: Hits, doc_ids: pa.Array, by_id: IdOrder | None) -> Codes:
    """Within each stretch of equal scores, order the documents by id, descending."""
    queries, documents, scores = hits
    tied_to_next = scores[1:] == scores[:-1]
    tied_to_next &= queries[1:] == queries[:-1]
    if not tied_to_next.any():
        return documents
    tied = np.append(tied_to_next, False)
    tied[1:] |= tied_to_next
    rows = np.flatnonzero(tied)
    first_of_group = (rows == 0) | ~tied_to_next[rows - 1]
    groups = np.cumsum(first_of_group).astype(np.uint64)
    order = by_id or IdOrder.of(doc_ids, documents[rows])
    keys = (groups << HALF) | order.places[documents[rows]]
    keys.sort()
    result = documents.copy()
    result[rows] = order.codes[(keys & LOW).astype(np.int64)]
    return result


def _repeats(query_count: int, queries: Codes, documents: Codes) -> bool:
    """Say whether a query has a document twice; hits stand by query."""
    starts = np.searchsorted(queries, np.arange(query_count + 1, dtype=np.int32))
    lengths = np.diff(starts)
    changes = np.flatnonzero(np.diff(lengths)) + 1
    for part in np.split(np.arange(query_count), changes):
        # neighbours with equally many hits make a matrix, which sorts faster than one by one
        length = int(lengths[part[0]]) if len(part) else 0
        step = max(1, CACHED // max(1, length))
        for first in part[::step] if length > 1 else ():
            last = min(first + step, part[-1] + 1)
            found = documents[starts[first] : starts[last]].reshape(-1, length).copy()
            found.sort(axis=1)
            if (found[:, 1:] == found[:, :-1]).any():
                return True
    return False
