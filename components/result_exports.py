"""The export menu of the leaderboard: tables, runs and the experiment, written when asked for."""

import io
import zipfile
from typing import Any

import numpy as np
import streamlit as st

from components import aggregates, services, state
from components.result_downloads import table_csv
from evaluation.errors import InputError
from evaluation.run_export import trec_archive
from evaluation.store import Results
from evaluation.workspace import slug

MOST_HITS = 3_000_000  # in one archive; more would be held in the memory of the web process
CUTS = (1000, 100, 10)


def show_exports(results: Results, measure: str, baseline: int | None) -> None:
    """Show the menu of downloads."""
    with st.popover("Export", icon=":material/download:", key=state.widget_key("export")):
        if measure and baseline is not None:
            _offer(
                results, "Leaderboard (CSV)", "leaderboard.csv",
                lambda: leaderboard_csv(results, measure, baseline),
            )  # fmt: skip
            _offer(
                results,
                "Single queries (CSV)",
                "queries.csv",
                lambda: queries_csv(results, measure),
            )
        if results.done:
            depth = runs_depth(results)
            label = f"TREC runs (zip, top {depth:,})" if depth else "TREC runs (zip)"
            _offer(results, label, "runs.zip", lambda: runs_zip(results, depth))
        _offer(
            results, "Experiment (YAML)", "experiment.yaml",
            lambda: results.experiment.to_yaml().encode(),
        )  # fmt: skip


def _offer(results: Results, label: str, name: str, write: Any) -> None:
    st.download_button(
        label,
        data=write,
        file_name=f"{slug(results.experiment.name)}-{name}",
        key=state.widget_key(f"export {name}"),
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


def leaderboard_csv(results: Results, measure: str, baseline: int) -> bytes:
    """Write the leaderboard with all digits: a row per system, failed and waiting ones too."""
    names = list(dict.fromkeys([measure, *results.experiment.measures]))
    found = aggregates.standings(results, measure, baseline)
    columns: dict[str, list[Any]] = {
        "system": [row.name for row in results.systems],
        "state": [row.state for row in results.systems],
        "line": [row.system.line() for row in results.systems],
    }
    for name in names:
        columns[name] = [
            aggregates.mean(results, row.number, name) if row.state == "done" else None
            for row in results.systems
        ]
    standing = [found.get(row.number) for row in results.systems]
    for field in ("low", "high", "difference", "difference_low", "difference_high", "p", "p_holm",
                  "wins", "ties", "losses", "failed"):  # fmt: skip
        columns[f"{measure} {field}"] = [getattr(one, field, None) for one in standing]
    columns["verdict"] = [one.verdict.value if one else "" for one in standing]
    for field in ("latency_p50_ms", "latency_p95_ms", "index_bytes", "documents_per_second"):
        columns[field] = [row.figures.get(field) for row in results.systems]
    columns["error"] = [row.error for row in results.systems]
    return table_csv(columns)


def queries_csv(results: Results, measure: str) -> bytes:
    """Write the values of every query, system and measure, a row per query and system."""
    names = list(dict.fromkeys([measure, *results.experiment.measures]))
    done = results.done
    texts = aggregates.query_texts(results)
    columns: dict[str, Any] = {
        "system": [row.name for row in done for _ in results.query_ids],
        "query_id": results.query_ids * len(done),
        "text": texts * len(done),
    }
    for name in names:
        values = [services.scores(results, row.number, name) for row in done]
        columns[name] = np.concatenate(values).tolist()
    return table_csv(columns)


def runs_depth(results: Results) -> int:
    """Give the depth at which the runs are cut for one archive; 0 if they fit as they are."""
    runs = [row.run() for row in results.done]
    if sum(len(run) for run in runs) <= MOST_HITS:
        return 0
    for depth in CUTS:
        if sum(int(np.minimum(run.lengths(), depth).sum()) for run in runs) <= MOST_HITS:
            return depth
    return 1


def runs_zip(results: Results, depth: int) -> bytes:
    """Write the runs of all finished systems as TREC files; the reason, if that is impossible."""
    runs = [(f"{row.number}-{slug(row.name)}", row.run()) for row in results.done]
    try:
        return trec_archive([(name, run.top(depth) if depth else run) for name, run in runs])
    except InputError as error:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("no-runs.txt", f"{error}\n")
        return target.getvalue()
