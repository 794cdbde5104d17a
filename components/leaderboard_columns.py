"""How the columns of the leaderboard look, and what the help of each says."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from evaluation.store import SystemResult

COLOURS = {  # of kinds; any other is grey
    "lexical": "violet",
    "single-vector": "orange",
    "multi-vector": "yellow",
    "fusion": "red",
    "rerank": "green",
    "cross-encoder": "blue",
}


def column_config(
    rows: Sequence[SystemResult], measure: str, others: Sequence[str], top: float
) -> dict[str, Any]:
    """Give how each column is written and what its help says.

    Args:
        rows: the systems, for the widths and the kinds there are.
        measure: which decides the order; "" without judgements.
        others: the further measures shown.
        top: where the bars of the measure end.
    """
    column = st.column_config
    longest = max([len(row.name) for row in rows], default=10)
    facets = sorted({facet for row in rows for facet in row.system.facets()})
    config: dict[str, Any] = {
        "System": column.TextColumn(width=min(460, max(140, 30 + 7 * longest))),
        "Kind": column.MultiselectColumn(
            options=facets, color=[COLOURS.get(f, "gray") for f in facets]
        ),
        "p50 ms": column.NumberColumn(
            format="%.3g", width=68, help="Median latency of one query, after a warm-up."
        ),
        "p95 ms": column.NumberColumn(
            format="%.3g", width=68, help="Latency that 95 % of the queries stay below."
        ),
        "Index": column.NumberColumn(format="bytes", width=80, help="Size of the indexes on disk."),
        "Documents/s": column.NumberColumn(
            format="%.0f",
            width=96,
            help="Documents indexed per second, in the slowest index of the system.",
        ),
    }
    return config | (_quality_config(measure, others, top) if measure else {})


def _quality_config(measure: str, others: Sequence[str], top: float) -> dict[str, Any]:
    column = st.column_config
    width = "Half the width of the 95 % interval, by paired bootstrap over the queries; the export "
    return {
        "Rank": column.TextColumn(
            width=64,
            help="The ranks that these queries leave open, 95 %: simultaneous paired-bootstrap "
            "intervals of the differences to all others (Mogstad and others, 2024). 1-3: it may "
            "be the best, and it may be the third.",
        ),
        "Band": column.MultiselectColumn(
            options=["best", "may be best"],
            color=["blue", "primary"],
            width=104,
            help="Marked: not separable from the highest mean, by the paired randomisation test "
            "at 5 % after Holm's correction over all pairs. Not separable is not equal: more "
            "queries could tell them apart.",
        ),
        measure: column.ProgressColumn(
            format="%.3f", width=140, min_value=0.0, max_value=top, help="Mean over all queries."
        ),
        "± 95 %": column.NumberColumn(
            format="%.3f", width=66, help=width + "has both ends. Of the mean."
        ),
        "Δ baseline": column.NumberColumn(
            format="%+.3f", width=86, help="Mean minus the baseline's mean."
        ),
        "Δ ± 95 %": column.NumberColumn(
            format="%.3f", width=78, help=width + "has both ends. Of the difference."
        ),
        "Separable": column.TextColumn(
            width=90,
            help="Whether the difference to the baseline is more than chance: paired "
            "randomisation test, 5 % after Holm's correction over the systems shown. "
            "No: these queries cannot tell which is better.",
        ),
        **{
            name: column.NumberColumn(format="%.3f", width=max(68, 24 + 8 * len(name)))
            for name in others
        },
        "Recall by depth": column.LineChartColumn(
            y_min=0, y_max=1, width=110, help="Mean recall at growing depths, 1 to 1,000."
        ),
        "Per query": column.BarChartColumn(
            width=100,
            help=f"How many queries have a low (left) or high (right) {measure}.",
        ),
    }
