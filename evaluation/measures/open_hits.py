"""The hits of a run that nobody judged, beside those that were: what bounds of a measure need."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.measures.formulas import Settings, gains_of
from evaluation.measures.judgements import Integers, Judgements, Values, places_of
from evaluation.run import Codes, Run

Masks = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Lists:
    """The first hits of every judged query as a table: a row per query, a column per rank.

    Attributes:
        relevant: (queries, depth) whether the hit is judged and relevant.
        open: (queries, depth) whether it is there and nobody judged it.
        gains: (queries, depth) nDCG's gain of the hit; 0 where it is open or missing.
        starts: (queries,) where the hits of each query begin in the run.
    """

    relevant: Masks
    open: Masks
    gains: Values
    starts: Integers

    @property
    def ranks(self) -> Integers:
        """The ranks of the columns, from 1."""
        return np.arange(1, self.relevant.shape[1] + 1)


def lists_of(run: Run, judgements: Judgements, settings: Settings, weighed: bool = True) -> Lists:
    """Lay out the hits down to the cut-off (the longest ranking without one).

    Their gains, which take most of the memory, only where they are `weighed`; else they are 0.
    """
    hits = judgements.hits(run)
    depth = int(hits.lengths.max(initial=0))
    depth = min(depth, settings.cutoff) if settings.cutoff else depth
    shape = (len(judgements.query_ids), depth)
    relevant = np.zeros(shape, bool)
    unjudged = np.arange(depth) < hits.lengths[:, None]
    inside = hits.ranks <= depth
    places = hits.queries[inside], hits.ranks[inside] - 1
    unjudged[places] = False
    relevant[places] = hits.grades[inside] >= settings.rel
    gains = np.zeros(shape) if weighed else np.broadcast_to(0.0, shape)
    if weighed:
        gains[places] = np.maximum(0.0, gains_of(hits.grades[inside], settings))
    codes = [run.position(query_id) for query_id in judgements.query_ids]
    starts = np.array([0 if code is None else run.offsets[code] for code in codes], np.int64)
    return Lists(relevant, unjudged, gains, starts)


@dataclass(frozen=True, eq=False)
class Open:
    """Every unjudged document that one of two rankings (or the only one) holds.

    Attributes:
        queries: code of the query, ascending.
        first: rank in the first ranking, 0 where it is not there.
        second: rank in the second ranking, 0 where it is not there.
    """

    queries: Integers
    first: Integers
    second: Integers


def open_of(lists: Lists) -> Open:
    """List the unjudged documents of one ranking."""
    queries, columns = np.nonzero(lists.open)
    return Open(queries, columns + 1, np.zeros(len(queries), np.int64))


def open_of_both(runs: tuple[Run, Run], lists: tuple[Lists, Lists]) -> Open:
    """List the unjudged documents of two rankings, each document once per query."""
    found = [np.nonzero(each.open) for each in lists]
    codes = [
        run.documents[each.starts[queries] + columns]
        for run, each, (queries, columns) in zip(runs, lists, found, strict=True)
    ]
    documents, size = _common(runs, codes)
    queries = np.concatenate([one[0] for one in found])
    ranks = np.concatenate([one[1] + 1 for one in found])
    keys, place = np.unique(queries * size + documents, return_inverse=True)
    sides = np.zeros((2, len(keys)), np.int64)
    split = len(found[0][0])
    sides[0, place[:split]] = ranks[:split]
    sides[1, place[split:]] = ranks[split:]
    return Open(keys // size, sides[0], sides[1])


def _common(runs: tuple[Run, Run], codes: list[Codes]) -> tuple[Integers, int]:
    """Give document codes of two runs, one behind the other, as codes of both, and a bound."""
    ids, places = [], []
    for run, own in zip(runs, codes, strict=True):
        used = np.zeros(len(run.doc_ids), bool)
        used[own] = True
        ids.append(run.doc_ids.take(pa.array(np.flatnonzero(used))).cast(pa.large_string()))
        places.append((np.cumsum(used) - 1)[own])
    joined = pa.concat_arrays(ids).dictionary_encode()
    both = joined.indices.to_numpy()
    first = len(ids[0])
    parts = [both[:first][places[0]], both[first:][places[1]]]
    return np.concatenate(parts).astype(np.int64), max(1, len(joined.dictionary))


def ideals_with(judgements: Judgements, settings: Settings, most: int, gain: float) -> Values:
    """Give nDCG's ideal gain per query if 0, 1, ... `most` more documents had the highest gain.

    Args:
        judgements: what is judged.
        settings: of the measure.
        most: number of further relevant documents in the last column.
        gain: what each of them is worth; at least as much as any judged one.

    Returns:
        (queries, most + 1).
    """
    gains = gains_of(judgements.grades, settings)
    order = np.lexsort((-gains, judgements.queries))
    order = order[gains[order] > 0]
    queries, gains = judgements.queries[order], gains[order]
    places = places_of(queries)
    limit = settings.cutoff or np.inf
    length = len(judgements.query_ids)
    added = np.arange(most)
    steps = np.where(added < limit, gain / np.log2(added + 2), 0.0)
    ideals = np.tile(np.concatenate([[0.0], np.cumsum(steps)]), (length, 1))
    for count in range(most + 1):
        if count >= limit:
            break
        inside = places + count < limit
        moved = gains[inside] / np.log2(places[inside] + count + 2)
        ideals[:, count] += np.bincount(queries[inside], moved, length)
    return ideals
