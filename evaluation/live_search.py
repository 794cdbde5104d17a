"""Answering a query that somebody just typed, with several systems at once."""

import time
from dataclasses import replace
from typing import Any

import numpy as np

from evaluation.collections.collection import Collection, Queries
from evaluation.errors import EvaluationError, InputError
from evaluation.execution import Execution
from evaluation.experiment import experiment_from_dict
from evaluation.retrievers.given_vectors import GivenVectors
from evaluation.running import Listener, execution_for
from evaluation.system import System, digest
from evaluation.system_problems import problems
from evaluation.workspace import Workspace

DEPTHS = (1, 1000)  # least and greatest number of documents per system
LONGEST = 10_000  # characters of a query
_warm: set[str] = set()  # systems that answered in this process: models and indexes are loaded


def search_job(workspace: Workspace, payload: dict[str, Any], listener: Listener) -> dict[str, Any]:
    """Search one collection with several systems; indexes come from the cache or are built.

    Args:
        workspace: where the collection is.
        payload: `collection`, `text` (the query), `systems` (a list as in an experiment), and
            perhaps `depth`, how many documents to give at most (1,000).
        listener: of the job.

    Returns:
        `{"query_id", "answers": [{"name", "hits": [[doc_id, score], ...], "milliseconds",
        "error"}]}`: the id of the collection's query that has this text ("" if none has), and one
        answer per system in the given order. The time is that of the query alone, without
        loading; None for an uploaded run.

    Raises:
        InputError: the payload is not well-formed.
    """
    experiment = experiment_from_dict({"split": "", **payload})
    execution = execution_for(workspace, experiment, listener.step)
    text = str(payload["text"])
    if not text.strip() or len(text) > LONGEST:
        raise InputError(f"The query has {len(text):,} characters. Type 1 to {LONGEST:,}.")
    query_id = known_query(execution.collection, text)
    depth = min(max(int(payload.get("depth", DEPTHS[1])), DEPTHS[0]), DEPTHS[1])
    answers = [_answer(execution, s, (query_id, text), depth) for s in experiment.systems]
    return {"query_id": query_id, "answers": answers}


def known_query(collection: Collection, text: str) -> str:
    """Give the id of the collection's query with this text, a judged one first; "" for none.

    Case and blanks do not count.
    """
    wanted = _plain(text)
    same = [q for q, known in collection.queries.text_of.items() if _plain(known) == wanted]
    judged = [q for q in same if any(q in qrels.by_query for qrels in collection.qrels.values())]
    return next(iter(judged or same), "") if wanted else ""


def typed_problems(system: System, collection: Collection, query_id: str) -> list[str]:
    """List why a system cannot answer a typed query; `query_id` as `known_query` gives it."""
    runs = [node for node in system.root.walk() if node.stage.kind == "run"]
    if runs and not query_id:
        return [
            f"{system.name}: an uploaded run holds rankings for the collection's own queries only. "
            "Type one of them, or choose another system."
        ]
    return problems(system, collection) or _without_vector(system, collection, query_id)


def _without_vector(system: System, collection: Collection, query_id: str) -> list[str]:
    """Say that there is no vector for a query where a system can only use given ones."""
    stages = [node.stage for node in system.root.walk() if isinstance(node.stage, GivenVectors)]
    asked = Queries.of({query_id: ""})
    corpus = collection.corpus
    if corpus is None or all(np.isfinite(s.query_vectors(corpus, asked)).all() for s in stages):
        return []
    return [
        f"{system.name}: given vectors answer only the collection's own queries that have one, and "
        "this query has none. Type one of those, or choose another system."
    ]


def _answer(
    execution: Execution, system: System, query: tuple[str, str], depth: int
) -> dict[str, Any]:
    query_id, text = query
    answer: dict[str, Any] = {"name": system.name, "hits": [], "milliseconds": None}
    faults = typed_problems(system, execution.collection, query_id)
    answer["error"] = " ".join(faults)
    if faults:
        return answer
    asked = query_id or "typed"
    queries = Queries.of({asked: text})
    try:
        _warm_up(execution, system, queries)
        step = execution.progress(f"Searching: {system.name}")
        # one step for the whole tree: telling of each node would be timed with the query
        timed = replace(execution, progress=lambda line: step)
        started = time.perf_counter()
        run = timed.search_once(system.root, queries)
        milliseconds = (time.perf_counter() - started) * 1000
        answer["hits"] = run.hits(asked, depth)
    except EvaluationError as error:
        return answer | {"error": str(error)}
    return answer | {"milliseconds": None if system.root.stage.kind == "run" else milliseconds}


def _warm_up(execution: Execution, system: System, queries: Queries) -> None:
    """Answer once untimed if this process did not yet, to load what the system needs."""
    corpus = execution.collection.corpus_fingerprint
    key = digest({"system": system.root.to_dict(), "corpus": corpus})
    if key not in _warm:
        execution.search_once(system.root, queries)
        _warm.add(key)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
