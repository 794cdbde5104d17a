"""The settings of a grid one by one, and what each fold chose."""

from typing import Any

import streamlit as st

from components import safe
from components.result_downloads import download_table
from evaluation.grid import shown
from evaluation.reports.markup import chance
from evaluation.tuning_results import Row, Tuned


def show_settings(tuned: Tuned) -> None:
    """Show every setting, the best first."""
    rows = sorted(tuned.points, key=lambda row: -(row[tuned.measure] or float("-inf")))
    with st.container(border=True, gap="small"):
        _head(
            "Settings",
            "All queries, so in-sample: the first row was chosen for being first.",
            rows,
            f"{tuned.results.id} settings {tuned.measure}",
        )
        st.dataframe(
            [_shown(tuned, row) for row in rows],
            hide_index=True,
            height="auto" if len(rows) <= 10 else 400,
            column_config=_columns(tuned),
        )


def show_folds(tuned: Tuned) -> None:
    """Show per fold which setting the other folds chose, and what it gave."""
    with st.container(border=True, gap="small"):
        _head(
            "Folds",
            "Each fold is scored with the setting that was best on all the other folds. The mean "
            "over all queries of the last column is the held-out estimate.",
            tuned.folds,
            f"{tuned.results.id} folds {tuned.measure}",
        )
        number = st.column_config.NumberColumn
        st.dataframe(
            [{name.capitalize(): value for name, value in row.items()} for row in tuned.folds],
            hide_index=True,
            column_config={
                "Chosen": st.column_config.TextColumn(width="medium"),
                "On the others": number(format="%.4f", help="Mean of the chosen setting there."),
                "Held out": number(format="%.4f", help="Mean of the same setting on this fold."),
            },
        )


def _head(title: str, meaning: str, rows: list[Row], name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(title, anchor=False, width="stretch", help=safe.label(meaning, 600))
        download_table({key: [row[key] for row in rows] for key in rows[0]}, name)


def _shown(tuned: Tuned, row: Row) -> Row:
    values = {title: _value(row[title]) for title in tuned.grid.titles}
    best = row["setting"] == tuned.grid.name(tuned.tuning.best)
    mark = "best" if best else "not separable" if row["tied"] else "worse"
    unknown = row[tuned.measure] is None
    return {
        **values,
        tuned.measure: row[tuned.measure],
        "Δ untuned": row["to untuned"],
        "Against the best": "no value" if unknown else _compared(row, mark),
        "ms per query": row["p50 ms"],
    }


def _compared(row: Row, mark: str) -> str:
    if row["tied"] is None:
        return "untuned" if row["p"] is None else f"untuned (p {chance(row['p'], '= ')})"
    return mark if row["p"] is None else f"{mark} (p {chance(row['p'], '= ')})"


def _value(value: object) -> str:
    return "as it is" if value is None else shown(value)


def _columns(tuned: Tuned) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        tuned.measure: number(format="%.4f", help="Mean over all queries."),
        "Δ untuned": number(format="%+.4f", help="Mean minus that of the untuned system."),
        "Against the best": st.column_config.TextColumn(
            help="Paired t-test against the best setting, corrected over all settings (Holm). The "
            "best was chosen on these queries, so what is not separable here is not separable."
        ),
        "ms per query": number(
            format="%.1f", help="Median time of one query, asked alone, after a warm-up."
        ),
    }
