"""What systems cost, by kind: from the figures that were measured when they ran."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from evaluation.pareto import Cost

KINDS: Mapping[str, str] = {  # by name in addresses: what each says
    "p50": "Median latency of one query, on its own, after a warm-up.",
    "p95": "Latency that 95 % of the timed queries stay below. Few queries are timed, so its "
    "interval is wide.",
    "index": "Size of all indexes of the system on disk.",
    "held": "What a search must hold of its indexes in memory; the rest is read from disk.",
    "build": "Time that building all its indexes took.",
    "memory": "Largest memory while it indexed or searched.",
    "money": "Money per 1,000 queries: the price of this machine for as long as they take one "
    "after another, and what is paid per query elsewhere.",
}
PLAIN = {
    "index": "index_bytes",
    "held": "memory_bytes",
    "build": "index_seconds",
    "memory": "peak_memory_bytes",
}
HOUR_MS = 3_600_000.0


def cost_of(
    figures: Mapping[str, Any], kind: str, per_hour: float = 0.0, fee: float = 0.0
) -> Cost | None:
    """Give what a system costs by one kind; None where it was not measured.

    An uploaded run was not run here, so it has no costs at all.

    Args:
        figures: of the system, as `execution.system_figures` gives them.
        kind: one of KINDS.
        per_hour: for `money`: price of the machine per hour.
        fee: for `money`: what is paid elsewhere per 1,000 queries.
    """
    latency = np.asarray(figures.get("latency_ms") or [], np.float64)
    if not len(latency):
        return None
    if kind in ("p50", "p95"):
        quantile = 0.5 if kind == "p50" else 0.95
        return Cost(float(np.quantile(latency, quantile)), latency, quantile)
    if kind == "money":
        factor = 1000 * per_hour / HOUR_MS
        return Cost(float(latency.mean() * factor + fee), latency, None, factor, fee)
    value = figures.get(PLAIN[kind])
    return None if value is None else Cost(float(value))
