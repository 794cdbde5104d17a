"""Judgements and the judged hits of a run as integer arrays: all that a measure needs."""

from dataclasses import dataclass, field
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.collections.collection import Qrels
from evaluation.run import Run

Integers = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class JudgedHits:
    """The hits of a run that were judged, in run order (so by rank within a query).

    Attributes:
        queries: code of the query among the judged queries; one query's hits stand together.
        ranks: rank within the whole ranking, from 1.
        grades: the judgement.
        places: 0 for the first judged hit of a query, 1 for the second, ...
        lengths: (judged queries,) how many hits the run has for each, judged or not.
    """

    queries: Integers
    ranks: Integers
    grades: Integers
    places: Integers
    lengths: Integers

    def judged_only(self) -> "JudgedHits":
        """Forget unjudged hits: ranks count judged ones only (trec_eval -J).

        As in trec_eval a negative grade stands for "not judged" here.
        """
        keep = self.grades >= 0
        queries = self.queries[keep]
        places = places_of(queries)
        lengths = np.bincount(queries, minlength=len(self.lengths))
        return JudgedHits(queries, places + 1, self.grades[keep], places, lengths)


@dataclass(frozen=True, eq=False)
class Judgements:
    """Judgements prepared for evaluating many runs: codes instead of ids, sorted.

    Attributes:
        query_ids: the judged queries, in order of their first judgement.
        doc_ids: every judged document once.
        pairs: (judgements,) sorted `query code * len(doc_ids) + document code`.
        grades: (judgements,) aligned with `pairs`.
        ideals: nDCG's ideal gains, remembered by the settings they were computed for.
    """

    query_ids: list[str]
    doc_ids: pa.Array
    pairs: Integers
    grades: Integers
    ideals: dict[object, Values] = field(default_factory=dict, repr=False)
    _hits: "WeakKeyDictionary[Run, tuple[JudgedHits, Integers]]" = field(
        default_factory=WeakKeyDictionary, repr=False
    )

    @cached_property
    def codes(self) -> dict[str, int]:
        """Code of each judged query."""
        return {query_id: code for code, query_id in enumerate(self.query_ids)}

    @cached_property
    def queries(self) -> Integers:
        """Query code of each judgement."""
        return self.pairs // max(1, len(self.doc_ids))

    def relevant(self, rel: int) -> Integers:
        """Count, per query, the documents with a grade of at least `rel`."""
        return np.bincount(self.queries[self.grades >= rel], minlength=len(self.query_ids))

    def hits(self, run: Run) -> JudgedHits:
        """Find the judged hits of a run; remembered for as long as the run is held."""
        return self._known(run)[0]

    def ranks(self, run: Run) -> Integers:
        """Give, for each judgement, the rank of its document in a run; 0 where it has none."""
        hits, places = self._known(run)
        ranks = np.zeros(len(self.pairs), np.int64)
        ranks[places] = hits.ranks
        return ranks

    def _known(self, run: Run) -> tuple[JudgedHits, Integers]:
        found = self._hits.get(run)
        if found is None:
            found = self._hits[run] = self._find(run)
        return found

    def rows(self, run: Run) -> tuple[Integers, Integers]:
        """Give the rows of a run's judged hits, and the judgement that each of them has."""
        return self._matches(run)[:2]

    def _find(self, run: Run) -> tuple[JudgedHits, Integers]:
        """Find the judged hits of a run, and which judgement each of them has."""
        rows, places, asked = self._matches(run)
        codes = self._query_codes(run)
        queries, ranks = codes[asked], rows - run.offsets[asked] + 1
        lengths = np.zeros(len(self.query_ids), np.int64)
        lengths[codes[codes >= 0]] = run.lengths()[codes >= 0]
        hits = JudgedHits(queries, ranks, self.grades[places], places_of(queries), lengths)
        return hits, places

    def _matches(self, run: Run) -> tuple[Integers, Integers, Integers]:
        """Give the rows of a run's judged hits, the judgement of each, and its query in the run."""
        codes = self._query_codes(run)
        known = np.flatnonzero(codes >= 0)
        positions = np.full(len(self.query_ids), -1, np.int64)
        positions[codes[known]] = known
        asked = positions[self.queries]
        wanted = np.flatnonzero(asked >= 0)
        asked, documents = asked[wanted], self.pairs[wanted] % max(1, len(self.doc_ids))
        hits = documents, run.offsets[asked], run.offsets[asked + 1]
        rows = run.rows_of(self.doc_ids, hits)
        found = np.flatnonzero(rows >= 0)
        found = found[np.argsort(rows[found])]
        return rows[found], wanted[found], asked[found]

    def _query_codes(self, run: Run) -> Integers:
        return np.fromiter((self.codes.get(q, -1) for q in run.query_ids), np.int64)


def judgements_of(qrels: Qrels) -> Judgements:
    """Prepare judgements; the result is remembered for as long as `qrels` is held."""
    known = _PREPARED.get(qrels)
    if known is None:
        known = _PREPARED[qrels] = _prepare(qrels)
    return known


def places_of(*groups: Integers) -> Integers:
    """Number the members of each group from 0; rows with equal values in all stand together."""
    rows = np.arange(len(groups[0]))
    first = rows == 0
    for values in groups:
        first[1:] |= values[1:] != values[:-1]
    return rows - np.maximum.accumulate(np.where(first, rows, 0))


_PREPARED: "WeakKeyDictionary[Qrels, Judgements]" = WeakKeyDictionary()


def _prepare(qrels: Qrels) -> Judgements:
    queries, query_ids = _coded(qrels.table["query_id"])
    documents, doc_ids = _coded(qrels.table["doc_id"])
    pairs = queries * len(doc_ids) + documents
    order = np.argsort(pairs, kind="stable")
    grades = qrels.table["relevance"].to_numpy().astype(np.int64)
    return Judgements(query_ids.to_pylist(), doc_ids, pairs[order], grades[order])


def _coded(column: pa.ChunkedArray) -> tuple[Integers, pa.Array]:
    """Give the code of each value and the distinct values in order of appearance."""
    whole = pa.chunked_array(column.chunks, column.type).combine_chunks()
    coded = (whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole).dictionary_encode()
    return coded.indices.to_numpy().astype(np.int64), coded.dictionary
