"""The steps that a large collection goes through, each in a process of its own, measured.

    python -m tests.large_steps import --folder <place> [--asked 10000]

The folder holds `given/large`, as `large_collection.py` writes it; the last line that is printed is
what the step took, as JSON: seconds, processor time, own and resident memory, disk, and `gap`, the
longest time in which the step would not have heard that it is to stop.
"""

import argparse
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.memory import peak_bytes

DEPTH, DIMENSION = 1000, 384
MOMENTS = (1, 4, 9, 25, 60)  # seconds into a job with a million documents
CANCELLED: tuple[dict[str, Any], ...] = ({}, {"stemmer": "none"})  # without and with an index
PAGES = ("leaderboard", "compare", "query", "collections")


class Gaps:
    """A listener that measures for how long nobody asked whether the work is to stop.

    In processor time, which is the same on a machine that has other work to do.
    """

    def __init__(self) -> None:
        self.last, self.longest = time.process_time(), 0.0

    def report(self, done: int, total: int | None, unit: str = "documents") -> None:
        """Take a report."""
        del done, total, unit
        now = time.process_time()
        self.longest, self.last = max(self.longest, now - self.last), now

    def step(self, line: str) -> "Gaps":
        """Take the beginning of a step."""
        self.report(0, None, line)
        return self

    def plan(self, states: Any) -> None:
        """Ignore the states of the systems."""


def importing(folder: Path, asked: int) -> dict[str, Any]:
    """Import from the server's folder."""
    from evaluation.collections.import_request import ImportRequest
    from evaluation.collections.importing import import_collection

    del asked
    gaps = Gaps()
    outcome = import_collection(workspace(folder), ImportRequest("Large", ("root:large",)), gaps)
    gaps.report(0, 0)
    found = outcome.report.figures
    return {"gap": gaps.longest, "documents": found["documents"], "queries": found["queries"]}


def indexing(folder: Path, asked: int) -> dict[str, Any]:
    """Build the index of BM25."""
    del asked
    execution, gaps = executed(folder)
    execution.index(experiment().systems[0].root)
    gaps.report(0, 0)
    return {"gap": gaps.longest}


def searching(folder: Path, asked: int) -> dict[str, Any]:
    """Search for all queries, 1,000 deep, and store the run."""
    del asked
    execution, gaps = executed(folder)
    outcome = execution.run(experiment().systems[0].root)
    gaps.report(0, 0)
    return {"gap": gaps.longest, "hits": len(outcome.run), "queries": len(execution.queries)}


def vectors_given(folder: Path, asked: int) -> dict[str, Any]:
    """Write random vectors of length one as the exact index of given vectors."""
    import numpy as np

    from evaluation.vector_indexes.base import VECTORS

    del asked
    random, size = np.random.default_rng(1), len(corpus_of(folder))
    (folder / "vectors").mkdir()
    shape, path = (size, DIMENSION), folder / "vectors" / VECTORS
    vectors = np.lib.format.open_memmap(path, "w+", np.float32, shape)
    for start in range(0, size, 10_000):
        part = random.standard_normal((min(10_000, size - start), DIMENSION), np.float32)
        vectors[start : start + 10_000] = part / np.linalg.norm(part, axis=1, keepdims=True)
    return {}


def vectors_searched(folder: Path, asked: int) -> dict[str, Any]:
    """Search the vectors exactly, and add the run to the collection."""
    import numpy as np

    from evaluation.retrievers.dense import Dense

    execution, gaps = executed(folder)
    queries, random = execution.queries, np.random.default_rng(2)
    queries = type(queries)(queries.table.slice(0, asked))
    vectors = random.standard_normal((len(queries), DIMENSION), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    place = folder / "vectors"
    run = Dense().search_vectors(corpus_of(folder), queries, vectors, place, DEPTH, gaps)
    workspace(folder).add_run("large", "Vectors", run, {})
    gaps.report(0, 0)
    return {"gap": gaps.longest, "hits": len(run), "queries": len(queries)}


def comparing(folder: Path, asked: int) -> dict[str, Any]:
    """Run the experiment as the worker does: measures, a second system, all conclusions."""
    from evaluation.running import run_experiment
    from evaluation.store import create

    del asked
    gaps, place = Gaps(), workspace(folder)
    results = run_experiment(place, create(place, experiment()), gaps)
    gaps.report(0, 0)
    scores = [float(one.stored_scores()["nDCG@10"].mean()) for one in results.done]
    return {"gap": gaps.longest, "nDCG@10": scores}


def cancelling(folder: Path, _: int) -> dict[str, Any]:
    """Cancel a worker's jobs at moments spread over their work: seconds until the last was over."""
    from evaluation import worker
    from evaluation.collections.import_request import ImportRequest
    from evaluation.jobs import Jobs
    from evaluation.store import create
    from tests.e2e.server import end_workers

    place, share, took = workspace(folder), len(corpus_of(folder)) / 1e6, list[float]()
    jobs = Jobs(place.jobs_file)
    works = [("experiment", {"experiment": create(place, experiment(b))}) for b in CANCELLED]
    works += [("import", ImportRequest("Again", ("root:large",)).to_dict())]
    worker.start(place)
    for kind, payload in works:
        for moment in MOMENTS:
            took += cancelled_after(jobs, jobs.submit(kind, "cancelled", payload), moment * share)
    end_workers(place.folder)
    return {"cancelled": len(took), "longest": max(took, default=0.0)}


def cancelled_after(jobs: Any, job_id: str, moment: float) -> list[float]:
    """Cancel a job that has worked for so long: the seconds until it was over; none if it was."""
    while jobs.get(job_id).state == "queued":
        time.sleep(0.01)
    time.sleep(moment)
    asked = time.time()
    jobs.cancel(job_id)
    while (over := jobs.get(job_id)).live:
        time.sleep(0.01)
    return [over.finished - asked] if over.state == "cancelled" else []


def showing(folder: Path, asked: int) -> dict[str, Any]:
    """Open the pages as a visitor does: milliseconds of the first time and of further ones."""
    from benchmarks.page_speed import open_page

    del asked
    os.environ["RANKLAB_WORKSPACE"] = str(workspace(folder).folder)
    query = {"experiment": "large", "systems": "0,1", "collection": "large"}
    return {"pages": {page: open_page(page, query) for page in PAGES}}


STEPS: dict[str, Callable[[Path, int], dict[str, Any]]] = {
    "import": importing,
    "BM25 index": indexing,
    "BM25 search": searching,
    "vector index": vectors_given,
    "vector search": vectors_searched,
    "cancels": cancelling,
    "experiment": comparing,
    "pages": showing,
}


def workspace(folder: Path) -> Any:
    """Give the workspace of one size, which may import from the folder beside it."""
    from evaluation.workspace import Workspace

    os.environ["RANKLAB_IMPORT_ROOT"] = str(folder / "given")
    (folder / "workspace").mkdir(exist_ok=True)
    return Workspace(folder / "workspace")


def corpus_of(folder: Path) -> Any:
    """Open the documents."""
    return workspace(folder).collection("large").corpus


def executed(folder: Path) -> tuple[Any, Gaps]:
    """Prepare the execution of the experiment's systems."""
    from evaluation.running import execution_for

    gaps = Gaps()
    return execution_for(workspace(folder), experiment(), gaps.step), gaps


def experiment(bm25: Mapping[str, Any] = MappingProxyType({})) -> Any:
    """BM25, and the floor."""
    from evaluation.experiment import experiment_from_dict

    systems = [
        {"name": "BM25", "stage": "bm25", "depth": DEPTH} | dict(bm25),
        {"name": "Random order", "stage": "random", "depth": DEPTH},
    ]
    asked = {"name": "Large", "collection": "large", "split": "test", "systems": systems}
    return experiment_from_dict(asked)


def take(step: str, folder: Path, asked: int) -> None:
    """Take one step in this process and print what it took, as JSON."""
    from evaluation.environment import peak_memory

    before, started = on_disk(folder), time.perf_counter()
    with peak_memory() as peak:
        found = STEPS[step](folder, asked)
    found |= {
        "seconds": time.perf_counter() - started,
        "processor": time.process_time(),
        "own": peak.own,
        "resident": peak_bytes(),
        "disk": on_disk(folder) - before,
    }
    sys.stdout.write(json.dumps(found) + "\n")


def on_disk(folder: Path) -> int:
    """Add up files; one that has two names counts once."""
    found = [path.lstat() for path in folder.rglob("*") if path.is_file()]
    return sum({status.st_ino: status.st_size for status in found}.values())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--asked", type=int, default=10_000)
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    take(given.step, given.folder, given.asked)
