"""Running a system: each node of the tree once, from the cache where it is there."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np

from evaluation.cache import Cache, Entry
from evaluation.collections.collection import Collection, Corpus, Queries
from evaluation.cutoffs.base import Cutoff
from evaluation.environment import environment, peak_memory
from evaluation.errors import EvaluationError
from evaluation.feedback.base import Feedback, Searched
from evaluation.fusion.base import Fusion
from evaluation.metering import SAVED_MS, SEARCHING_US, TIMES, metered
from evaluation.models.folders import keep_in
from evaluation.progress import Progress
from evaluation.rerankers.base import Reranker
from evaluation.retrievers.base import Retriever, link_base
from evaluation.retrievers.uploaded import UploadedRun
from evaluation.run import Run
from evaluation.system import Node, index_key, node_key, searched_by

WARM_UP = 3
SAMPLE = 30
SAMPLE_SECONDS = 8.0


@dataclass(frozen=True)
class Outcome:
    """What one node gave, and how it came about.

    Attributes:
        node: the node.
        key: its cache key.
        run: its run.
        reused: whether the run was in the cache already.
        record: what was measured when it was computed (see `run_node`).
    """

    node: Node
    key: str
    run: Run
    reused: bool
    record: dict[str, Any]


@dataclass(frozen=True)
class Execution:
    """Where systems run: on one collection, for some queries, over one cache.

    Attributes:
        collection: the data.
        queries: those asked.
        cache: of indexes and runs.
        uploaded: opens an uploaded run of the collection by its id.
        progress: makes the listener for a piece of work from a line saying what it is.
        seed: chooses the queries whose latency is measured.
    """

    collection: Collection
    queries: Queries
    cache: Cache
    uploaded: Callable[[str], Run]
    progress: Callable[[str], Progress]
    seed: int = 42
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep converted models beside what is made with them."""
        keep_in(self.cache.folder / "models")

    @property
    def fingerprints(self) -> dict[str, str]:
        """Hashes of the corpus, its attachments, the queries asked, and their other columns."""
        return {
            "corpus": self.collection.corpus_fingerprint,
            "queries": self.queries.fingerprint,
            **self.collection.attached_fingerprints,
            **{f"queries/{c}": value for c, value in self.queries.column_fingerprints.items()},
        }

    def cached(self, node: Node) -> bool:
        """Say whether the run of a node is stored already."""
        return self.cache.find("run", node_key(node, self.fingerprints)) is not None

    def index_cached(self, node: Node) -> bool:
        """Say whether the index of a retriever node is stored already."""
        key = index_key(node.stage, node.stage.seen(self.fingerprints))
        return self.cache.find("index", key) is not None

    def run(self, node: Node) -> Outcome:
        """Give the run of a node, computing what is not there. Raises what the stage raises."""
        key = node_key(node, self.fingerprints)
        if key in self.outcomes:
            return self.outcomes[key]
        entry = self.cache.find_sound("run", key)
        reused = entry is not None
        if entry is None:
            children = [self.run(child) for child in node.inputs]
            entry = self.cache.add("run", key, lambda folder: self._compute(node, children, folder))
        run = Run.open(self.cache.content(entry))
        self.outcomes[key] = Outcome(node, key, run, reused, entry.record)
        return self.outcomes[key]

    def keep(self, node: Node) -> None:
        """Mark what is stored of a tree as used now, so that it is there when its turn comes."""
        for below in node.walk():
            entry = self.cache.find("run", node_key(below, self.fingerprints))
            if entry is not None:
                self.cache.content(entry)
            if isinstance(below.stage, Retriever):
                key: str | None = index_key(below.stage, below.stage.seen(self.fingerprints))
                while key and (entry := self.cache.find("index", key)):
                    self.cache.content(entry)
                    key = entry.record.get("base")

    def search_once(self, node: Node, queries: Queries) -> Run:
        """Run a tree for other queries than the experiment's, without storing the runs."""
        children = [self.search_once(child, queries) for child in node.inputs]
        return self._answer(node, children, queries, self.progress(node.line()))

    def index(self, node: Node) -> Entry:
        """Give the index of a retriever node, building it if it is not there."""
        key = index_key(node.stage, node.stage.seen(self.fingerprints))
        entry = self.cache.find_sound("index", key)
        return entry or self.cache.add("index", key, lambda folder: self._build(node, folder))

    def _build(self, node: Node, folder: Path) -> dict[str, Any]:
        corpus, stage = self._corpus(), cast("Retriever", node.stage.resolved())
        below = stage.built_from()
        base = self.index(Node(below)) if below else None
        if base:
            link_base(self.cache.content(base), folder)
        progress = self.progress(f"Indexing: {stage.index_title()}")
        started = time.perf_counter()
        with peak_memory() as peak, metered() as spent:
            stage.index(corpus, folder, progress)
        seconds = time.perf_counter() - started
        return {
            **_about(node, self.collection),
            "documents": len(corpus),
            "seconds": seconds,
            "documents_per_second": len(corpus) / max(seconds, 1e-9),
            "peak_memory_bytes": peak.bytes,
            "memory_bytes": stage.memory_bytes(folder),
            "spent": dict(spent),
            "base": base.key if base else None,
        }

    def _compute(self, node: Node, children: list[Outcome], folder: Path) -> dict[str, Any]:
        index = self.index(node) if isinstance(node.stage, Retriever) else None
        progress = self.progress(f"Running: {node.stage.title()}")
        runs = [child.run for child in children]
        started = time.perf_counter()
        with peak_memory() as peak, metered() as spent:
            run = self._answer(node, runs, self.queries, progress)
        seconds = time.perf_counter() - started
        run.save(folder)
        return {
            **_about(node, self.collection),
            "line": node.line(),
            "queries": len(self.queries),
            "hits": len(run),
            "seconds": seconds,
            **self._latencies(node, runs),
            "peak_memory_bytes": peak.bytes,
            "spent": {name: amount for name, amount in spent.items() if name not in TIMES},
            "index": index.key if index else None,
            "inputs": [child.key for child in children],
        }

    def _answer(self, node: Node, runs: list[Run], queries: Queries, progress: Progress) -> Run:
        """Run one node for some queries, given the runs of its inputs for the same queries."""
        stage = node.stage.resolved()
        if isinstance(stage, UploadedRun):
            return self.uploaded(stage.run).only(queries.ids).top(node.depth)
        if isinstance(stage, Fusion):
            return stage.fuse(runs, node.depth)
        if isinstance(stage, Cutoff):
            return stage.cut(runs[0], node.depth)
        corpus = self._corpus()
        if isinstance(stage, Feedback):
            searched = self.searched(node)
            return stage.refine(corpus, queries, runs[0], searched, node.depth, progress)
        if isinstance(stage, Reranker):
            return stage.rerank(corpus, queries, runs[0], node.depth, progress)
        if isinstance(stage, Retriever):
            folder = self.cache.content(self.index(node))
            return stage.search(corpus, queries, folder, node.depth, progress)
        raise EvaluationError(f"{stage.label} cannot be run here: no way to run a {stage.kind}.")

    def searched(self, node: Node) -> Searched:
        """Give the index that a feedback node searches, building it if it is not there."""
        below = searched_by(node)
        folder = self.cache.content(self.index(below))
        return Searched(cast("Retriever", below.stage.resolved()), folder)

    def _latencies(self, node: Node, runs: list[Run]) -> dict[str, list[float]]:
        """Time a seeded sample of queries, one at a time after a warm-up, in milliseconds.

        Gives `latency_ms`, and `searching_ms` for the part of it that an index took, where the
        stage tells that.

        The same queries are timed for every node, so a system's latency is the sum over its
        nodes. Uploaded runs have none. Sampling stops early after some seconds.
        """
        if isinstance(node.stage, UploadedRun) or not len(self.queries):
            return {"latency_ms": [], "searching_ms": []}
        order = np.random.default_rng(self.seed).permutation(len(self.queries))
        sample = [self.queries.ids[row] for row in order[:SAMPLE]]
        listener, times = self.progress(f"Timing: {node.stage.title()}"), []
        searching = []
        started = time.perf_counter()
        for done, query_id in enumerate(sample[:WARM_UP] + sample):
            one = self.queries.only([query_id])
            inputs = [run.only([query_id]) for run in runs]
            before = time.perf_counter()
            with metered() as spent:
                self._answer(node, inputs, one, listener)
            # a reply from the cache took its time when it was written, and would again
            times.append((time.perf_counter() - before) * 1000 + spent[SAVED_MS])
            searching.append(spent[SEARCHING_US] / 1000)
            if done > WARM_UP and time.perf_counter() - started > SAMPLE_SECONDS:
                break
        told = searching[WARM_UP:] if any(searching) else []
        return {"latency_ms": times[WARM_UP:], "searching_ms": told}

    def _corpus(self) -> Corpus:
        if self.collection.corpus is None:
            raise EvaluationError(
                f"{self.collection.name} holds run files only, so nothing can be searched in it. "
                "Import a corpus, or compare its uploaded runs."
            )
        return self.collection.corpus


def _about(node: Node, collection: Collection) -> dict[str, Any]:
    stage = node.stage.resolved()
    return {
        "stage": stage.name,
        "label": stage.label,
        "parameters": stage.parameters(),
        "model_revision": stage.revision(),
        "collection": collection.name,
        "environment": environment(),
    }
