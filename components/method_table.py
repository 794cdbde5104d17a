"""The methods as a table: what was measured on SciFact, and what each needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import state
from components.result_downloads import download_table
from evaluation.catalogue import MEASURE, Figures, facets_line, figures_of, measured
from evaluation.stage import Stage, make_stage, stages

KIND = state.widget_key("methods kind")
TABLE = state.widget_key("methods table")
KIND_LABELS = {
    "retriever": "Retrievers",
    "fusion": "Fusion",
    "feedback": "Feedback",
    "reranker": "Rerankers",
    "cutoff": "Cut-offs",
}
RECALL = "R@100"


@dataclass(frozen=True)
class Method:
    """One row: a stage with its parameters, and what was measured of it (empty if nothing)."""

    stage: Stage
    figures: Figures

    @property
    def title(self) -> str:
        """The name of the stage with what differs from its defaults."""
        return self.stage.title()


def pick_rows() -> list[Method]:
    """Let the visitor choose a kind of stage; gives its methods."""
    kind = state.here("kind")
    st.session_state[KIND] = kind if kind in KIND_LABELS else None
    st.segmented_control(
        "Kind",
        list(KIND_LABELS),
        format_func=KIND_LABELS.__getitem__,
        key=KIND,
        on_change=lambda: state.put_here(kind=st.session_state[KIND]),
        label_visibility="collapsed",
    )
    chosen = st.session_state[KIND]
    return [row for row in methods() if chosen in (None, row.stage.kind)]


def methods() -> list[Method]:
    """Give every method: one row per measured example, and one for a stage without figures."""
    rows = []
    for name, cls in stages().items():
        if cls.kind == "run":
            continue
        found = figures_of(name)
        rows += [Method(make_stage(name, each["parameters"]), each) for each in found]
        if not found:
            rows.append(Method(make_stage(name, {}), {}))
    return rows


def show_table(rows: Sequence[Method]) -> Method | None:
    """Show the table; gives the row that the visitor selected."""
    columns = table_columns(rows)
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("On SciFact", anchor=False, help=_help())
            st.space("stretch")
            download_table(columns, "methods.csv")
        titles = [row.title for row in rows]
        wanted = state.here("method")
        key = f"{TABLE} {state.here('kind')}"
        chosen = st.dataframe(
            columns,
            column_config=_config(),
            hide_index=True,
            height="content",
            key=key,
            placeholder="—",
            on_select=lambda: _remember(key, titles),
            selection_mode="single-row",
            selection_default={
                "selection": {"rows": [titles.index(wanted)] if wanted in titles else []}
            },
        )
        st.caption("Select a method to read what it does, and to put it into an experiment.")
    picked = chosen["selection"]["rows"]
    return rows[picked[0]] if picked and picked[0] < len(rows) else None


def table_columns(rows: Sequence[Method]) -> dict[str, list[Any]]:
    """Give the columns of the table; None where nothing was measured."""
    beside = {name: _reference(name) for name in ("bm25", "dense")}

    def each(name: str) -> list[Any]:
        return [row.figures.get(name) for row in rows]

    def against(name: str) -> list[Any]:
        known = beside[name]
        if known is None:
            return [None] * len(rows)
        return [None if value is None else value - known for value in each(MEASURE)]

    return {
        "Method": [row.title for row in rows],
        "Kind": [KIND_LABELS[row.stage.kind].removesuffix("s") for row in rows],
        MEASURE: each(MEASURE),
        "to BM25": against("bm25"),
        "to Dense": against("dense"),
        RECALL: each(RECALL),
        "ms per query": each("latency_p50_ms"),
        "Index": each("index_bytes"),
        "Needs": [row.stage.needs for row in rows],
        "Facets": [facets_line(row.stage) for row in rows],
        "System": each("line"),
        "Paper": [row.stage.source for row in rows],
    }


def _reference(name: str) -> float | None:
    found = figures_of(name)
    return float(found[0][MEASURE]) if found else None


def _config() -> dict[str, Any]:
    column = st.column_config
    return {
        MEASURE: column.ProgressColumn(format="%.4f", min_value=0.0, max_value=1.0),
        "to BM25": column.NumberColumn(format="%+.4f", help="Difference to BM25."),
        "to Dense": column.NumberColumn(format="%+.4f", help="Difference to the default encoder."),
        RECALL: column.NumberColumn(format="%.4f"),
        "ms per query": column.NumberColumn(
            format="%.3g", help="Median latency of one query through all stages of the system."
        ),
        "Index": column.NumberColumn(format="bytes", help="All indexes of the system on disk."),
        "System": column.TextColumn(help="What was run: the method with what it reads from."),
    }


def _help() -> str:
    found = measured()
    if not found["systems"]:
        return "Nothing was measured yet."
    processor = found["environment"].get("processor", "")
    return (
        f"Measured on {found['collection']}, {found['measured']}, on {processor}. A method with a "
        "dash needs a model that was not there."
    )


def _remember(key: str, titles: Sequence[str]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    state.put_here(method=titles[rows[0]] if rows and rows[0] < len(titles) else None)
