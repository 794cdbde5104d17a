"""What an experiment says about indexes: recall of exact search, against memory and latency.

And the grid of layers and dimensions of one encoder: quality, time to encode, bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.measures.agreement import overlaps, top_lists
from evaluation.models.layers import layer_count
from evaluation.pareto import Range, trade_offs
from evaluation.retrievers.dense import Dense
from evaluation.spending import cost_of
from evaluation.store import Results, SystemResult

Values = npt.NDArray[np.float64]
UNKNOWN = float("nan")


@dataclass(frozen=True)
class IndexPoint:
    """One system of a family: the same vectors, searched through another index.

    Attributes:
        number: of the system.
        name: of the system.
        stage: what it is.
        recall: share of the first hits of exact search that are among its own, over the queries.
        quality: mean of the measure; NaN without judgements or if a query failed.
        change: what that is more than with exact search, its interval paired by query.
        latency: median milliseconds of one query.
        memory: bytes per document that a search holds in memory; NaN if not measured.
        disk: bytes per document of the whole index.
    """

    number: int
    name: str
    stage: Dense
    recall: Range
    quality: float
    change: Range
    latency: Range
    memory: float
    disk: float


@dataclass(frozen=True)
class Cell:
    """One system of the grid of layers and dimensions.

    Attributes:
        number: of the system.
        name: of the system.
        layers: how many it runs.
        width: how many dimensions it keeps.
        quality: mean of the measure; NaN if a query failed.
        encoding: milliseconds to encode one document; NaN if not measured.
        bytes: of the vectors in memory, per document.
    """

    number: int
    name: str
    layers: int
    width: int
    quality: float
    encoding: float
    bytes: float


def families(results: Results) -> dict[str, list[SystemResult]]:
    """Group finished dense systems that search the same vectors; those with an exact index.

    Each group has the exact one first, then at least one other, and a name.
    """
    found: dict[Dense, list[SystemResult]] = {}
    for result in dense_results(results):
        exact = _exact(_stage(result))
        found.setdefault(exact, []).append(result)
    groups = {}
    for exact, members in found.items():
        flat = [r for r in members if _stage(r).index_type == "flat"]
        others = [r for r in members if _stage(r).index_type != "flat"]
        if flat and others:
            groups[exact.title()] = [flat[0], *others]
    return groups


def dense_results(results: Results) -> list[SystemResult]:
    """List the finished systems that are one dense retriever."""
    return [result for result in results.done if isinstance(result.system.root.stage, Dense)]


def index_points(
    results: Results,
    family: list[SystemResult],
    values: Mapping[int, Values],
    documents: int,
    depth: int,
    alone: bool = False,
) -> list[IndexPoint]:
    """Measure the systems of a family against the exact one, which is the first.

    Args:
        results: the experiment.
        family: as `families` gives it.
        values: per-query values of the measure, by system number.
        documents: of the collection.
        depth: how many hits of the exact search are to be found.
        alone: take the time of the index alone, without the encoding of the query; systems whose
            time was not told apart are left out.
    """
    lists = top_lists([result.run() for result in family], results.query_ids, depth)
    found = [overlaps(each, lists[0]) for each in lists]
    recalls = {r.number: each for r, each in zip(family, found, strict=True)}
    times = {r.number: r.figures.get("searching_ms" if alone else "latency_ms") for r in family}
    known = {n: cost_of({"latency_ms": sample}, "p50") for n, sample in times.items()}
    costs = {number: cost for number, cost in known.items() if cost is not None}
    seed = results.experiment.seed
    by_recall = {each.number: each for each in trade_offs(recalls, costs, seed)}
    exact = family[0].number
    changes = {n: of - values[exact] for n, of in values.items() if exact in values}
    by_change = {each.number: each.quality for each in trade_offs(changes, costs, seed)}
    return [
        IndexPoint(
            r.number,
            r.name,
            _stage(r),
            by_recall[r.number].quality,
            float(values[r.number].mean()) if r.number in values else UNKNOWN,
            by_change.get(r.number, Range(UNKNOWN, UNKNOWN, UNKNOWN)),
            by_recall[r.number].cost,
            _per(r.figures.get("memory_bytes"), documents),
            _per(r.figures.get("index_bytes"), documents),
        )
        for r in family
        if r.number in by_recall
    ]


def grid_cells(results: Results, values: Mapping[int, Values], documents: int) -> list[Cell]:
    """Give the cells of the largest grid: exact dense systems that differ in layers and width.

    Empty unless there are two different depths or widths.
    """
    found: dict[Dense, list[SystemResult]] = {}
    for result in dense_results(results):
        stage = _stage(result)
        if stage.index_type == "flat" and result.number in values:
            whole = replace(_exact(stage), layers=0, truncate_dimension=0)
            found.setdefault(whole, []).append(result)
    largest = max(found.values(), key=len, default=[])
    cells = [_cell(result, values[result.number], documents) for result in largest]
    return cells if len({(cell.layers, cell.width) for cell in cells}) > 1 else []


def _cell(result: SystemResult, values: Values, documents: int) -> Cell:
    stage, figures = _stage(result), result.figures
    held = _per(figures.get("memory_bytes"), documents)
    width = stage.truncate_dimension or (0 if np.isnan(held) else round(held / 4))
    return Cell(
        result.number,
        result.name,
        stage.layers or layer_count(stage.model),
        width,
        float(values.mean()) if len(values) else UNKNOWN,
        _per(figures.get("encoding_ms"), documents),
        held,
    )


def _stage(result: SystemResult) -> Dense:
    stage = result.system.root.stage
    if not isinstance(stage, Dense):
        raise KeyError("the system is no dense retriever alone")
    return stage


def _exact(stage: Dense) -> Dense:
    """Give the stage with an exact index of the same vectors, and nothing that concerns others."""
    plain = Dense()
    return replace(
        stage,
        index_type=plain.index_type,
        m=plain.m,
        ef_construction=plain.ef_construction,
        ef_search=plain.ef_search,
        shortlist=plain.shortlist,
        code_bytes=plain.code_bytes,
        code_weight=plain.code_weight,
    )


def _per(amount: Any, documents: int) -> float:
    return UNKNOWN if amount is None or not documents else float(amount) / documents
