"""The one tie rule: score in single precision, descending, then document id, descending.

This is trec_eval's rule (Buckley, NIST): it reads scores as C floats and breaks ties by comparing
the bytes of the document ids. Nothing else in the project orders hits.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evaluation.errors import InputError

Hits = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.float32]]


def order_hits(
    query_count: int,
    doc_ids: pa.Array,
    hits: tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]],
) -> Hits:
    """Order hits by query code, then best first; of a repeated document the best hit stays.

    Args:
        query_count: queries are coded 0 to query_count - 1.
        doc_ids: the ids behind the document codes (needed where scores tie).
        hits: query codes, document codes and scores, of one length and in any order.

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
    same_query = queries[1:] == queries[:-1]
    falling = (queries[1:] > queries[:-1]) | (same_query & (scores[1:] <= scores[:-1]))
    if not falling.all():
        order = np.lexsort((-scores, queries))
        queries, documents, scores = queries[order], documents[order], scores[order]
    documents = _break_ties(queries, documents, scores, doc_ids)
    keep = _first_of_each(query_count, queries, documents)
    if keep is None:
        return queries, documents, scores
    return queries[keep], documents[keep], scores[keep]


def _break_ties(
    queries: npt.NDArray[np.int32],
    documents: npt.NDArray[np.int32],
    scores: npt.NDArray[np.float32],
    doc_ids: pa.Array,
) -> npt.NDArray[np.int32]:
    """Within each stretch of equal scores, order the documents by id, descending."""
    tied_to_next = (queries[1:] == queries[:-1]) & (scores[1:] == scores[:-1])
    if not tied_to_next.any():
        return documents
    tied = np.zeros(len(documents), bool)
    tied[1:] = tied_to_next
    tied[:-1] |= tied_to_next
    rows = np.flatnonzero(tied)
    starts = np.ones(len(documents), np.int64)
    starts[1:] = ~tied_to_next
    group = np.cumsum(starts)[rows]
    codes, inverse = np.unique(documents[rows], return_inverse=True)
    names = doc_ids.take(pa.array(codes))
    place = np.empty(len(codes), np.int64)
    place[pc.sort_indices(names, sort_keys=[("", "descending")]).to_numpy()] = np.arange(len(codes))
    result = documents.copy()
    result[rows] = documents[rows][np.lexsort((place[inverse], group))]
    return result


def _first_of_each(
    query_count: int, queries: npt.NDArray[np.int32], documents: npt.NDArray[np.int32]
) -> npt.NDArray[np.int64] | None:
    """Give the rows of the first hit of each (query, document), or None if none repeats."""
    if not len(queries):
        return None
    bounds = np.searchsorted(queries, np.arange(query_count + 1))
    last_row = np.empty(int(documents.max()) + 1, np.int64)
    repeated = False
    for start, end in zip(bounds[:-1], bounds[1:], strict=True):
        rows = np.arange(start, end)
        last_row[documents[start:end]] = rows
        if (last_row[documents[start:end]] != rows).any():
            repeated = True
            break
    if not repeated:
        return None
    keys = queries.astype(np.int64) * (int(documents.max()) + 1) + documents
    return np.sort(np.unique(keys, return_index=True)[1])
