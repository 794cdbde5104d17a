"""How fast stages were on this machine, read from what the cache remembers; rough figures else."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import median
from typing import Any

from evaluation.cache import Cache
from evaluation.environment import environment
from evaluation.retrievers.base import Retriever
from evaluation.stage import Stage

LATEST = 5  # earlier records that count: what a stage does today, not what it did months ago
# A record tells the speed only if its work took long, or was not much smaller than the work to
# come: short work is mostly loading libraries and models.
LONG_S = 5.0
COMPARABLE = 0.25


@dataclass(frozen=True)
class Rough:
    """Speeds to go by before anything was measured here: two cores, short documents, no GPU."""

    documents: float  # indexed per second
    queries: float  # searched per second in batches, over 10,000 documents
    pairs: float  # scored per second by a reranker
    start: float = 0.0  # seconds until libraries and model are loaded


ROUGH = {
    "nothing": Rough(documents=4000, queries=400, pairs=5000),
    "a model": Rough(documents=30, queries=60, pairs=120, start=6),
    "a language model": Rough(documents=20, queries=5, pairs=10, start=1),
}
ROUGH_CORPUS = 10_000
FUSED = 3000.0  # queries per second of a fusion, 1,000 documents deep


@dataclass(frozen=True)
class Speed:
    """Units per second, and whether that was measured on this machine."""

    per_second: float
    measured: bool


@dataclass(frozen=True)
class Speeds:
    """What earlier indexes and runs of this machine tell; newest first."""

    indexes: tuple[dict[str, Any], ...] = ()
    runs: tuple[dict[str, Any], ...] = ()

    def indexing(self, stage: Stage, documents: int) -> Speed:
        """Documents per second when a retriever builds its index of so many documents.

        An index that starts from another one, such as from its vectors, is built without a model;
        only records of the same kind of work count.
        """
        stage = stage.resolved()
        derived = isinstance(stage, Retriever) and stage.built_from() is not None
        alike = [record for record in self.indexes if bool(record.get("base")) == derived]
        found = [(r["documents"], r["seconds"]) for r in _nearest(alike, stage)]
        plain = ROUGH["nothing"] if derived else rough(stage)
        return _speed(found, documents, plain.documents)

    def searching(self, stage: Stage, queries: int, documents: int) -> Speed:
        """Queries per second of a retriever, for so many queries over so many documents.

        More documents than in an earlier run are taken to slow it down in proportion.
        """
        sizes = {record["key"]: record["documents"] for record in self.indexes}
        found = []
        for record in _nearest(self.runs, stage):
            earlier = sizes.get(record["index"], documents) or 1
            slower = max(1.0, documents / earlier)
            found.append((record["queries"] / slower, record["seconds"]))
        larger = max(1.0, documents / ROUGH_CORPUS)
        return _speed(found, queries, rough(stage).queries / larger)

    def merging(self, stage: Stage, queries: int) -> Speed:
        """Queries per second of a fusion."""
        found = [(r["queries"], r["seconds"]) for r in _nearest(self.runs, stage)]
        return _speed(found, queries, FUSED)

    def scoring(self, stage: Stage, pairs: int) -> Speed:
        """Query-document pairs per second of a reranker."""
        found = [(r["hits"], r["seconds"]) for r in _nearest(self.runs, stage)]
        return _speed(found, pairs, rough(stage).pairs)


def speeds(cache: Cache) -> Speeds:
    """Read the records of a cache (kept until something is added to or removed from it)."""
    return _read(cache.folder, cache.version())


def rough(stage: Stage) -> Rough:
    """Give the rough figures for a kind of stage."""
    return ROUGH.get(stage.needs, ROUGH["a model"])


@lru_cache(maxsize=8)
def _read(folder: Path, version: tuple[int, ...]) -> Speeds:
    del version  # only part of the key
    here = environment()["processor"]
    indexes: list[dict[str, Any]] = []
    runs: list[dict[str, Any]] = []
    for entry in Cache(folder).entries():
        if entry.record.get("environment", {}).get("processor") == here:
            (indexes if entry.kind == "index" else runs).append(entry.record)
    return Speeds(tuple(indexes), tuple(runs))


def _nearest(records: Sequence[dict[str, Any]], stage: Stage) -> list[dict[str, Any]]:
    """Give the latest records of the same stage, those with most parameters in common."""
    wanted = stage.resolved().parameters()
    same = [record for record in records if record["stage"] == stage.name]
    shared = [sum(r["parameters"].get(n) == v for n, v in wanted.items()) for r in same]
    best = max(shared, default=0)
    return [r for r, count in zip(same, shared, strict=True) if count == best][:LATEST]


def _speed(found: Sequence[tuple[float, float]], amount: float, otherwise: float) -> Speed:
    """Give the median speed of earlier work, given as `(amount, seconds)`, if it tells enough."""
    rates = [done / max(seconds, 1e-3) for done, seconds in found]
    telling = [
        rate
        for rate, (done, seconds) in zip(rates, found, strict=True)
        if done and (seconds >= LONG_S or done >= COMPARABLE * amount)
    ]
    return Speed(median(telling), True) if telling else Speed(max([otherwise, *rates]), False)
