"""The stages of a system that was run, each with its own run, as far as the cache still has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from evaluation.cache import Cache
from evaluation.run import Run
from evaluation.store import SystemResult
from evaluation.system import Node


@dataclass(frozen=True, eq=False)
class StageRun:
    """One stage of a system, with what it returned.

    Attributes:
        node: the stage in its tree.
        inputs: places, in the list of all stages, of those it reads from.
        run: what it returned; None where its run is no longer in the cache.
    """

    node: Node
    inputs: tuple[int, ...] = ()
    run: Run | None = None

    @property
    def reach(self) -> int | None:
        """How many documents of each input it reads; None for all of them."""
        return self.node.depth if self.node.stage.kind == "reranker" else None


def stage_runs(cache: Cache, result: SystemResult) -> list[StageRun]:
    """List the stages of a finished system, inputs before what reads them, the last one at the end.

    A branch that occurs twice is listed once. The run of the last stage is that of the result,
    so it is always there; those of the others are found in the cache by the keys that were
    written down when the system was run. A stage whose run was deleted since has None.

    Raises:
        EvaluationError: the system is not done.
    """
    nodes = _distinct(result.system.root)
    keys = _keys(list(nodes.values()), result.figures.get("nodes", []))
    places = {known: place for place, known in enumerate(nodes)}
    found: list[StageRun] = []
    for known, node in nodes.items():
        last = len(found) == len(nodes) - 1
        key = keys[len(found)]
        run = result.run() if last else _open(cache, key) if key else None
        found.append(StageRun(node, tuple(places[child] for child in known.inputs), run))
    return found


def _open(cache: Cache, key: str) -> Run | None:
    entry = cache.find("run", key)
    return _kept_open(cache.content(entry), entry.record["created"]) if entry else None


@lru_cache(maxsize=64)
def _kept_open(folder: Path, created: float) -> Run:
    """Open a run and keep it open: what is known of its judged hits lasts as long as it does."""
    del created  # only part of the key
    return Run.open(folder)


def _distinct(root: Node) -> dict[Node, Node]:
    """Give each different stage of a tree once, in the order they ran, by what it stands for."""
    found: dict[Node, Node] = {}
    for node in root.walk():
        found.setdefault(_resolved(node), node)
    return found


def _resolved(node: Node) -> Node:
    """Spell out what a tree means on this machine, so that equal work is equal."""
    return Node(node.stage.resolved(), tuple(map(_resolved, node.inputs)), node.depth)


def _keys(nodes: Sequence[Node], recorded: Sequence[dict[str, Any]]) -> list[str]:
    """Match the stages with the keys that were recorded in the same order; "" where none fits."""
    lines = [str(record["line"]) for record in recorded]
    if lines != [node.line() for node in nodes]:
        return [""] * len(nodes)
    return [str(record["key"]) for record in recorded]
