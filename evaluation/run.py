"""A run: what one system returned, per query, best document first, held as arrays."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.files import open_table, write_table
from evaluation.lookup import Rows
from evaluation.ordering import order_hits
from evaluation.postings import Asked, Postings, rows_of

Codes = npt.NDArray[np.int32]
Scores = npt.NDArray[np.float32]
Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Run:
    """The rankings of one system.

    The hits of query `i` are `documents[offsets[i]:offsets[i + 1]]` (codes into `doc_ids`) with
    `scores` beside them, ordered by score in single precision, descending, then by document id
    (UTF-8 bytes), descending: the order of trec_eval. A document stands at most once per query,
    and only documents that matched are held.

    Attributes:
        query_ids: one id per query, each once; a query may have no hits.
        doc_ids: ids of all documents that occur (arrow string array, in no special order).
        offsets: (queries + 1,) int64.
        documents: (hits,) int32 codes into doc_ids.
        scores: (hits,) float32, finite.
        failed: queries whose answer could not be had; they are neither zero nor dropped.
        duplicates: how many repeated (query, document) lines were removed on the way in.
    """

    query_ids: tuple[str, ...]
    doc_ids: pa.Array
    offsets: Offsets
    documents: Codes
    scores: Scores
    failed: frozenset[str] = frozenset()
    duplicates: int = 0
    _positions: dict[str, int] = field(default_factory=dict, repr=False)
    _postings: Postings | None = field(default=None, repr=False)  # what was opened has them

    @classmethod
    def from_hits(
        cls,
        query_ids: Sequence[str],
        doc_ids: pa.Array,
        hits: tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]],
        depth: int | None = None,
        failed: Sequence[str] = (),
    ) -> "Run":
        """Order hits given in any order, drop repeated documents, and cut at `depth`.

        Args:
            query_ids: id of each query code.
            doc_ids: id of each document code; codes that do not occur are forgotten.
            hits: three arrays of one length: query codes, document codes, scores (finite).
            depth: how many documents to keep per query; None keeps all.
            failed: ids of queries whose answer could not be had.
        """
        run = cls.ordered(query_ids, doc_ids, hits, failed)
        return (run if depth is None else run.top(depth)).compact()

    @classmethod
    def ordered(
        cls,
        query_ids: Sequence[str],
        doc_ids: pa.Array,
        hits: tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]],
        failed: Sequence[str] = (),
    ) -> "Run":
        """Order hits as `from_hits` does, when every one of the documents is known to occur."""
        queries, documents, scores = order_hits(len(query_ids), doc_ids, hits)
        duplicates = len(hits[0]) - len(queries)
        offsets = np.searchsorted(queries, np.arange(len(query_ids) + 1, dtype=np.int32))
        return cls(
            tuple(query_ids), doc_ids, offsets, documents, scores, frozenset(failed), duplicates
        )

    @classmethod
    def from_lists(cls, rankings: Mapping[str, Sequence[tuple[str, float]]]) -> "Run":
        """Build a small run from `{query_id: [(doc_id, score), ...]}`; handy in notebooks."""
        vocabulary: dict[str, int] = {}
        queries, documents, scores = [], [], []
        for code, hits in enumerate(rankings.values()):
            for doc_id, score in hits:
                queries.append(code)
                documents.append(vocabulary.setdefault(doc_id, len(vocabulary)))
                scores.append(score)
        arrays = np.array(queries, np.int32), np.array(documents, np.int32), np.array(scores)
        return cls.from_hits(list(rankings), pa.array(list(vocabulary), pa.string()), arrays)

    def __len__(self) -> int:
        """Count the hits."""
        return len(self.documents)

    def position(self, query_id: str) -> int | None:
        """Give the code of a query in this run, or None if the run does not know it."""
        if not self._positions:
            self._positions.update((name, code) for code, name in enumerate(self.query_ids))
        return self._positions.get(query_id)

    def rows_of(self, doc_ids: pa.Array, asked: Asked) -> Rows:
        """Find hits: the row in `documents` of each one asked for; -1 where it is not there.

        Args:
            doc_ids: ids of documents, each once.
            asked: for each hit the place of its document in `doc_ids`, and where the hits of its
                query start and end.
        """
        if self._postings is None:
            return rows_of(doc_ids, self.doc_ids, self.documents, asked)
        return self._postings.rows_of(doc_ids, self.doc_ids, asked)

    def hits(self, query_id: str, depth: int | None = None) -> list[tuple[str, float]]:
        """List `(doc_id, score)` of one query, best first; empty if the run has none."""
        code = self.position(query_id)
        if code is None:
            return []
        start, end = int(self.offsets[code]), int(self.offsets[code + 1])
        end = end if depth is None else min(end, start + depth)
        names = self.doc_ids.take(pa.array(self.documents[start:end])).to_pylist()
        return list(zip(names, self.scores[start:end].tolist(), strict=True))

    def __iter__(self) -> Iterator[tuple[str, list[tuple[str, float]]]]:
        """Go through the queries: `(query_id, [(doc_id, score), ...])`."""
        for query_id in self.query_ids:
            yield query_id, self.hits(query_id)

    def lengths(self) -> npt.NDArray[np.int64]:
        """Count the hits of each query."""
        return np.diff(self.offsets)

    def query_codes(self) -> Codes:
        """Give the query code of each hit."""
        return np.repeat(np.arange(len(self.query_ids), dtype=np.int32), self.lengths())

    def ranks(self) -> Codes:
        """Give the rank of each hit within its query, from 1."""
        starts = np.repeat(self.offsets[:-1], self.lengths())
        return (np.arange(len(self.documents)) - starts + 1).astype(np.int32)

    def top(self, depth: int) -> "Run":
        """Keep the best `depth` documents of each query."""
        if not len(self) or int(self.lengths().max()) <= depth:
            return self
        keep = self.ranks() <= depth
        lengths = np.minimum(self.lengths(), depth)
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        return self._with(offsets, self.documents[keep], self.scores[keep])

    def only(self, query_ids: Sequence[str]) -> "Run":
        """Keep the given queries, in the given order; unknown ones have no hits."""
        if tuple(query_ids) == self.query_ids:
            return self
        codes = [self.position(query_id) for query_id in query_ids]
        spans = [(0, 0) if c is None else (self.offsets[c], self.offsets[c + 1]) for c in codes]
        offsets = np.concatenate([[0], np.cumsum([b - a for a, b in spans])]).astype(np.int64)
        rows = np.concatenate([np.arange(a, b) for a, b in spans] or [np.zeros(0, np.int64)])
        rows = rows.astype(np.int64)
        failed = self.failed & set(query_ids)
        return Run(
            tuple(query_ids),
            self.doc_ids,
            offsets,
            self.documents[rows],
            self.scores[rows],
            failed,
        )

    def compact(self) -> "Run":
        """Forget the document ids that no query returned."""
        if len(self.doc_ids) <= len(self.documents) // 4:
            return self
        used = np.zeros(len(self.doc_ids), bool)
        used[self.documents] = True
        if used.all():
            return self
        renumbered = np.cumsum(used, dtype=np.int32) - 1
        doc_ids = self.doc_ids.filter(pa.array(used))
        return Run(
            self.query_ids,
            doc_ids,
            self.offsets,
            renumbered[self.documents].astype(np.int32),
            self.scores,
            self.failed,
            self.duplicates,
        )

    def save(self, folder: Path) -> None:
        """Write the run into an existing empty folder (Arrow files and one JSON)."""
        postings = self._postings or Postings.of(self.doc_ids, self.documents)
        hits = {"document": self.documents, "score": self.scores, "row": postings.rows}
        write_table(folder / "hits.arrow", pa.table({k: pa.array(v) for k, v in hits.items()}))
        lookup = {"index": pa.array(postings.index), "end": pa.array(postings.ends)}
        write_table(folder / "documents.arrow", pa.table({"doc_id": self.doc_ids} | lookup))
        queries = pa.array(self.query_ids, pa.string())
        ends = pa.array(self.offsets[1:])
        write_table(folder / "queries.arrow", pa.table({"query_id": queries, "end": ends}))
        about = {"failed": sorted(self.failed), "duplicates": self.duplicates}
        (folder / "run.json").write_text(json.dumps(about), "utf-8")

    @classmethod
    def open(cls, folder: Path) -> "Run":
        """Open a saved run; its arrays are memory-mapped, so this is immediate at any size."""
        hits, documents, queries = (
            open_table(folder / f"{name}.arrow") for name in ("hits", "documents", "queries")
        )
        stored = "row" in hits.column_names  # the first runs ever stored were not
        lookup = [documents["index"], documents["end"], hits["row"]] if stored else []
        about = json.loads((folder / "run.json").read_text("utf-8"))
        return cls(
            tuple(queries["query_id"].to_pylist()),
            _whole(documents["doc_id"]),
            np.concatenate([[0], queries["end"].to_numpy()]).astype(np.int64),
            _whole(hits["document"]).to_numpy(),
            _whole(hits["score"]).to_numpy(),
            frozenset(about["failed"]),
            about["duplicates"],
            _postings=Postings(*(_whole(c).to_numpy() for c in lookup)) if stored else None,
        )

    def _with(self, offsets: Offsets, documents: Codes, scores: Scores) -> "Run":
        return Run(self.query_ids, self.doc_ids, offsets, documents, scores, self.failed)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """Give a column as one array; without a copy if it is in one piece, as what we wrote is."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
