"""The health report of a collection: every check, before any score."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evaluation.collections.collection import Collection, Qrels
from evaluation.collections.id_checks import id_findings
from evaluation.collections.judgement_checks import judgement_findings
from evaluation.collections.report import Finding, Report, worst_first
from evaluation.collections.text_checks import script_finding, script_record, text_findings
from evaluation.progress import SILENT, Progress


def health(
    collection: Collection, noticed: Iterable[Finding] = (), progress: Progress = SILENT
) -> Report:
    """Check a collection: ids, texts, judgements and how they fit together.

    Works on whole columns, so that a million documents take seconds. A collection whose light is
    red would give wrong scores; yellow is worth knowing and harmless.

    Args:
        collection: what to check; for one without corpus, checks of documents are left out.
        noticed: what the readers noticed on the way and put right.
        progress: told the name of each group of checks; may cancel.
    """
    findings = list(noticed)
    for number, check in enumerate((id_findings, text_findings, judgement_findings)):
        progress.report(number, 4, "groups of checks")
        findings += check(collection)
    script = script_record(collection)
    findings += script_finding(script)
    progress.report(4, 4, "groups of checks")
    return Report(figures(collection), script, worst_first(findings))


def figures(collection: Collection) -> dict[str, Any]:
    """Count documents, queries, judgements and grades, and measure how long texts are."""
    corpus = collection.corpus
    lengths = _lengths([corpus.table["text"], corpus.table["title"]]) if corpus else None
    return {
        "documents": len(corpus) if corpus else 0,
        "queries": len(collection.queries),
        "document_characters": lengths,
        "query_characters": _lengths([collection.queries.table["text"]]),
        "splits": {name: _split_figures(qrels) for name, qrels in collection.qrels.items()},
    }


def _split_figures(qrels: Qrels) -> dict[str, Any]:
    counts = pc.value_counts(qrels.table["relevance"]).to_pylist()
    grades = {str(c["values"]): c["counts"] for c in sorted(counts, key=lambda c: c["values"])}
    queries = len(qrels.query_ids)
    relevant = sum(count for grade, count in grades.items() if int(grade) > 0)
    return {
        "judgements": len(qrels),
        "queries": queries,
        "grades": grades,
        "relevant_per_query": relevant / queries if queries else 0.0,
    }


def _lengths(columns: list[pa.ChunkedArray]) -> dict[str, float] | None:
    """Give median and largest number of characters of a text spread over columns."""
    sizes = sum(np.asarray(pc.fill_null(pc.utf8_length(column), 0)) for column in columns)
    if isinstance(sizes, int) or not len(sizes):
        return None
    return {"median": float(np.median(sizes)), "largest": float(sizes.max())}
