"""The export menu of the leaderboard: tables, runs, report, experiment, written when asked for."""

from collections.abc import Callable

import streamlit as st

from components import result_files as files
from components import state, visitor
from components.result_files import runs_depth
from evaluation.store import Results
from evaluation.workspace import slug


def show_exports(results: Results, measure: str, baseline: int | None) -> None:
    """Show the menu of downloads."""
    menu = st.popover("Export", icon=":material/download:", key=state.widget_key("export"))
    with menu, st.container(gap=None):
        if measure and baseline is not None:
            _show_report(results, measure, baseline)
            _show_tables(results, measure, baseline)
            _show_queries(results, measure)
        _show_sources(results, bool(measure))


def _show_report(results: Results, measure: str, baseline: int) -> None:
    _offer(
        results,
        "Report (HTML)",
        "report.html",
        lambda: files.report_html(results, measure, baseline),
        "Leaderboard, pairs, telling queries, data, environment and the experiment in one file. "
        "It opens from the disk, runs nothing and asks for nothing.",
    )


def _show_tables(results: Results, measure: str, baseline: int) -> None:
    st.caption("Leaderboard")
    _offer(
        results,
        "Leaderboard (CSV)",
        "leaderboard.csv",
        lambda: files.leaderboard_csv(results, measure, baseline),
    )
    _offer(
        results,
        "Leaderboard (Parquet)",
        "leaderboard.parquet",
        lambda: files.leaderboard_parquet(results, measure, baseline),
    )
    _offer(
        results,
        "LaTeX, marks against the baseline",
        "table.tex",
        lambda: files.latex(results, measure, baseline, "baseline"),
        "All measures, with a caption that names test, correction and tie rule; needs booktabs.",
    )
    _offer(
        results,
        "LaTeX, marks for all pairs",
        "table-pairs.tex",
        lambda: files.latex(results, measure, baseline, "all"),
        "Each mean carries the letters of the systems it is significantly above.",
    )


def _show_queries(results: Results, measure: str) -> None:
    st.caption("Single queries")
    _offer(
        results,
        "Single queries (CSV)",
        "queries.csv",
        lambda: files.queries_csv(results, measure),
        "A row per system and query, with the hash of the data: `run --expect` and `check` read "
        "this file.",
    )
    _offer(
        results,
        "Single queries (Parquet)",
        "queries.parquet",
        lambda: files.queries_parquet(results, measure),
    )
    _offer(
        results,
        "Queries by systems (CSV)",
        "wide.csv",
        lambda: files.wide_csv(results, measure),
        f"A row per query, a column per system: {measure}.",
    )


def _show_sources(results: Results, judged: bool) -> None:
    st.caption("To rebuild it")
    if results.done:
        depth = runs_depth(results)
        label = f"TREC runs (zip, top {depth:,})" if depth else "TREC runs (zip)"
        _offer(results, label, "runs.zip", lambda: files.runs_zip(results, depth))
    if judged:
        _offer(results, "TREC qrels", "qrels.txt", lambda: files.qrels_trec(results))
    _offer(
        results, "Experiment (YAML)", "experiment.yaml",
        lambda: results.experiment.to_yaml().encode(),
    )  # fmt: skip


def _offer(
    results: Results, label: str, name: str, write: Callable[[], bytes], tip: str = ""
) -> None:
    st.download_button(
        label,
        data=visitor.bound(write),
        file_name=f"{slug(results.experiment.name)}-{name}",
        key=state.widget_key(f"export {name}"),
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
        help=tip or None,
    )
