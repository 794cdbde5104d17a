"""Making a run some queries at a time: what is not in order yet is never much of it."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.ordering import Codes, IdOrder, Scores, order_hits
from evaluation.run import Run

TOGETHER = 1 << 20  # hits that are ordered at once


class RunParts:
    """Takes the answers to queries, one after the other, and gives the run they make.

    A large run is ordered and cut part by part, so that memory holds little beside the hits that
    are kept. The run is the one that `Run.from_hits` makes of all hits together.
    """

    def __init__(self, query_ids: Sequence[str], doc_ids: pa.Array, depth: int) -> None:
        self.query_ids, self.doc_ids, self.depth = query_ids, doc_ids, depth
        self._lengths: list[int] = []  # of what was taken and is not in order yet
        self._waiting: list[tuple[npt.NDArray[Any], npt.NDArray[Any]]] = []
        self._hits = 0
        self._counts: list[npt.NDArray[np.int64]] = []
        self._documents: list[Codes] = []
        self._scores: list[Scores] = []
        self._duplicates = 0
        self._by_id: IdOrder | None = None

    def add(self, documents: npt.NDArray[Any], scores: npt.NDArray[Any]) -> None:
        """Take the hits of the next query, in any order: document codes and finite scores."""
        self.add_all([len(documents)], documents, scores)

    def add_all(
        self, lengths: Iterable[int], documents: npt.NDArray[Any], scores: npt.NDArray[Any]
    ) -> None:
        """Take the hits of the next queries: how many each has, and all of them by query."""
        self._lengths.extend(lengths)
        self._waiting.append((documents, scores))
        self._hits += len(documents)
        if self._hits >= TOGETHER:
            self._by_id = self._by_id or IdOrder.of_all(self.doc_ids)
            self._order()

    def run(self, failed: Sequence[str] = ()) -> Run:
        """Give the run, once all queries were answered; nothing can be added afterwards."""
        self._order()
        counts = np.concatenate([np.zeros(1, np.int64), *self._counts])
        return Run(
            tuple(self.query_ids),
            self.doc_ids,
            np.cumsum(counts),
            _emptied(self._documents, np.int32),
            _emptied(self._scores, np.float32),
            frozenset(failed),
            self._duplicates,
        ).compact()

    def _order(self) -> None:
        """Order and cut what is waiting."""
        queries = len(self._lengths)
        if not queries:
            return
        codes = np.repeat(np.arange(queries, dtype=np.int32), self._lengths)
        documents, scores = (np.concatenate(column) for column in zip(*self._waiting, strict=True))
        hits = order_hits(queries, self.doc_ids, (codes, documents, scores), self._by_id)
        self._duplicates += len(codes) - len(hits[0])
        starts = np.searchsorted(hits[0], np.arange(queries + 1, dtype=np.int32))
        lengths = np.diff(starts)
        ranks = np.arange(len(hits[0])) - np.repeat(starts[:-1], lengths)
        kept = ranks < self.depth
        self._counts.append(np.minimum(lengths, self.depth))
        self._documents.append(hits[1][kept])
        self._scores.append(hits[2][kept])
        self._lengths, self._waiting, self._hits = [], [], 0


def _emptied(parts: list[npt.NDArray[Any]], kind: Any) -> npt.NDArray[Any]:
    """Put arrays behind one another and let go of each as soon as it is copied."""
    if len(parts) == 1:
        return parts.pop()
    whole, end = np.empty(sum(map(len, parts)), kind), 0
    parts.reverse()
    while parts:
        part = parts.pop()
        whole[end : end + len(part)] = part
        end += len(part)
    return whole
