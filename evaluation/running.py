"""Running a stored experiment: system by system, results as they come, nothing computed twice."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from evaluation import log
from evaluation.collections.collection import Collection
from evaluation.conclusions import conclude
from evaluation.errors import DiskFullError, EvaluationError, InputError
from evaluation.execution import Execution
from evaluation.experiment import Experiment, experiment_problems
from evaluation.measures.measures import evaluate
from evaluation.progress import SILENT, Progress
from evaluation.seals import clear_damaged
from evaluation.store import Results, add_failure, add_system, open_results
from evaluation.system import System
from evaluation.system_figures import system_figures
from evaluation.workspace import Workspace

COST = {"nothing": 0, "a model": 1, "a language model": 2}


class Listener(Protocol):
    """What wants to know how an experiment goes."""

    def plan(self, states: Sequence[dict[str, Any]]) -> None:
        """Take the state of every system: `{"name", "state", "error"}`, in experiment order."""

    def step(self, line: str) -> Progress:
        """Give a progress listener for the piece of work described by `line`."""


@dataclass
class Quiet:
    """A listener that ignores everything."""

    last: list[dict[str, Any]] = field(default_factory=list)

    def plan(self, states: Sequence[dict[str, Any]]) -> None:
        """Remember the states."""
        self.last = list(states)

    def step(self, line: str) -> Progress:
        """Be silent."""
        return SILENT


def execution_for(
    workspace: Workspace, experiment: Experiment, step: Callable[[str], Progress]
) -> Execution:
    """Prepare the execution of an experiment's systems on its collection."""
    collection = workspace.collection(experiment.collection)
    queries = (
        collection.judged_queries(experiment.split) if experiment.split else collection.queries
    )
    return Execution(
        collection=collection,
        queries=queries,
        cache=workspace.cache,
        uploaded=lambda run_id: workspace.run(experiment.collection, run_id),
        progress=step,
        seed=experiment.seed,
    )


def run_experiment(workspace: Workspace, experiment_id: str, listener: Listener) -> Results:
    """Run every system that has no result yet, the cheap ones first, and store each at once.

    A result that was damaged on the disk is none.
    A system that fails is recorded with its reason and the others go on.

    Raises:
        InputError: the experiment cannot run on its collection; every reason is in the message.
        CancelledError: from the listener; what was finished stays.
    """
    for result in open_results(workspace, experiment_id).systems:
        clear_damaged(result.folder)
    results = open_results(workspace, experiment_id)
    collection = workspace.collection(results.experiment.collection)
    faults = experiment_problems(results.experiment, collection)
    if faults:
        raise InputError(" ".join(faults))
    execution = execution_for(workspace, results.experiment, listener.step)
    states: list[dict[str, Any]] = [
        {"name": r.name, "state": "done" if r.state == "done" else "queued", "error": ""}
        for r in results.systems
    ]
    listener.plan(states)
    for result in results.systems:
        with suppress(EvaluationError):  # a system that cannot run is told when its turn comes
            execution.keep(result.system.root)
    for number in sorted(range(len(states)), key=lambda n: cost(results.systems[n].system)):
        if states[number]["state"] == "queued":
            states[number]["state"] = "running"
            listener.plan(states)
            states[number] |= _run_one(workspace, results, (number, execution), collection)
            listener.plan(states)
    results = open_results(workspace, experiment_id)
    conclude(workspace, results, listener.step("Comparing the systems"))
    return results


def cost(system: System) -> tuple[int, int]:
    """Rank systems by what they take: those without a model first, then smaller trees."""
    nodes = list(system.root.walk())
    return max(COST.get(node.stage.needs, 1) for node in nodes), len(nodes)


def _run_one(
    workspace: Workspace, results: Results, work: tuple[int, Execution], collection: Collection
) -> dict[str, str]:
    """Run one system and store what it gave, or why it failed; gives its new state."""
    number, execution = work
    began = time.monotonic()
    experiment, system = results.experiment, results.systems[number].system
    try:
        run = execution.run(system.root).run
        scores = {}
        if experiment.split:
            qrels = collection.split(experiment.split)
            scores = evaluate(run, qrels, experiment.measures, results.query_ids)
        figures = system_figures(execution, system.root)
        add_system(workspace, results.id, number, (run, scores, figures))
    except DiskFullError:
        raise  # no fault of the system: the job ends here, and goes on when there is room
    except EvaluationError as error:
        add_failure(workspace, results.id, number, str(error))
        log.warning("system failed", system=system.name, error=str(error))
        return {"state": "failed", "error": str(error)}
    for node in figures["nodes"]:
        told = {"node": node["line"], "seconds": round(node["seconds"], 3)}
        log.event("node", system=system.name, reused=node["reused"], **told)
    log.event("system done", system=system.name, seconds=round(time.monotonic() - began, 3))
    return {"state": "done", "error": ""}
