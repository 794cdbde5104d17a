"""What systems cost, by kind: from the figures that were measured when they ran."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.metering import (
    PAID_PROMPT_TOKENS,
    PAID_REPLY_TOKENS,
    PROMPT_TOKENS,
    REPLY_TOKENS,
)
from evaluation.pareto import Cost

KINDS: Mapping[str, str] = {  # by name in addresses: what each says
    "p50": "Median latency of one query, on its own, after a warm-up.",
    "p95": "Latency that 95 % of the timed queries stay below. Few queries are timed, so its "
    "interval is wide.",
    "index": "Size of all indexes of the system on disk.",
    "held": "What a search must hold of its indexes in memory; the rest is read from disk.",
    "build": "Time that building all its indexes took.",
    "memory": "Largest memory while it indexed or searched.",
    "tokens": "Tokens that language models read and write for one query. What came from the cache "
    "of replies counts, as it would without it.",
    "money": "Money per 1,000 queries: the price of this machine for as long as they take one "
    "after another, that of the tokens at the endpoint, and what is paid per query elsewhere.",
}
PLAIN = {
    "index": "index_bytes",
    "held": "memory_bytes",
    "build": "index_seconds",
    "memory": "peak_memory_bytes",
}
HOUR_MS = 3_600_000.0


@dataclass(frozen=True)
class Prices:
    """What is paid, in any one currency.

    Attributes:
        per_hour: for this machine, per hour.
        fee: elsewhere, per 1,000 queries.
        tokens_in: for a million tokens that the endpoint reads.
        tokens_out: for a million tokens that it writes.
    """

    per_hour: float = 0.0
    fee: float = 0.0
    tokens_in: float = 0.0
    tokens_out: float = 0.0


FREE = Prices()


def cost_of(figures: Mapping[str, Any], kind: str, prices: Prices = FREE) -> Cost | None:
    """Give what a system costs by one kind; None where it was not measured.

    An uploaded run was not run here, so it has no costs at all.

    Args:
        figures: of the system, as `execution.system_figures` gives them.
        kind: one of KINDS.
        prices: for `money`.
    """
    latency = np.asarray(figures.get("latency_ms") or [], np.float64)
    if not len(latency):
        return None
    if kind in ("p50", "p95"):
        quantile = 0.5 if kind == "p50" else 0.95
        return Cost(float(np.quantile(latency, quantile)), latency, quantile)
    if kind == "money":
        fee = _fees(figures, prices)
        factor = 1000 * prices.per_hour / HOUR_MS
        total = None if fee is None else float(latency.mean() * factor + fee)
        return None if total is None else Cost(total, latency, None, factor, fee or 0.0)
    value = _tokens(figures) if kind == "tokens" else figures.get(PLAIN[kind])
    return None if value is None else Cost(float(value))


def per_query(figures: Mapping[str, Any], name: str) -> float | None:
    """Give a count of the meter per query; 0 where nothing was spent.

    None where it is not known for how many queries it was spent.
    """
    spent = (figures.get("spent") or {}).get(name, 0)
    queries = figures.get("queries")
    if not spent:
        return 0.0
    return float(spent) / int(queries) if queries else None


def _tokens(figures: Mapping[str, Any]) -> float | None:
    sent, written = per_query(figures, PROMPT_TOKENS), per_query(figures, REPLY_TOKENS)
    return None if sent is None or written is None else sent + written


def _fees(figures: Mapping[str, Any], prices: Prices) -> float | None:
    """Give what is paid elsewhere per 1,000 queries: the tokens of the endpoint, and the fee."""
    sent = per_query(figures, PAID_PROMPT_TOKENS)
    written = per_query(figures, PAID_REPLY_TOKENS)
    if sent is None or written is None:
        return None
    return prices.fee + 1000 * (sent * prices.tokens_in + written * prices.tokens_out) / 1e6
