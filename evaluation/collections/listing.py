"""Queries and judgements to look through, a page at a time, at any size."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from evaluation.collections.collection import Collection
from evaluation.collections.corpus import join_title

EXCERPT = 300


@dataclass(frozen=True)
class Page:
    """Some of the rows that were looked for, and how many there are in all."""

    rows: list[dict[str, Any]]
    total: int


def find_queries(
    collection: Collection, split: str, text: str = "", limit: int = 50, offset: int = 0
) -> Page:
    """Find queries whose id or text contains a text (in either case), in file order.

    Returns:
        Rows `query_id, text, judged, relevant` (+ the uploader's columns); the counts are those
        of the split, 0 for a query that it does not judge.
    """
    table = collection.queries.table
    found = table.filter(_holds(table, ("query_id", "text"), text)) if text.strip() else table
    rows = found.slice(offset, limit).to_pylist()
    counts = _counts(collection, split, [row["query_id"] for row in rows])
    for row in rows:
        row["judged"], row["relevant"] = counts.get(row["query_id"], (0, 0))
    return Page(rows, found.num_rows)


def find_judgements(
    collection: Collection, split: str, text: str = "", limit: int = 50, offset: int = 0
) -> Page:
    """Find judgements whose query id, query text or document id contains a text, in file order.

    Returns:
        Rows `query_id, query, doc_id, document, relevance`; `document` is the beginning of the
        document's title and text, empty where the corpus has no such document.
    """
    table = collection.split(split).table
    found = table.filter(_asked(collection, table, text)) if text.strip() else table
    rows = found.slice(offset, limit).to_pylist()
    documents = _excerpts(collection, [row["doc_id"] for row in rows])
    for row, document in zip(rows, documents, strict=True):
        row["query"] = collection.queries.text_of.get(row["query_id"], "")
        row["document"] = document
    return Page(rows, found.num_rows)


def _asked(collection: Collection, table: pa.Table, text: str) -> pa.ChunkedArray:
    queries = collection.queries.table
    matching = queries.filter(_holds(queries, ("text",), text))["query_id"].combine_chunks()
    by_text = pc.is_in(table["query_id"], value_set=matching)
    return pc.or_(_holds(table, ("query_id", "doc_id"), text), by_text)


def _holds(table: pa.Table, columns: Sequence[str], text: str) -> pa.ChunkedArray:
    """Tell for each row whether one of the columns contains the text."""
    hits = [
        pc.match_substring(pc.fill_null(table[name], ""), text.strip(), ignore_case=True)
        for name in columns
    ]
    found = hits[0]
    for hit in hits[1:]:
        found = pc.or_(found, hit)
    return found


def _counts(
    collection: Collection, split: str, query_ids: Sequence[str]
) -> dict[str, tuple[int, int]]:
    """Count judgements and relevant documents of some queries in a split."""
    if not split:
        return {}
    table = collection.split(split).table
    part = table.filter(pc.is_in(table["query_id"], value_set=pa.array(query_ids, pa.string())))
    relevant = pc.greater(part["relevance"], 0).cast(pa.int32())
    grouped = part.append_column("relevant", relevant).group_by("query_id")
    rows = grouped.aggregate([("relevant", "count"), ("relevant", "sum")]).to_pylist()
    return {row["query_id"]: (row["relevant_count"], row["relevant_sum"]) for row in rows}


def _excerpts(collection: Collection, doc_ids: Sequence[str]) -> list[str]:
    if collection.corpus is None:
        return [""] * len(doc_ids)
    found = collection.corpus.documents(doc_ids)
    texts = [join_title(each["title"], each["text"]) if each else "" for each in found]
    return [text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…" for text in texts]
