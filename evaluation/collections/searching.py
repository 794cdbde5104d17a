"""Looking through the documents of a collection, a page of hits at a time."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evaluation.collections.corpus import Corpus

COLUMNS = ("doc_id", "title", "text")
SLICE = 20_000


@dataclass(frozen=True)
class DocumentPage:
    """Some of the documents that were looked for.

    Attributes:
        documents: `{doc_id, title, text, ...}` each.
        more: whether further ones follow.
    """

    documents: list[dict[str, str]]
    more: bool


def find_documents(corpus: Corpus, text: str, limit: int = 20, offset: int = 0) -> DocumentPage:
    """Find documents whose id, title or text contains a text, in corpus order, in either case.

    Stops as soon as the page is full, so a frequent word answers at once at any corpus size; an
    empty text finds everything.
    """
    if not text.strip():
        page = corpus.table.slice(offset, limit)
        return DocumentPage(page.to_pylist(), offset + limit < len(corpus))
    found: list[int] = []
    for start in range(0, len(corpus), SLICE):
        part = corpus.table.slice(start, SLICE)
        rows = pc.indices_nonzero(_matches(part, text.strip()))
        found += [start + row for row in rows.to_pylist()]
        if len(found) > offset + limit:
            break
    rows = np.array(found[offset : offset + limit], np.int64)
    return DocumentPage(corpus.take(rows).to_pylist(), len(found) > offset + limit)


def _matches(part: pa.Table, text: str) -> pa.ChunkedArray:
    hits = [pc.match_substring(part[name], text, ignore_case=True) for name in COLUMNS]
    return pc.or_(pc.or_(hits[0], hits[1]), hits[2])
