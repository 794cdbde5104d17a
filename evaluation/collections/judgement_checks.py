"""Checks of judgements: what they point at, what they leave out, and which grades they give."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evaluation.collections.collection import Collection, Qrels
from evaluation.collections.id_checks import drifted, flat, missing_from
from evaluation.collections.report import EXAMPLES, Finding, Notes, shorten


def judgement_findings(collection: Collection) -> list[Finding]:
    """Check all splits: judged documents exist, every query is judged, grades can be used."""
    if not any(len(qrels) for qrels in collection.qrels.values()):
        return [
            Finding(
                "no-judgements",
                "yellow",
                "There are no judgements: rankings can be compared but not scored.",
                advice="Add judgements to have scores.",
            )
        ]
    checks: list[Callable[[Collection], Finding]] = [_unjudged, _only_zero, _negative]
    if collection.corpus is not None:
        checks.insert(0, _unknown_documents)
    return [check(collection) for check in checks]


def unique_judgements(table: pa.Table, split: str, notes: Notes) -> tuple[Qrels, Finding]:
    """Keep each judged pair once, in the order of the file.

    Returns:
        The judgements, and a finding that is red where one pair has different grades.
    """
    numbered = table.append_column("row", pa.array(np.arange(table.num_rows)))
    grades = [("relevance", "max"), ("relevance", "min"), ("row", "min")]
    pairs = numbered.group_by(["query_id", "doc_id"]).aggregate(grades)
    for _ in range(table.num_rows - pairs.num_rows):
        notes.add("repeated-judgements", "Judgements stand more than once; each was kept once.")
    torn = pairs.filter(pc.not_equal(pairs["relevance_max"], pairs["relevance_min"]))
    first = np.zeros(table.num_rows, bool)  # groups come in no order, so the rows are marked
    first[pairs["row_min"].to_numpy()] = True
    return Qrels(table.filter(pa.array(first))), _torn(torn, split)


def known_queries_only(qrels: Qrels, known: pa.ChunkedArray, split: str, notes: Notes) -> Qrels:
    """Leave out the judgements of queries that are not there, and note how many.

    Those of a query that is there but written another way stay: they make the report red.
    """
    judged, asked = qrels.table["query_id"], flat(known)
    # what is only written another way stays, so that the check of ids says so
    meant = [ours for ours, _ in drifted(missing_from(judged, known), asked)]
    keep = pc.is_in(judged, value_set=pa.concat_arrays([asked, pa.array(meant, asked.type)]))
    dropped = qrels.table.filter(pc.invert(keep))
    for query_id in dropped["query_id"].to_pylist():
        notes.add(
            "judgements-of-unknown-queries",
            "Judgements of queries that are not there were left out.",
            f"{split}: query {query_id}",
            "Give the missing queries, or leave it so: nothing else changes.",
        )
    return Qrels(qrels.table.filter(keep)) if dropped.num_rows else qrels


def _torn(torn: pa.Table, split: str) -> Finding:
    if not torn.num_rows:
        return Finding("conflicting-judgements", "green", f"No pair has two grades in {split}.")
    rows = torn.slice(0, EXAMPLES).to_pylist()
    return Finding(
        "conflicting-judgements",
        "red",
        f"Pairs of query and document with different grades in {split}: {torn.num_rows:,}.",
        torn.num_rows,
        tuple(
            shorten(
                f"query {row['query_id']}, document {row['doc_id']}: "
                f"{row['relevance_min']} and {row['relevance_max']}"
            )
            for row in rows
        ),
        "Keep one grade per pair.",
    )


def _unknown_documents(collection: Collection) -> Finding:
    corpus = collection.corpus
    used = _column(collection, "doc_id")
    known = corpus.table["doc_id"] if corpus else used
    unknown, total = missing_from(used, known), len(pc.unique(used))
    if not len(unknown):
        return Finding("unknown-documents", "green", "Every judged document is in the corpus.")
    every = len(unknown) == total
    return Finding(
        "unknown-documents",
        "red" if every else "yellow",
        f"Judged documents that are not in the corpus: {len(unknown):,} of {total:,}.",
        len(unknown),
        tuple(map(shorten, unknown[:EXAMPLES].to_pylist())),
        "Check that corpus and judgements belong together."
        if every
        else "They count as relevant documents that no system can find.",
    )


def _unjudged(collection: Collection) -> Finding:
    ids = collection.queries.table["query_id"]
    unjudged = missing_from(ids, _column(collection, "query_id"))
    if not len(unjudged):
        return Finding("unjudged-queries", "green", "Every query is judged.")
    return Finding(
        "unjudged-queries",
        "red" if len(unjudged) == len(ids) else "yellow",
        f"Queries without a judgement in any split: {len(unjudged):,} of {len(ids):,}.",
        len(unjudged),
        tuple(map(shorten, unjudged[:EXAMPLES].to_pylist())),
        "They are left out of every score.",
    )


def _only_zero(collection: Collection) -> Finding:
    examples = []
    for split, qrels in collection.qrels.items():
        best = qrels.table.group_by("query_id").aggregate([("relevance", "max")])
        poor = best.filter(pc.less_equal(best["relevance_max"], 0))["query_id"].to_pylist()
        examples += [f"{split}: query {query_id}" for query_id in poor]
    if not examples:
        return Finding("no-relevant", "green", "Every judged query has a relevant document.")
    return Finding(
        "no-relevant",
        "yellow",
        f"Judged queries without a relevant document: {len(examples):,}.",
        len(examples),
        tuple(map(shorten, examples[:EXAMPLES])),
        "They score 0 for every system and lower all means alike.",
    )


def _negative(collection: Collection) -> Finding:
    count, examples = 0, []
    for split, qrels in collection.qrels.items():
        found = qrels.table.filter(pc.less(qrels.table["relevance"], 0))
        count += found.num_rows
        for row in found.slice(0, EXAMPLES).to_pylist():
            examples.append(
                f"{split}: query {row['query_id']}, document {row['doc_id']}: {row['relevance']}"
            )
    if not count:
        return Finding("negative-grades", "green", "No grade is below zero.")
    return Finding(
        "negative-grades",
        "yellow",
        f"Grades below zero: {count:,}.",
        count,
        tuple(map(shorten, examples[:EXAMPLES])),
        "Measures treat them as not relevant.",
    )


def _column(collection: Collection, name: str) -> pa.ChunkedArray:
    chunks = [c for qrels in collection.qrels.values() for c in qrels.table[name].chunks]
    return pa.chunked_array(chunks, pa.string())
