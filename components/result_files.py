"""What the export menu hands out, as bytes."""

import io
import zipfile
from typing import Any

import numpy as np

from components import aggregates, services
from evaluation.errors import InputError
from evaluation.reports.facts import gather
from evaluation.reports.html import html_report
from evaluation.reports.latex import latex_table
from evaluation.run_export import qrels_lines, trec_archive
from evaluation.score_files import Columns, long_scores, wide_scores
from evaluation.store import Results
from evaluation.table_files import table_csv, table_parquet
from evaluation.workspace import slug

MOST_HITS = 3_000_000  # in one archive; more would be held in the memory of the web process
CUTS = (1000, 100, 10)


def report_html(results: Results, measure: str, baseline: int) -> bytes:
    """Write the report as one HTML file."""
    report = gather(services.workspace(), results, measure, baseline)
    return html_report(report).encode("utf-8")


def latex(results: Results, measure: str, baseline: int, against: str) -> bytes:
    """Write the leaderboard as a LaTeX table."""
    report = gather(services.workspace(), results, measure, baseline)
    return latex_table(report, against).encode("utf-8")


def leaderboard_csv(results: Results, measure: str, baseline: int) -> bytes:
    """Write the leaderboard with all digits: a row per system, failed and waiting ones too."""
    return table_csv(_leaderboard(results, measure, baseline))


def leaderboard_parquet(results: Results, measure: str, baseline: int) -> bytes:
    """Write the same table as Parquet."""
    return table_parquet(_leaderboard(results, measure, baseline))


def _leaderboard(results: Results, measure: str, baseline: int) -> Columns:
    names = _measures(results, measure)
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
                  "wins", "ties", "losses", "failed", "in_band"):  # fmt: skip
        columns[f"{measure} {field}"] = [getattr(one, field, None) for one in standing]
    ranks = [one.ranks if one and one.ranks else (None, None) for one in standing]
    columns[f"{measure} rank_low"] = [low for low, _ in ranks]
    columns[f"{measure} rank_high"] = [high for _, high in ranks]
    columns["verdict"] = [one.verdict.value if one else "" for one in standing]
    for field in ("latency_p50_ms", "latency_p95_ms", "index_bytes", "documents_per_second"):
        columns[field] = [row.figures.get(field) for row in results.systems]
    columns["error"] = [row.error for row in results.systems]
    return columns


def queries_csv(results: Results, measure: str) -> bytes:
    """Write the values of every query, system and measure, a row per query and system."""
    return table_csv(_queries(results, measure))


def queries_parquet(results: Results, measure: str) -> bytes:
    """Write the same table as Parquet."""
    return table_parquet(_queries(results, measure))


def _queries(results: Results, measure: str) -> Columns:
    collection = services.collection(results.experiment.collection)
    return long_scores(results, collection, _measures(results, measure))


def wide_csv(results: Results, measure: str) -> bytes:
    """Write the values of one measure, a row per query and a column per system."""
    collection = services.collection(results.experiment.collection)
    return table_csv(wide_scores(results, collection, measure))


def _measures(results: Results, measure: str) -> list[str]:
    return list(dict.fromkeys([measure, *results.experiment.measures]))


def qrels_trec(results: Results) -> bytes:
    """Write the judgements as a TREC file; the reason, if that is impossible."""
    collection = services.collection(results.experiment.collection)
    try:
        return b"".join(qrels_lines(collection.split(results.experiment.split).table))
    except InputError as error:
        return f"# {error}\n".encode()


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
