"""Where a system to be judged comes from: an experiment, its folder, a run file, or its scores."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from evaluation.collections.collection import Qrels
from evaluation.collections.trec_run import read_run
from evaluation.errors import EvaluationError, InputError, UnknownNameError
from evaluation.gate.scored import Scored
from evaluation.local_files import read_qrels
from evaluation.measures.measures import evaluate
from evaluation.score_files import data_of, read_mark, read_scores, rows_of, systems_in, values_of
from evaluation.store import Results, SystemResult, open_folder, open_results
from evaluation.workspace import Workspace

TABLES = (".csv", ".tsv", ".parquet")


@dataclass(frozen=True)
class Source:
    """What was named on the command line.

    Attributes:
        what: id or folder of an experiment, a TREC run file, or a table of per-query scores.
        system: which system of it; "" where there is one only, or for the experiment's baseline.
    """

    what: str
    system: str = ""


def read_source(
    workspace: Workspace, source: Source, measure: str, qrels_path: Path | None
) -> Scored:
    """Give the values of one measure of one system.

    Args:
        workspace: where experiments and collections are.
        source: what to read.
        measure: as the experiment or the column is called; other measures of an experiment are
            computed from its run.
        qrels_path: judgements for a run file.

    Raises:
        EvaluationError: it cannot be read, or does not hold what is asked for.
    """
    path = Path(source.what).expanduser()
    if all((path / name).is_file() for name in ("experiment.yaml", "record.json")):
        return _from_experiment(workspace, open_folder(path.resolve()), source.system, measure)
    if path.is_file() and path.suffix in TABLES:
        return _from_table(path, source.system, measure)
    if path.is_file():
        return _from_run(path, measure, qrels_path)
    return _from_experiment(workspace, open_results(workspace, source.what), source.system, measure)


def _from_experiment(workspace: Workspace, results: Results, system: str, measure: str) -> Scored:
    if not results.experiment.split:
        raise InputError(
            f"The experiment {results.id} has no judgements, so nothing in it has a value. Run it "
            "on a split."
        )
    chosen = _chosen(results, system)
    about, qrels = _collection_parts(workspace, results)
    values = chosen.stored_scores()
    if measure not in values:
        if qrels is None:
            raise UnknownNameError(f"measure in {results.id}", measure, values)
        values |= evaluate(chosen.run(), qrels, [measure], results.query_ids)
    name = f"{chosen.name} of {results.id}"
    return Scored(name, results.query_ids, values[measure], data_of(results), about)


def _chosen(results: Results, system: str) -> SystemResult:
    """Pick a finished system by its name; without one the baseline of the experiment."""
    names = {row.name: row for row in results.done}
    if not system and results.baseline is not None:
        return results.baseline
    if system in names:
        return names[system]
    failed = [row for row in results.systems if row.name == system and row.error]
    if failed:
        raise EvaluationError(f"{system} of {results.id} failed: {failed[0].error} Run it again.")
    raise UnknownNameError(f"finished system in {results.id}", system, names)


def _collection_parts(
    workspace: Workspace, results: Results
) -> tuple[pa.Table | None, Qrels | None]:
    """Give queries and judgements of an experiment, if the workspace has the same ones."""
    try:
        collection = workspace.collection(results.experiment.collection)
        qrels = collection.split(results.experiment.split)
    except UnknownNameError:
        return None, None
    if any(results.fingerprints.get(k) != v for k, v in collection.fingerprints.items()):
        return None, None
    return collection.queries.table, qrels


def _from_table(path: Path, system: str, measure: str) -> Scored:
    table = read_scores(path)
    names = systems_in(table)
    if not system and len(names) > 1:
        raise InputError(
            f"{path} holds the systems {', '.join(map(str, names))}. Say which one is meant, with "
            "--baseline-system or --system."
        )
    chosen = system or names[0]
    if "system" in table.column_names and chosen not in names:
        raise UnknownNameError(f"system in {path}", chosen, map(str, names))
    rows = rows_of(table, chosen)
    marks = set(map(str, rows["data"].to_pylist())) if "data" in rows.column_names else set()
    data = read_mark(marks.pop()) if len(marks) == 1 else {}
    name = f"{chosen} of {path.name}" if chosen else path.name
    ids = [str(query_id) for query_id in rows["query_id"].to_pylist()]
    return Scored(name, ids, values_of(path, rows, measure), data, rows)


def _from_run(path: Path, measure: str, qrels_path: Path | None) -> Scored:
    if qrels_path is None:
        raise InputError(f"{path} is a run file, which has no values. Give judgements: --qrels.")
    qrels = read_qrels(qrels_path)
    values = evaluate(read_run(path), qrels, [measure], qrels.query_ids)[measure]
    return Scored(path.name, qrels.query_ids, values, {"qrels": qrels.fingerprint})
