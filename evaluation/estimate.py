"""Before the start: what is cached already, and roughly how long the rest of the work takes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from evaluation.execution import SAMPLE, SAMPLE_SECONDS, WARM_UP, Execution
from evaluation.retrievers.base import Retriever
from evaluation.running import cost
from evaluation.speeds import Speed, Speeds, rough, speeds
from evaluation.system import Node, System, index_key, node_key


@dataclass(frozen=True)
class Step:
    """One piece of work of a system: an index to build, or a run to compute.

    Attributes:
        what: `index` or `run`.
        line: the node, as one line.
        state: `reused` (in the cache), `shared` (computed for a system before this one in the
            same experiment) or `computed`.
        seconds: how long it takes; 0 unless computed.
        measured: whether that comes from earlier work of this machine, not from rough figures.
    """

    what: str
    line: str
    state: str
    seconds: float = 0.0
    measured: bool = True


@dataclass(frozen=True)
class SystemEstimate:
    """What a system needs before it has results.

    Attributes:
        name: of the system.
        steps: in order of the work; a run that is cached hides what it was made from.
    """

    name: str
    steps: tuple[Step, ...]

    @property
    def seconds(self) -> float:
        """Time of all that must be computed."""
        return sum(step.seconds for step in self.steps)

    @property
    def measured(self) -> bool:
        """Whether every figure comes from earlier work of this machine."""
        return all(step.measured for step in self.steps)

    @property
    def ready(self) -> bool:
        """Whether its run is in the cache, so that nothing but scoring is left."""
        return all(step.state == "reused" for step in self.steps if step.what == "run")

    def states(self, what: str) -> list[str]:
        """List the states of its indexes (`index`) or runs (`run`)."""
        return [step.state for step in self.steps if step.what == what]


def estimate(execution: Execution, systems: Sequence[System]) -> list[SystemEstimate]:
    """Look into the cache for every system; gives one estimate per system, in the given order.

    What several systems share is counted for the one that runs first. Nothing is computed.

    Raises:
        ModelError: a stage names a model that is not here, so its keys cannot be known.
    """
    plan = _Plan(execution, speeds(execution.cache))
    found: dict[int, SystemEstimate] = {}
    for number in sorted(range(len(systems)), key=lambda n: cost(systems[n])):
        system = systems[number]
        found[number] = SystemEstimate(system.name, tuple(plan.steps(system.root)))
    return [found[number] for number in range(len(systems))]


def missing_indexes(execution: Execution, systems: Sequence[System]) -> list[Step]:
    """List the indexes that must be built before the systems can answer a new query, each once."""
    plan = _Plan(execution, speeds(execution.cache))
    steps = [
        step for system in systems for node in system.root.walk() for step in plan.index_steps(node)
    ]
    return [step for step in steps if step.state == "computed"]


@dataclass
class _Plan:
    execution: Execution
    speeds: Speeds
    planned: set[str] = field(default_factory=set)

    def steps(self, node: Node) -> list[Step]:
        """List the work for a node as `Execution.run` would do it."""
        key = node_key(node, self.execution.fingerprints)
        line = node.line()
        if self.execution.cached(node):
            return [*self.index_steps(node, needed=False), Step("run", line, "reused")]
        if key in self.planned:
            return [Step("run", line, "shared")]
        self.planned.add(key)
        before = [step for child in node.inputs for step in self.steps(child)]
        index = self.index_steps(node)
        seconds, measured = self._run_seconds(node)
        loaded = any(step.state == "computed" for step in index)
        if not measured and not loaded:
            seconds += rough(node.stage).start
        return [*before, *index, Step("run", line, "computed", seconds, measured)]

    def index_steps(self, node: Node, needed: bool = True) -> list[Step]:
        """Give the step of a retriever's index; an unneeded one shows only if it is there."""
        if node.stage.kind != "retriever":
            return []
        stage = cast("Retriever", node.stage.resolved())
        title = stage.index_title()
        if self.execution.index_cached(node):
            return [Step("index", title, "reused")]
        key = index_key(node.stage, node.stage.seen(self.execution.fingerprints))
        if not needed:
            return []
        if key in self.planned:
            return [Step("index", title, "shared")]
        self.planned.add(key)
        below = stage.built_from()
        before = self.index_steps(Node(below)) if below else []
        speed = self.speeds.indexing(node.stage, self._documents)
        seconds = self._documents / speed.per_second
        seconds += 0 if speed.measured else rough(node.stage).start
        return [*before, Step("index", title, "computed", seconds, speed.measured)]

    def _run_seconds(self, node: Node) -> tuple[float, bool]:
        """Time for all queries at once, then for the sample that is timed one by one."""
        queries = len(self.execution.queries)
        if node.stage.kind == "run" or not queries:
            return 0.0, True
        each = self._pairs(node) if node.stage.kind == "reranker" else 1
        speed = self._speed(node, queries * each)
        seconds = queries * each / speed.per_second
        timed = min(SAMPLE_SECONDS, (SAMPLE + WARM_UP) * each / speed.per_second)
        return seconds + timed, speed.measured

    def _speed(self, node: Node, amount: int) -> Speed:
        if node.stage.kind == "reranker":
            return self.speeds.scoring(node.stage, amount)
        if node.stage.kind in ("fusion", "cutoff"):
            return self.speeds.merging(node.stage, amount)
        return self.speeds.searching(node.stage, amount, self._documents)

    def _pairs(self, node: Node) -> int:
        """Count the candidates of one query that a reranker scores."""
        candidates = min(node.depth, *(child.depth for child in node.inputs))
        return min(candidates, self._documents)

    @property
    def _documents(self) -> int:
        corpus = self.execution.collection.corpus
        return len(corpus) if corpus is not None else 0
