"""What a finished system cost, added up over its nodes."""

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.cache import Cache
from evaluation.environment import environment
from evaluation.execution import Execution, Outcome
from evaluation.metering import ENCODING_MS
from evaluation.system import Node


def system_figures(execution: Execution, root: Node) -> dict[str, Any]:
    """Add up what a finished system cost: time, latency, index size, memory, and what was reused.

    Latency is the sum over the nodes, per sampled query, as if they ran one after another. An index
    that another was built from counts for its time; its bytes are counted where they lie, and in
    memory only if it is searched itself.
    """
    outcomes = [execution.run(node) for node in root.walk()]
    unique = {outcome.key: outcome for outcome in outcomes}
    indexes = _index_records(execution.cache, unique)
    inside = {record.get("base") for record in indexes}  # their files are counted where they are
    latency = _summed([o.record["latency_ms"] for o in unique.values()])
    searching = _summed([o.record.get("searching_ms", []) for o in unique.values()])
    length = len(latency)
    rates = [r["documents_per_second"] for r in indexes]
    spent = Counter[str]()
    for outcome in unique.values():
        spent.update(outcome.record.get("spent", {}))
    revisions = {o.node.stage.resolved().revision() for o in unique.values()} - {""}
    return {
        "latency_ms": latency.tolist(),
        "searching_ms": searching.tolist(),
        "latency_p50_ms": float(np.percentile(latency, 50)) if length else None,
        "latency_p95_ms": float(np.percentile(latency, 95)) if length else None,
        "index_bytes": sum(r["bytes"] for r in indexes if r["key"] not in inside),
        "memory_bytes": _memory(indexes, {o.record["index"] for o in unique.values()}),
        "index_seconds": sum(r["seconds"] for r in indexes),
        "encoding_ms": sum(r.get("spent", {}).get(ENCODING_MS, 0) for r in indexes) or None,
        "documents_per_second": min(rates) if rates else None,
        "search_seconds": sum(o.record["seconds"] for o in unique.values()),
        "peak_memory_bytes": max(
            [o.record["peak_memory_bytes"] for o in unique.values()]
            + [r["peak_memory_bytes"] for r in indexes]
        ),
        "queries": len(execution.queries),
        "spent": dict(spent),
        "model_revisions": sorted(revisions),
        "nodes": [
            {
                "line": o.node.line(),
                "key": o.key,
                "reused": o.reused,
                "seconds": o.record["seconds"],
                "computed": o.record["created"],
            }
            for o in unique.values()
        ],
        "environment": environment(),
    }


def _summed(samples: list[list[float]]) -> npt.NDArray[np.float64]:
    """Add up times per query; those of nodes that were not timed are left out."""
    timed = [sample for sample in samples if sample]
    length = min((len(sample) for sample in timed), default=0)
    total: npt.NDArray[np.float64] = np.zeros(length)
    for sample in timed:
        total += sample[:length]
    return total


def _memory(indexes: list[dict[str, Any]], searched: set[str | None]) -> int | None:
    """Add up what the searched indexes hold in memory; None if one was not measured."""
    held = [record.get("memory_bytes") for record in indexes if record["key"] in searched]
    known = [count for count in held if count is not None]
    return sum(known) if len(known) == len(held) else None


def _index_records(cache: Cache, outcomes: dict[str, Outcome]) -> list[dict[str, Any]]:
    """Give the records of all indexes that were searched, and of those they were built from."""
    keys = [outcome.record["index"] for outcome in outcomes.values()]
    found: dict[str, dict[str, Any]] = {}
    while keys:
        key = keys.pop(0)
        entry = cache.find("index", key) if key and key not in found else None
        if entry is not None:
            found[key] = entry.record
            keys.append(entry.record.get("base"))
    return list(found.values())
