"""One system in detail: its tree, what was reused, what it cost, what it was computed with."""

from typing import Any

import streamlit as st

from components import formats, safe
from evaluation.metering import (
    CACHED,
    CACHED_TOKENS,
    CALLS,
    MALFORMED,
    PROMPT_TOKENS,
    REPLY_TOKENS,
    WITHOUT_VECTOR,
)
from evaluation.store import SystemResult

SPENT = {
    "Requests to language models": CALLS,
    "Of these, from the cache of replies": CACHED,
    "Tokens read by them": PROMPT_TOKENS,
    "Tokens written by them": REPLY_TOKENS,
    "Of the tokens, from the cache": CACHED_TOKENS,
    "Replies that could not be read": MALFORMED,
}


def show_system(result: SystemResult) -> None:
    """Show one system in a drawer at the side."""
    st.dialog(safe.label(result.name), width="medium", position="right")(_show)(result)


def _show(result: SystemResult) -> None:
    st.code(result.system.line(), language=None, wrap_lines=True)
    figures = result.figures
    st.dataframe(cost_columns(figures), hide_index=True, height="content")
    st.markdown("**Stages**, in the order they ran")
    st.dataframe(
        stage_columns(figures),
        hide_index=True,
        height="content",
        column_config={"Stage": st.column_config.TextColumn(width="medium")},
    )
    revisions = figures.get("model_revisions") or []
    if revisions:
        st.markdown("**Model revisions**")
        st.code("\n".join(map(str, revisions)), language=None, wrap_lines=True)
    st.markdown("**The system as YAML**")
    st.code(result.system.to_yaml(), language="yaml")
    _show_environment(figures.get("environment") or {})


def stage_columns(figures: dict[str, Any]) -> dict[str, list[Any]]:
    """Give the nodes of a system as columns: stage, reused or computed, when, how long."""
    nodes = figures.get("nodes") or []
    return {
        "Stage": [node["line"] for node in nodes],
        "Run": ["reused" if node["reused"] else "computed for this experiment" for node in nodes],
        "Computed": [formats.ago(node["computed"]) for node in nodes],
        "Took": [formats.duration(node["seconds"]) for node in nodes],
    }


def cost_columns(figures: dict[str, Any]) -> dict[str, list[str]]:
    """Give what a system cost as two columns; what was not measured is left out."""
    costs = {
        "Latency, median": _written(figures.get("latency_p50_ms"), "{:,.3g} ms"),
        "Latency, 95 % stay below": _written(figures.get("latency_p95_ms"), "{:,.3g} ms"),
        "Queries timed one by one": str(len(figures.get("latency_ms") or [])),
        "All queries": formats.duration(figures.get("search_seconds") or 0.0),
        "Indexing": formats.duration(figures.get("index_seconds") or 0.0),
        "Indexing rate": _written(figures.get("documents_per_second"), "{:,.0f} documents/s"),
        "Index on disk": formats.size(figures.get("index_bytes") or 0),
        "Peak memory": formats.size(figures.get("peak_memory_bytes") or 0),
    }
    if without := (figures.get("spent") or {}).get(WITHOUT_VECTOR):
        costs["Documents without a vector"] = f"{without:,}, which are never found"
    known = {name: value for name, value in costs.items() if value} | _spent(figures)
    return {"Cost": list(known), "Value": list(known.values())}


def _spent(figures: dict[str, Any]) -> dict[str, str]:
    """Give what language models were asked for and gave; nothing where none was asked."""
    spent = figures.get("spent") or {}
    if not spent.get(CALLS):
        return {}
    return {name: f"{spent.get(count, 0):,}" for name, count in SPENT.items()}


def _written(value: float | None, form: str) -> str:
    return "" if value is None else form.format(value)


def _show_environment(environment: dict[str, Any]) -> None:
    if not environment:
        return
    st.markdown("**Computed with**")
    libraries = environment.get("libraries") or {}
    rows = {name: str(value) for name, value in environment.items() if name != "libraries"}
    rows |= {name: str(version) for name, version in libraries.items()}
    st.dataframe(
        {"What": list(rows), "Version or value": list(rows.values())},
        hide_index=True,
        height="content",
    )
