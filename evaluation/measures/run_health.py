"""The health of a run beside a collection: what is missing from it and how much is unjudged."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evaluation.collections.collection import Collection, Qrels
from evaluation.collections.report import EXAMPLES, Finding, shorten
from evaluation.measures.ties import tie_effect
from evaluation.run import Run

SHOWN_DEPTH = 10
MOVES = 0.00005  # a difference that four digits show


def run_findings(run: Run, collection: Collection) -> list[Finding]:
    """Check a run against the split that it answers most queries of."""
    found = [_unknown_documents(run, collection), _repeated(run)]
    split = split_of(run, collection)
    if split:
        qrels = collection.qrels[split]
        found += [_missing_queries(run, qrels, split), _unjudged(run, qrels), _ties(run, qrels)]
    return found


def split_of(run: Run, collection: Collection) -> str:
    """Give the split that shares most queries with a run; empty if none shares any."""
    queries = set(run.query_ids)
    shared = {name: len(queries & set(q.query_ids)) for name, q in collection.qrels.items()}
    best = max(shared, key=lambda name: shared[name], default="")
    return best if best and shared[best] else ""


def _missing_queries(run: Run, qrels: Qrels, split: str) -> Finding:
    answered = {q for q, hits in zip(run.query_ids, run.lengths(), strict=True) if hits}
    missing = [query_id for query_id in qrels.query_ids if query_id not in answered]
    total = len(qrels.query_ids)
    if not missing:
        return Finding("missing-queries", "green", f"Every judged query of {split} is answered.")
    return Finding(
        "missing-queries",
        "yellow",
        f"Judged queries of {split} without an answer: {len(missing):,} of {total:,}.",
        len(missing),
        tuple(map(shorten, missing[:EXAMPLES])),
        "They score 0, as trec_eval -c counts them.",
    )


def _unjudged(run: Run, qrels: Qrels) -> Finding:
    """Say which share of the first ten of judged queries nobody has judged."""
    shown = run.only(qrels.query_ids).top(SHOWN_DEPTH)
    queries = pa.array(shown.query_ids, pa.string()).take(pa.array(shown.query_codes()))
    keys = _pair_keys(queries, shown.doc_ids.take(pa.array(shown.documents)))
    judged = pc.is_in(keys, value_set=_pair_keys(qrels.table["query_id"], qrels.table["doc_id"]))
    unjudged = np.flatnonzero(~judged.to_numpy(zero_copy_only=False))
    if not len(unjudged):
        return Finding("unjudged-hits", "green", f"The first {SHOWN_DEPTH} hits are all judged.")
    pairs = keys.take(pa.array(unjudged[:EXAMPLES])).to_pylist()
    return Finding(
        "unjudged-hits",
        "yellow",
        f"{len(unjudged) / len(keys):.1%} of the first {SHOWN_DEPTH} hits are not judged.",
        len(unjudged),
        tuple(
            shorten(f"query {p.split(chr(31))[0]}, document {p.split(chr(31))[1]}") for p in pairs
        ),
        "They count as not relevant, which is unfair to systems that nobody pooled.",
    )


def _ties(run: Run, qrels: Qrels) -> Finding:
    """Say how many queries have tied scores and how far they could move nDCG@10."""
    effect = tie_effect(run, qrels, f"nDCG@{SHOWN_DEPTH}")
    if not effect.queries:
        return Finding("tied-scores", "green", "No two documents of a judged query have one score.")
    span = f"{effect.lowest:.4f} to {effect.highest:.4f}"
    moves = effect.highest - effect.lowest > MOVES
    return Finding(
        "tied-scores",
        "yellow" if moves else "green",
        f"{effect.queries:,} judged queries have documents of equal score; in other orders of them "
        f"nDCG@{SHOWN_DEPTH} would be {span}.",
        effect.queries,
        (),
        f"We order equal scores by document id, descending, as trec_eval does: {effect.ours:.4f}.",
    )


def _pair_keys(queries: pa.Array, documents: pa.Array) -> pa.Array:
    """Give one text per pair; the unit separator cannot be in an id."""
    flat = [
        c.combine_chunks() if isinstance(c, pa.ChunkedArray) else c for c in (queries, documents)
    ]
    return pc.binary_join_element_wise(*(c.cast(pa.string()) for c in flat), chr(31))


def _unknown_documents(run: Run, collection: Collection) -> Finding:
    if collection.corpus is None:
        return Finding("unknown-hits", "green", "There is no corpus to look documents up in.")
    unknown = run.doc_ids.filter(pa.array(collection.corpus.find(run.doc_ids) < 0))
    if not len(unknown):
        return Finding("unknown-hits", "green", "Every document of the run is in the corpus.")
    return Finding(
        "unknown-hits",
        "yellow",
        f"Documents that are not in the corpus: {len(unknown):,} of {len(run.doc_ids):,}.",
        len(unknown),
        tuple(map(shorten, unknown[:EXAMPLES].to_pylist())),
        "Their text cannot be shown, and rerankers leave them out.",
    )


def _repeated(run: Run) -> Finding:
    if not run.duplicates:
        return Finding("repeated-hits", "green", "No document stands twice for a query.")
    return Finding(
        "repeated-hits",
        "yellow",
        f"Hits that repeat a document for the same query: {run.duplicates:,}.",
        run.duplicates,
        advice="The best hit of each was kept.",
    )
