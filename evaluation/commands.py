"""What the command line can do, as functions that take plain values and give plain values."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evaluation.errors import InputError
from evaluation.experiment import MEASURES, Experiment, experiment_from_yaml
from evaluation.progress import Progress
from evaluation.running import Listener, run_experiment
from evaluation.store import Results, create, list_experiments, open_results, scores_of
from evaluation.workspace import Workspace

Row = dict[str, Any]


def read_experiment(path: Path) -> Experiment:
    """Read an experiment file. Raises InputError with the file's name in front."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: the file cannot be read ({error}). Check its name.") from error
    try:
        return experiment_from_yaml(text)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def run(workspace: Workspace, experiment: Experiment, listener: Listener) -> Row:
    """Run an experiment to its end; gives its id and its leaderboard."""
    experiment_id = create(workspace, experiment)
    return leaderboard(workspace, run_experiment(workspace, experiment_id, listener))


def show(workspace: Workspace, experiment_id: str, measures: Sequence[str] = ()) -> Row:
    """Give the leaderboard of a stored experiment, for its own or other measures."""
    return leaderboard(workspace, open_results(workspace, experiment_id), measures)


def leaderboard(workspace: Workspace, results: Results, measures: Sequence[str] = ()) -> Row:
    """Give one row per system with the mean of each measure over all queries asked.

    The mean is None when a query of the system failed: a failed query is neither 0 nor left out.
    """
    experiment = results.experiment
    wanted = list(measures or experiment.measures)
    rows: list[Row] = []
    for result in results.systems:
        row: Row = {"system": result.name, "state": result.state}
        if result.state == "done" and experiment.split:
            qrels = workspace.collection(experiment.collection).split(experiment.split)
            scores = scores_of(results, result.number, wanted, qrels)
            row |= {name: mean(values.tolist()) for name, values in scores.items()}
        row["p50 ms"] = result.figures.get("latency_p50_ms")
        rows.append(row | ({"error": result.error} if result.error else {}))
    return {
        "experiment": results.id,
        "collection": experiment.collection,
        "split": experiment.split,
        "queries": len(results.query_ids),
        "systems": rows,
    }


def evaluate_files(
    qrels_path: Path, run_paths: Sequence[Path], measures: Sequence[str], per_query: bool
) -> Row:
    """Score run files against a qrels file; gives a row per run, per query if that is wanted."""
    from evaluation.collections.trec_run import read_run
    from evaluation.local_files import read_qrels
    from evaluation.measures.measures import evaluate, measure_problems

    wanted = list(measures) or list(MEASURES)
    if faults := measure_problems(wanted):
        raise InputError(" ".join(faults))
    qrels = read_qrels(qrels_path)
    rows: list[Row] = []
    for path in run_paths:
        scores = evaluate(read_run(path), qrels, wanted, qrels.query_ids)
        if per_query:
            for place, query_id in enumerate(qrels.query_ids):
                values = {name: float(column[place]) for name, column in scores.items()}
                rows.append({"run": path.name, "query_id": query_id, **values})
        else:
            means = {name: mean(values.tolist()) for name, values in scores.items()}
            rows.append({"run": path.name, **means})
    return {"queries": len(qrels.query_ids), "runs": rows}


def list_everything(workspace: Workspace) -> Row:
    """List collections (with their runs) and experiments."""
    collections = [
        {
            "collection": stored.id,
            "name": stored.name,
            "documents": stored.record["documents"],
            "queries": stored.record["queries"],
            "splits": ", ".join(stored.record["splits"]),
            "runs": len(workspace.runs(stored.id)),
        }
        for stored in workspace.collections()
    ]
    experiments = [
        {
            "experiment": record["id"],
            "name": record["name"],
            "collection": record["collection"],
            "done": f"{record['done']} of {len(record['systems'])} systems",
        }
        for record in list_experiments(workspace)
    ]
    return {"collections": collections, "experiments": experiments}


def import_sources(
    workspace: Workspace, name: str, sources: Sequence[str], collection: str, progress: Progress
) -> Row:
    """Import a collection (or runs for one) from files of this machine or a hub id."""
    from evaluation.local_files import import_paths

    outcome = import_paths(workspace, name, sources, collection, progress)
    findings = [{"level": f.level, "what": f.what} for f in outcome.report.findings]
    runs = [{"run": run["id"], "name": run["name"]} for run in outcome.runs]
    return {"collection": outcome.collection, "findings": findings, "runs": runs}


def mean(values: Sequence[float]) -> float | None:
    """Give the mean, or None if any value is missing (a failed query) or there is none."""
    whole = [value for value in values if value == value]
    return sum(whole) / len(whole) if whole and len(whole) == len(values) else None
