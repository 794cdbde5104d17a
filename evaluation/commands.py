"""What the command line can do, as functions that take plain values and give plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaluation.errors import InputError
from evaluation.experiment import MEASURES, Experiment, experiment_from_dict
from evaluation.gate.check import check as compare
from evaluation.gate.sources import Source, read_source
from evaluation.gate.summary import plain, summary
from evaluation.gate.verdict import Outcome
from evaluation.measures.names import canonical
from evaluation.plain_yaml import load_yaml
from evaluation.progress import Progress
from evaluation.running import Listener, run_experiment
from evaluation.same_numbers import compare_numbers
from evaluation.score_files import read_scores
from evaluation.store import Results, create, list_experiments, open_results, scores_of
from evaluation.workspace import Workspace

__all__ = ["CheckOptions", "Source", "check", "evaluate_files", "run", "show"]

Row = dict[str, Any]
EXIT = "exit code"  # of the process, where an answer has one of its own
EXITS = {Outcome.PASSED: 0, Outcome.WORSE: 1, Outcome.OPEN: 3}


@dataclass(frozen=True)
class CheckOptions:
    """What else can be said to a check.

    Attributes:
        qrels: judgements for run files.
        slices: a column of the queries, or a file that names a slice per query; "" for none.
        summary: a file the Markdown summary is added to.
    """

    qrels: Path | None = None
    slices: str = ""
    summary: Path | None = None


@dataclass(frozen=True)
class ProbeOptions:
    """What else can be said to `probe`.

    Attributes:
        settings: parameters as `name=value`.
        queries: how many are wanted.
        seed: of every draw.
        name: of the new collection; "" to name it after the old one.
    """

    settings: Sequence[str] = ()
    queries: int = 100
    seed: int = 42
    name: str = ""


def read_experiment(workspace: Workspace, path: Path) -> Experiment:
    """Read an experiment file; one that names no split gets the collection's own choice.

    Raises InputError with the file's name in front, UnknownNameError for an unknown collection.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: the file cannot be read ({error}). Check its name.") from error
    try:
        value = load_yaml(text)
        experiment = experiment_from_dict(value)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    if isinstance(value, Mapping) and "split" in value:
        return experiment
    return replace(experiment, split=workspace.collection(experiment.collection).default_split)


def run(
    workspace: Workspace, experiment: Experiment, listener: Listener, expected: Path | None = None
) -> Row:
    """Run an experiment to its end; gives its id and its leaderboard.

    With per-query scores that are expected, also every value that is not the same, and the exit
    code 1 if there is one.
    """
    table = read_scores(expected) if expected else None
    results = run_experiment(workspace, create(workspace, experiment), listener)
    found = leaderboard(workspace, results)
    if expected is None or table is None:
        return found
    collection = workspace.collection(results.experiment.collection)
    same = compare_numbers(results, collection, expected, table)
    return found | same.to_dict() | {EXIT: 0 if same.same else 1}


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


def check(
    workspace: Workspace,
    sides: tuple[Source, Source],
    measure: str,
    allow: float,
    options: CheckOptions,
) -> Row:
    """Check that a candidate is no worse than a baseline minus what is allowed.

    The answer's exit code is 0 (passed), 1 (worse) or 3 (inconclusive).

    Raises:
        EvaluationError: the two cannot be compared (other data, unknown names, bad files); the
            command line then exits with 2.
    """
    measure = canonical(measure)
    baseline, candidate = (read_source(workspace, side, measure, options.qrels) for side in sides)
    found = compare(baseline, candidate, measure, allow, options.slices)
    if options.summary:
        try:
            with options.summary.open("a", encoding="utf-8") as file:
                file.write(summary(found))
        except OSError as error:
            raise InputError(
                f"{options.summary}: the summary cannot be written ({error}). Name another file."
            ) from error
    return plain(found) | {EXIT: EXITS[found.outcome]}


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


def make_probe(
    workspace: Workspace, collection: str, kind: str, options: "ProbeOptions", progress: Progress
) -> Row:
    """Make a probe collection from a stored one; gives its id and how many queries it has."""
    from evaluation.probes.making import Wanted, add_probe, read_probe

    wanted = Wanted(read_probe(kind, options.settings), options.queries, options.seed)
    new_id = add_probe(workspace, collection, wanted, options.name, progress)
    return {"collection": new_id, "queries": len(workspace.collection(new_id).queries)}


def mean(values: Sequence[float]) -> float | None:
    """Give the mean, or None if any value is missing (a failed query) or there is none."""
    whole = [value for value in values if value == value]
    return sum(whole) / len(whole) if whole and len(whole) == len(values) else None
