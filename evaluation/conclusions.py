"""Conclusions that take seconds, kept beside the results under a hash of what they follow from.

They can always be computed anew from the observations (`store.py`), so nothing is lost with them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.errors import DiskFullError
from evaluation.files import drafted_folder, open_table, write_table
from evaluation.measures.bounds import bounds_of, gain_bounds, has_bounds
from evaluation.measures.pairs import Pairs, compare_all
from evaluation.progress import SILENT, Progress
from evaluation.seals import clear_damaged, is_sound, seal
from evaluation.store import Results
from evaluation.viewing import ViewedWorkspace
from evaluation.workspace import Workspace

Values = npt.NDArray[np.float64]

MOST = 60  # systems whose pairs are compared before anybody asks
RIVALS = 5  # systems that the best one is held against under missing judgements
VERSION = 2  # of the statistics; a change of it leaves what was kept unread


def pairs_of(workspace: Workspace, results: Results, tables: Mapping[str, Values]) -> list[Pairs]:
    """Compare the systems with each other by some measures; reads what is kept, keeps the rest.

    Args:
        workspace: where the experiment is.
        results: the experiment.
        tables: (queries, systems) values by measure, over the queries of the experiment.
    """
    seed = results.experiment.seed
    folder = workspace.experiment_folder(results.id) / "conclusions"
    places = {name: folder / _key(table, seed) for name, table in tables.items()}
    missing = [name for name, place in places.items() if not is_sound(place)]
    found = dict(
        zip(missing, compare_all([tables[name] for name in missing], seed), strict=True)
        if missing
        else ()
    )
    settled = all(result.state != "pending" for result in results.systems)
    for name, pairs in found.items():
        # what is shown while systems are still at work is soon out of date
        if settled and not isinstance(workspace, ViewedWorkspace):
            with suppress(DiskFullError):  # what is not kept is computed again
                _write(places[name], pairs)
    return [found[name] if name in found else _read(places[name]) for name in tables]


@dataclass(frozen=True, eq=False)
class Ranges:
    """Means by one measure whatever the unjudged documents are worth, a value per system.

    NaN where a query failed; the columns against the best also for systems not held against it.

    Attributes:
        low: lowest mean.
        value: as reported.
        high: highest mean.
        condensed: of the rankings without unjudged documents.
        judged: share of the hits down to the cut-off that is judged, as a mean over queries.
        behind_low: least lead of the best system, the same document judged alike in both.
        behind_high: largest lead.
    """

    low: Values
    value: Values
    high: Values
    condensed: Values
    judged: Values
    behind_low: Values
    behind_high: Values


def ranges_of(workspace: Workspace, results: Results, measure: str) -> Ranges:
    """Bound the means of the finished systems under missing judgements; reads what is kept.

    The best system is held against the RIVALS with the next highest means.

    Raises:
        InputError: the measure has no bounds (ask `has_bounds` first).
    """
    numbers = [result.number for result in results.done]
    about = f"{VERSION} {measure} {numbers}".encode()
    name = f"ranges-{hashlib.sha256(about).hexdigest()[:32]}"
    place = workspace.experiment_folder(results.id) / "conclusions" / name / "ranges.arrow"
    if is_sound(place.parent):
        table = open_table(place)
        return Ranges(*(table[field.name].to_numpy() for field in fields(Ranges)))
    found = _bounded(workspace, results, measure)
    if not isinstance(workspace, ViewedWorkspace):
        clear_damaged(place.parent)
        with suppress(DiskFullError), drafted_folder(place.parent) as draft:
            write_table(draft / place.name, pa.table(found))
            seal(draft)
    return Ranges(**found)


def _bounded(workspace: Workspace, results: Results, measure: str) -> dict[str, Values]:
    experiment = results.experiment
    qrels = workspace.collection(experiment.collection).split(experiment.split)
    runs = [result.run() for result in results.done]
    found = [bounds_of(run, qrels, measure, results.query_ids) for run in runs]
    names = ("low", "value", "high", "condensed", "judged")
    columns = {n: np.array([getattr(one, n).mean() for one in found]) for n in names}
    columns |= {name: np.full(len(runs), np.nan) for name in ("behind_low", "behind_high")}
    order = np.argsort(-np.nan_to_num(columns["value"], nan=-np.inf), kind="stable")
    for place in order[1 : 1 + RIVALS].tolist():
        lead = gain_bounds(runs[place], runs[order[0]], qrels, measure, results.query_ids)
        columns["behind_low"][place] = lead.low.mean()
        columns["behind_high"][place] = lead.high.mean()
    return columns


def conclude(workspace: Workspace, results: Results, progress: Progress = SILENT) -> None:
    """Compare the finished systems by every measure of the experiment, for the pages to read.

    Not for a grid of settings or very many systems, whose pairs nobody reads one by one; a page
    that asks for them all the same computes them then. Reports the measures that are bounded.
    """
    if results.experiment.grid or len(results.done) > MOST:
        return
    stored = [result.stored_scores() for result in results.done]
    measures = [name for name in results.experiment.measures if all(name in one for one in stored)]
    if stored and measures and results.query_ids:
        tables = {name: np.column_stack([one[name] for one in stored]) for name in measures}
        bounded = list(filter(has_bounds, measures))
        progress.report(0, len(bounded), "measures")
        pairs_of(workspace, results, tables)
        for done, name in enumerate(bounded):
            progress.report(done, len(bounded), "measures")
            ranges_of(workspace, results, name)


def _key(table: Values, seed: int) -> str:
    """Hash what the statistics follow from; equal values have equal statistics."""
    about = f"{VERSION} {seed} {table.shape} {table.dtype}"
    content = np.ascontiguousarray(table).tobytes()
    return hashlib.sha256(about.encode() + content).hexdigest()[:32]


def _write(place: Path, pairs: Pairs) -> None:
    clear_damaged(place)
    with drafted_folder(place) as draft:
        for name, dimensions in (("systems", 1), ("pairs", 2)):
            columns = {key: pa.array(_array(pairs, key).ravel()) for key in _names(dimensions)}
            about = {"queries": str(pairs.queries)}
            write_table(draft / f"{name}.arrow", pa.table(columns).replace_schema_metadata(about))
        seal(draft)


def _read(place: Path) -> Pairs:
    systems, pairs = open_table(place / "systems.arrow"), open_table(place / "pairs.arrow")
    count = len(systems)
    columns = {name: systems[name].to_numpy() for name in _names(1)}
    columns |= {name: pairs[name].to_numpy().reshape(count, count) for name in _names(2)}
    return Pairs(queries=int(systems.schema.metadata[b"queries"]), **columns)


def _names(dimensions: int) -> Sequence[str]:
    single = ("mean", "low", "high", "rank_low", "rank_high", "failed")
    names = [field.name for field in fields(Pairs) if field.name != "queries"]
    return single if dimensions == 1 else [name for name in names if name not in single]


def _array(pairs: Pairs, name: str) -> Values:
    values: Values = getattr(pairs, name)
    return values
