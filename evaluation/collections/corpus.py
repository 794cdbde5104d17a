"""Documents: one Arrow table behind a small interface that works at any size."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.collections.vector_sets import VectorSet
from evaluation.lookup import Index, find_ids, index_of


@dataclass(frozen=True, eq=False)
class Corpus:
    """Documents: a table with the text columns `doc_id, title, text` (+ metadata columns).

    Attributes:
        table: the documents.
        stored_index: `lookup.index_of` its ids, where that is kept beside the table.
        attached: further tables that belong to the documents, by kind (see `attachments`).
        vectors: vectors that were given for them, by the name of the set (see `vector_sets`).
    """

    table: pa.Table
    stored_index: Index | None = None
    attached: Mapping[str, pa.Table] = field(default_factory=dict)
    vectors: Mapping[str, VectorSet] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the documents."""
        return int(self.table.num_rows)

    @cached_property
    def doc_ids(self) -> pa.Array:
        """All document ids, in corpus order, as one arrow string array."""
        return _one_chunk(self.table["doc_id"])

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each document id (built on first use; for large corpora prefer `find`)."""
        return {doc_id: row for row, doc_id in enumerate(self.doc_ids.to_pylist())}

    def find(self, doc_ids: Sequence[str] | pa.Array) -> npt.NDArray[np.int64]:
        """Give the row of each id; -1 where the corpus has no such document."""
        wanted = (
            pa.array(doc_ids, self.doc_ids.type) if not isinstance(doc_ids, pa.Array) else doc_ids
        )
        named = wanted.cast(self.doc_ids.type).dictionary_encode()
        places = find_ids(named.dictionary, self.doc_ids, self.index).astype(np.int64)
        rows: npt.NDArray[np.int64] = places[named.indices.to_numpy()]
        return rows

    @cached_property
    def index(self) -> Index:
        """Where each id stands, by its hash: the stored index, else one made now."""
        return index_of(self.doc_ids) if self.stored_index is None else self.stored_index

    def documents(self, doc_ids: Sequence[str]) -> list[dict[str, str] | None]:
        """Fetch documents by id as `{doc_id, title, text, ...}`; None where there is none."""
        rows = self.find(doc_ids)
        known = self.take(rows[rows >= 0]).to_pylist()
        found = iter(known)
        return [next(found) if row >= 0 else None for row in rows]

    def texts(self, start: int = 0, end: int | None = None) -> list[str]:
        """Give `title + " " + text` of the documents from row `start` to `end` (exclusive).

        The title is left out where it is empty. This is the text every retriever sees.
        """
        length = (len(self) if end is None else min(end, len(self))) - start
        part = self.table.slice(start, max(0, length))
        pairs = zip(part["title"].to_pylist(), part["text"].to_pylist(), strict=True)
        return [join_title(title, text) for title, text in pairs]

    def take(self, rows: npt.NDArray[np.integer]) -> pa.Table:
        """Give the documents in the given rows, in that order.

        Goes batch by batch: Arrow's own `Table.take` first copies every text into one array.
        """
        batches, starts = self._batches
        batch_of = np.searchsorted(starts, rows, side="right") - 1
        parts, places = [], np.empty(len(rows), np.int64)
        done = 0
        for number in np.unique(batch_of):
            here = np.flatnonzero(batch_of == number)
            parts.append(batches[number].take(pa.array(rows[here] - starts[number])))
            places[here] = np.arange(done, done + len(here))
            done += len(here)
        return pa.Table.from_batches(parts, self.table.schema).combine_chunks().take(places)

    @cached_property
    def _batches(self) -> tuple[list[pa.RecordBatch], npt.NDArray[np.int64]]:
        """The batches that the table consists of, and the first row of each."""
        batches = self.table.to_batches()
        lengths = [batch.num_rows for batch in batches]
        return batches, np.concatenate([[0], np.cumsum(lengths[:-1], dtype=np.int64)])

    def texts_of(self, rows: npt.NDArray[np.integer]) -> list[str]:
        """Give the full text (title first) of the documents in the given rows."""
        part = self.take(rows)
        pairs = zip(part["title"].to_pylist(), part["text"].to_pylist(), strict=True)
        return [join_title(title, text) for title, text in pairs]

    def batches(self, size: int = 10_000) -> Iterator[list[str]]:
        """Go through the full texts in corpus order, `size` documents at a time."""
        for start in range(0, len(self), size):
            yield self.texts(start, start + size)


def join_title(title: str | None, text: str | None) -> str:
    """Put title and text together as retrievers see them: one space between, no empty half."""
    return " ".join(part for part in (title, text) if part)


def corpus_of(documents: Sequence[tuple[str, str, str]]) -> Corpus:
    """Make a small corpus from `(doc_id, title, text)` rows; handy in notebooks and tests."""
    columns = list(zip(*documents, strict=True)) or [(), (), ()]
    names = ("doc_id", "title", "text")
    return Corpus(
        pa.table(
            {
                name: pa.array(values, pa.string())
                for name, values in zip(names, columns, strict=True)
            }
        )
    )


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    merged = column.combine_chunks()
    return merged.chunk(0) if isinstance(merged, pa.ChunkedArray) else merged
