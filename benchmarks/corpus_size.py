"""What a collection costs as it grows: time, memory and disk from the import to the pages.

    python -m benchmarks.corpus_size [--sizes 10000 100000 1000000] [--asked 10000] [--folder ...]

Makes collections of documents of 60 words with a tenth as many queries, and takes each through
import, indexes, 1,000-deep runs, measures and pages; every step is a process of its own. `own` is
the largest memory that belonged to the process alone, `resident` counts mapped files, too, which
the system takes back when it needs the room. Growth is the exponent between two sizes: 1 is linear
(times of searches count per query). Exact vector search compares every query with every document;
above `--asked` queries it searches so many and the time of all is computed from theirs, and marked.
"""

import argparse
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SIZES = (10_000, 100_000, 1_000_000)
DEPTH, DIMENSION = 1000, 384
IMPORT_LIMIT, MEMORY_LIMIT = 1.5e9, 8e9
GROWTH_LIMIT = 1.1  # of the exponents; a logarithm on top of linear growth stays below it
CANCEL_LIMIT_S = 2.0
PAGES = ("leaderboard", "compare", "query", "collections")
PER_QUERY = ("BM25 search", "vector search")


class Gaps:
    """A listener that measures for how long a job could not have been cancelled."""

    def __init__(self) -> None:
        self.last, self.longest = time.perf_counter(), 0.0

    def report(self, done: int, total: int | None, unit: str = "documents") -> None:
        """Take a report."""
        del done, total, unit
        now = time.perf_counter()
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


def experiment() -> Any:
    """BM25, and the run that was found by vectors as far as it goes."""
    from evaluation.experiment import experiment_from_dict

    systems = [
        {"name": "BM25", "stage": "bm25", "depth": DEPTH},
        {"name": "Random order", "stage": "random", "depth": DEPTH},
    ]
    asked = {"name": "Large", "collection": "large", "split": "test", "systems": systems}
    return experiment_from_dict(asked)


def take(step: str, folder: Path, asked: int) -> None:
    """Take one step in this process and print what it took, as JSON."""
    from evaluation.environment import peak_memory
    from evaluation.files import folder_bytes

    before, started = folder_bytes(folder), time.perf_counter()
    with peak_memory() as peak:
        found = STEPS[step](folder, asked)
    used = resource.getrusage(resource.RUSAGE_SELF)
    found |= {
        "seconds": time.perf_counter() - started,
        "processor": used.ru_utime + used.ru_stime,
        "own": peak.own,
        "resident": used.ru_maxrss * 1024,
        "disk": folder_bytes(folder) - before,
    }
    print(json.dumps(found), flush=True)


def measure(folder: Path, size: int, asked: int) -> dict[str, dict[str, Any]]:
    """Make a collection and take every step with it, each in a process of its own."""
    from tests.large_collection import write_collection

    write_collection(folder / "given" / "large", size, max(1, size // 10))
    found = {}
    for step in STEPS:
        command = [sys.executable, "-m", "benchmarks.corpus_size", "--step", step]
        command += ["--folder", str(folder), "--asked", str(asked)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        found[step] = json.loads(done.stdout.splitlines()[-1])
        show(size, step, found[step])
    return found


def show(size: int, step: str, found: dict[str, Any]) -> None:
    """Print the figures of one step."""
    gigabytes = [found[name] / 1e9 for name in ("own", "resident", "disk")]
    cells = f"{found['seconds']:>10.1f}{found['processor']:>10.1f}"
    cells += "".join(f"{value:>10.2f}" for value in gigabytes) + f"{found.get('gap', 0):>8.2f}"
    rest = {k: v for k, v in found.items() if k in ("queries", "hits", "nDCG@10", "pages")}
    print(f"{size:>9,} {step:<14}{cells}  {rest or ''}", flush=True)


def main() -> int:
    """Measure, or take one step of a measurement."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--asked", type=int, default=10_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--step", choices=STEPS)
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    if given.step:
        take(given.step, given.folder, given.asked)
        return 0
    heads = ("seconds", "processor", "own GB", "resid. GB", "disk GB")
    print(f"{'documents':>9} {'step':<14}{''.join(f'{head:>10}' for head in heads)}{'gap s':>8}")
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        for size in given.sizes:
            measure(Path(folder) / str(size), size, given.asked)
    return 0


if __name__ == "__main__":
    sys.exit(main())
