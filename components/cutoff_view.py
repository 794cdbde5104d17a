"""What the cut-off at the end of a system keeps, beside a fixed depth: a section of Stages."""

from typing import Any

import streamlit as st

from components import formats, plot, safe
from components.charts.kept_curve import Level, kept_curve_chart
from components.result_downloads import download_table
from components.stage_attribution import Staged
from evaluation.cutoff_figures import CutoffFigures, Kept, cutoff_figures

HELP = {
    "Mean": "Mean over the queries of how many documents are kept.",
    "25 %": "A quarter of the queries keep at most so many.",
    "Median": "Half of the queries keep at most so many.",
    "75 %": "Three quarters of the queries keep at most so many.",
    "Nothing kept": "Queries of which no document is kept.",
    "Precision": "Mean share of relevant documents among those kept, over the queries that keep "
    "any, each counted the same, however few it keeps. What nobody judged counts as not relevant.",
    "Recall": "Mean share of a query's relevant documents that is kept.",
}


def show_cutoff(staged: Staged) -> None:
    """Show how much is kept per query, and what a fixed depth would give; else nothing."""
    figures = cutoff_figures(staged.found, staged.results.query_ids)
    if figures is None:
        return
    name = staged.results.systems[staged.number].name
    with st.container(border=True, gap="small"):
        st.subheader("Kept per query", anchor=False)
        st.caption(_reading(figures))
        nearest = figures.nearest
        rows = {"Cut-off": figures.own}
        if nearest is not None:
            rows[f"Fixed depth {figures.depths[nearest]:,}"] = figures.fixed[nearest]
        columns = _columns(rows)
        st.dataframe(columns, column_config=_config(), hide_index=True, height="content")
        if figures.fixed:
            alt = "Precision and recall of the cut-off and of fixed depths"
            levels = [_level(kept) for kept in figures.fixed]
            plot.show_plot(kept_curve_chart(plot.theme(), _level(figures.own), levels), alt)
        with st.container(horizontal=True, horizontal_alignment="right"):
            every = {
                f"Fixed depth {d}": k for d, k in zip(figures.depths, figures.fixed, strict=True)
            }
            download_table(_columns({"Cut-off": figures.own} | every), f"{name} kept")


def _reading(figures: CutoffFigures) -> str:
    text = (
        "Each ranking ends where the cut-off says. Is that better than to keep the same number of "
        "documents of every query? The lines are fixed depths of the same rankings; a diamond "
        "above its line is better than a fixed depth that keeps as much on average. Look at both: "
        "short lists alone raise the mean precision, because every query counts the same."
    )
    failed = int(figures.own.failed.sum())
    if failed:
        queries = formats.plural(failed, "query", "queries")
        text += f" {queries} failed, so there is no mean over all queries."
    if not figures.fixed:
        text += " The run that it reads has been deleted, so there are no fixed depths to compare."
    return safe.label(text, limit=1000)


def _columns(rows: dict[str, Kept]) -> dict[str, list[Any]]:
    kept = list(rows.values())
    return {
        "Rankings end by": list(rows),
        "Mean": [each.mean for each in kept],
        **{
            title: [each.quartiles[place] for each in kept]
            for place, title in enumerate(("25 %", "Median", "75 %"))
        },
        "Nothing kept": [each.nothing for each in kept],
        "Precision": [each.precision for each in kept],
        "Recall": [each.recall for each in kept],
    }


def _config() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    formatted = {"Precision": "%.4f", "Recall": "%.4f", "Nothing kept": "localized"}
    return {n: number(format=formatted.get(n, "%.1f"), help=text) for n, text in HELP.items()}


def _level(kept: Kept) -> Level:
    return Level(kept.mean, kept.precision, kept.recall)
