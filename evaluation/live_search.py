"""Answering a query that somebody just typed, with several systems at once."""

import time
from typing import Any

from evaluation.collections.collection import Queries
from evaluation.errors import EvaluationError
from evaluation.experiment import experiment_from_dict
from evaluation.running import Listener, execution_for
from evaluation.system import problems
from evaluation.workspace import Workspace


def search_job(workspace: Workspace, payload: dict[str, Any], listener: Listener) -> dict[str, Any]:
    """Search one collection with several systems; indexes come from the cache or are built.

    Args:
        workspace: where the collection is.
        payload: `collection`, `text` (the query), `systems` (a list as in an experiment), `depth`.
        listener: of the job.

    Returns:
        `{"answers": [{"name", "hits": [[doc_id, score], ...], "milliseconds", "error"}]}`, one
        per system in the given order; the time is that of the query alone, without loading.
    """
    experiment = experiment_from_dict({"split": "", **payload})
    execution = execution_for(workspace, experiment, listener.step)
    queries, answers = Queries.of({"typed": str(payload["text"])}), []
    for system in experiment.systems:
        faults = problems(system, execution.collection)
        answer: dict[str, Any] = {"name": system.name, "hits": [], "error": " ".join(faults)}
        if not faults:
            try:
                execution.search_once(system.root, queries)  # loads models and indexes
                started = time.perf_counter()
                run = execution.search_once(system.root, queries)
                answer["milliseconds"] = (time.perf_counter() - started) * 1000
                answer["hits"] = run.hits("typed", int(payload.get("depth", 10)))
            except EvaluationError as error:
                answer["error"] = str(error)
        answers.append(answer)
    return {"answers": answers}
