"""Checks of ids: each names one thing, and judgements write them the same way."""

import pyarrow as pa
import pyarrow.compute as pc

from evaluation.collections.collection import Collection
from evaluation.collections.report import EXAMPLES, Finding, shorten

WITHOUT_WIDTH = r"[\x{AD}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2069}\x{FEFF}]"


def id_findings(collection: Collection) -> list[Finding]:
    """Check document and query ids for repetition, blanks, and drift against the judgements."""
    columns = {"queries": collection.queries.table["query_id"]}
    if collection.corpus is not None:
        columns["documents"] = collection.corpus.table["doc_id"]
    found = [_repeated(kind, ids) for kind, ids in columns.items()]
    found.append(_blanks(pa.chunked_array([c for ids in columns.values() for c in ids.chunks])))
    judged = {"queries": "query_id", "documents": "doc_id"}
    for kind, ids in columns.items():
        used = [qrels.table[judged[kind]] for qrels in collection.qrels.values()]
        found.append(_drift(kind, used, ids))
    return found


def drifted(unknown: pa.Array, known: pa.Array) -> list[tuple[str, str]]:
    """Pair unknown ids with known ones that differ only in how they are written.

    Differences looked through: white space around, case, leading zeros, a trailing `.0`, letters
    that are composed in another way, and characters without width.
    """
    plain = written_plainly(known)
    places = pc.index_in(written_plainly(unknown), value_set=plain)
    hits = pc.is_valid(places)
    pairs = zip(
        unknown.filter(hits).to_pylist(), known.take(places.filter(hits)).to_pylist(), strict=True
    )
    return list(pairs)


def written_plainly(ids: pa.Array) -> pa.Array:
    """Give ids as they would be without the differences that `drifted` looks through."""
    visible = pc.replace_substring_regex(pc.utf8_normalize(ids, "NFC"), WITHOUT_WIDTH, "")
    trimmed = pc.utf8_lower(pc.utf8_trim_whitespace(visible))
    whole = pc.replace_substring_regex(trimmed, r"\.0+$", "")
    return pc.replace_substring_regex(whole, r"^0+(.)", r"\1")


def missing_from(used: pa.ChunkedArray, known: pa.ChunkedArray) -> pa.Array:
    """Give the ids that are used but not known, each once."""
    ids = pc.unique(used)
    return ids.filter(pc.invert(pc.is_in(ids, value_set=flat(known))))


def _repeated(kind: str, ids: pa.ChunkedArray) -> Finding:
    check = f"duplicate-{kind}"
    if len(pc.unique(ids)) == len(ids):
        return Finding(check, "green", f"Each id of the {kind} stands once.")
    counts = pc.value_counts(ids)
    repeated = counts.filter(pc.greater(counts.field("counts"), 1))
    examples = [f"{c['values']} ({c['counts']} times)" for c in repeated[:EXAMPLES].to_pylist()]
    return Finding(
        check,
        "red",
        f"Ids of the {kind} that stand more than once: {len(repeated):,}.",
        len(repeated),
        tuple(map(shorten, examples)),
        "Keep one record per id.",
    )


def _blanks(ids: pa.ChunkedArray) -> Finding:
    found = ids.filter(pc.match_substring_regex(ids, r"\s"))
    if not len(found):
        return Finding("blank-in-ids", "green", "No id holds blanks.")
    return Finding(
        "blank-in-ids",
        "yellow",
        f"Ids with blanks, which TREC files cannot carry: {len(found):,}.",
        len(found),
        tuple(shorten(repr(item)) for item in found[:EXAMPLES].to_pylist()),
        "Run files and TREC downloads will not work for them; use ids without blanks.",
    )


def _drift(kind: str, used: list[pa.ChunkedArray], ids: pa.ChunkedArray) -> Finding:
    check = f"{kind}-id-drift"
    unknown = missing_from(pa.chunked_array([c for u in used for c in u.chunks], pa.string()), ids)
    pairs = drifted(unknown, flat(ids)) if len(unknown) else []
    if not pairs:
        return Finding(check, "green", f"Judgements write the ids of the {kind} as they are.")
    return Finding(
        check,
        "red",
        f"Ids of the {kind} that the judgements write another way: {len(pairs):,}.",
        len(pairs),
        tuple(shorten(f"{used!r} judged, {own!r} there") for used, own in pairs[:EXAMPLES]),
        "Write them the same way in both files.",
    )


def flat(ids: pa.ChunkedArray) -> pa.Array:
    """Give a column as one array."""
    merged = ids.combine_chunks()
    return merged.chunk(0) if isinstance(merged, pa.ChunkedArray) else merged
