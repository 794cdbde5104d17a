"""Checks of texts: empty ones, broken characters, queries that are documents, and the script."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evaluation.collections.collection import Collection
from evaluation.collections.corpus import Corpus, join_title
from evaluation.collections.report import EXAMPLES, Finding, shorten
from evaluation.text import script_of

# U+FFFD stands where a reader met bytes it could not decode; the pairs are what UTF-8 looks like
# when it was read as Latin-1 or Windows-1252 and saved again
BROKEN = "\ufffd|[ÃÂ][\u0080-\u00bf]|â€[\u0080-\uffff]"
SAMPLE = 2_000
SAMPLE_CHARACTERS = 300


def text_findings(collection: Collection) -> list[Finding]:
    """Check the texts of documents and queries."""
    found = [_broken(collection)]
    if collection.corpus is not None:
        found += [
            _empty_documents(collection.corpus),
            _empty_queries(collection),
            _queries_that_are_documents(collection, collection.corpus),
        ]
    return found


def script_record(collection: Collection) -> dict[str, Any]:
    """Tell the script that a sample of the texts is in.

    Returns:
        `name` of the most frequent script, `share` of the letters that belong to scripts written
        without spaces, and `suggest`: `bigrams` where words cannot be found at spaces, else empty.
        All empty where there is no text.
    """
    found = script_of(text[:SAMPLE_CHARACTERS] for text in _sample(collection))
    suggest = "bigrams" if found.tokens == "bigrams" else ""
    return {"name": found.name, "share": found.unspaced, "suggest": suggest}


def script_finding(script: dict[str, Any]) -> list[Finding]:
    """Say that words cannot be found at spaces, if that is so."""
    if not script["suggest"]:
        return []
    return [
        Finding(
            "script-without-spaces",
            "yellow",
            f"{script['share']:.0%} of the letters are in a script without spaces between words "
            f"({script['name']}).",
            advice="Use character bigrams in BM25: with words it finds almost nothing.",
        )
    ]


def _sample(collection: Collection) -> list[str]:
    if collection.corpus is None or not len(collection.corpus):
        return collection.queries.texts[:SAMPLE]
    table = collection.corpus.table.select(["title", "text"])
    rows = np.unique(np.linspace(0, len(table) - 1, min(len(table), SAMPLE)).astype(np.int64))
    chosen = pa.concat_tables([table.slice(row, 1) for row in rows.tolist()])  # copies nothing
    starts = [pc.utf8_slice_codeunits(column, 0, SAMPLE_CHARACTERS) for column in chosen.columns]
    return [join_title(*pair) for pair in zip(*(s.to_pylist() for s in starts), strict=True)]


def _empty_documents(corpus: Corpus) -> Finding:
    blank = pc.and_(_blank(corpus.table["title"]), _blank(corpus.table["text"]))
    empty = corpus.table["doc_id"].filter(blank)
    if not len(empty):
        return Finding("empty-documents", "green", "Every document has a text.")
    return Finding(
        "empty-documents",
        "red" if len(empty) == len(corpus) else "yellow",
        f"Documents with neither title nor text: {len(empty):,} of {len(corpus):,}.",
        len(empty),
        tuple(map(shorten, empty[:EXAMPLES].to_pylist())),
        "No system can find them by their words.",
    )


def _empty_queries(collection: Collection) -> Finding:
    table = collection.queries.table
    empty = table["query_id"].filter(_blank(table["text"]))
    if not len(empty):
        return Finding("empty-queries", "green", "Every query has a text.")
    return Finding(
        "empty-queries",
        "red" if len(empty) == table.num_rows else "yellow",
        f"Queries without text: {len(empty):,} of {table.num_rows:,}.",
        len(empty),
        tuple(map(shorten, empty[:EXAMPLES].to_pylist())),
        "They score 0 for every system and lower all means alike.",
    )


def _queries_that_are_documents(collection: Collection, corpus: Corpus) -> Finding:
    texts = _plain(collection.queries.table["text"])
    texts = texts.filter(pc.greater(pc.binary_length(texts), 0)).combine_chunks()
    longest = pc.max(pc.binary_length(texts)).as_py() or 0
    found: list[str] = []
    for batch in corpus.table.select(["doc_id", "text"]).to_batches():
        # lower case may change the length a little: İ becomes two characters
        short = batch.filter(pc.less_equal(pc.binary_length(batch["text"]), 2 * longest + 8))
        same = pc.is_in(_plain(short["text"]), value_set=texts)
        found += short["doc_id"].filter(same).to_pylist()
    if not found:
        return Finding("queries-in-corpus", "green", "No query is also a document.")
    return Finding(
        "queries-in-corpus",
        "yellow",
        f"Documents with the same text as a query: {len(found):,}.",
        len(found),
        tuple(map(shorten, found[:EXAMPLES])),
        "Systems will return the query itself; leave such documents out if that is not the task.",
    )


def _broken(collection: Collection) -> Finding:
    columns = {"query": ("query_id", collection.queries.table)}
    if collection.corpus is not None:
        columns["document"] = ("doc_id", collection.corpus.table)
    count, examples = 0, []
    for kind, (key, table) in columns.items():
        bad = pc.match_substring_regex(table["text"], BROKEN)
        if kind == "document":
            bad = pc.or_(bad, pc.match_substring_regex(table["title"], BROKEN))
        found = table[key].filter(bad)
        count += len(found)
        examples += [f"{kind} {item}" for item in found[:EXAMPLES].to_pylist()]
    if not count:
        return Finding("mixed-encodings", "green", "No text shows signs of a wrong encoding.")
    return Finding(
        "mixed-encodings",
        "yellow",
        f"Texts with characters that come from reading one encoding as another: {count:,}.",
        count,
        tuple(map(shorten, examples[:EXAMPLES])),
        "Write the file again as UTF-8 from the original: such words cannot be found.",
    )


def _blank(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Tell for each text whether it is missing, empty or white space only, without copying it."""
    empty = pc.equal(pc.fill_null(pc.binary_length(column), 0), 0)
    return pc.or_(empty, pc.fill_null(pc.utf8_is_space(column), True))


def _plain(column: Any) -> Any:
    return pc.utf8_lower(pc.utf8_trim_whitespace(pc.fill_null(column, "")))
