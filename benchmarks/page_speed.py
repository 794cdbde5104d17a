"""How fast the result pages answer with 20 systems on 6,980 queries of 1,000 hits.

    python -m benchmarks.page_speed [systems] [queries] [depth]

Builds the workspace from nothing in a temporary folder, then opens each page as a visitor does
(without a browser): the first time, when figures are computed, and again, when they are kept.
"""

import logging
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evaluation.run import Run

ROUNDS = 7
DOCUMENTS = 200_000
RELEVANT = 3


def main(systems: int, queries: int, depth: int) -> None:
    """Build, open, print."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RANKLAB_WORKSPACE"] = folder
        started = time.perf_counter()
        experiment = build(Path(folder), systems, queries, depth)
        size = f"{systems} systems x {queries:,} queries x {depth:,} hits"
        print(f"{size}, built in {time.perf_counter() - started:.0f} s")
        print(f"{'page':<56}{'first, ms':>10}{'again, ms':>10}")
        for name, query in (
            ("leaderboard", {}),
            ("leaderboard", {"measure": "AP"}),
            ("leaderboard", {"tab": "pairs"}),
            ("leaderboard", {"tab": "judged"}),
            ("leaderboard", {"tab": "kinds"}),
            ("leaderboard", {"tab": "cost"}),
            ("compare", {"systems": "0,1"}),
            ("query", {"systems": "0,1"}),
            ("query", {"systems": "0,1,2,3,4,5,6,7", "depth": "100"}),
            ("query", {"systems": "0,1", "xray": "1~AP~AP~descending"}),
            ("query", {"order": "tau", "systems": "0,1"}),
            ("query", {"order": "rbo", "systems": "0,1"}),
            ("query", {"order": "apart", "systems": "0,1"}),
            ("query", {"order": "spread", "systems": "0,1"}),
            ("compare", {"systems": "0,19", "where": "19~AP~least~0.8;0~AP~below~0.3"}),
            ("slices", {"systems": "0,1"}),
            ("stages", {"systems": "1"}),
            ("across", {"tasks": experiment}),
        ):
            first, again = open_page(name, {"experiment": experiment, **query})
            label = " ".join([name, *(f"{key}={value}" for key, value in query.items())])
            print(f"{label:<56}{first:>10.0f}{again:>10.0f}")


def open_page(name: str, query: dict[str, str]) -> tuple[float, float]:
    """Give the milliseconds of the first run of a page, and the median of further ones."""
    from streamlit.testing.v1 import AppTest

    from evaluation.workspace import ROOT

    app = AppTest.from_file(ROOT / "app.py", default_timeout=300)
    app.query_params.update(query)
    app.switch_page(f"pages/{name}.py")
    times = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        app.run()
        times.append((time.perf_counter() - started) * 1000)
        if app.exception:
            raise SystemExit(app.exception[0].value)
    return times[0], statistics.median(times[1:])


def build(folder: Path, systems: int, queries: int, depth: int) -> str:
    """Make an experiment over random runs of rising quality; gives its id."""
    from evaluation.collections.collection import Collection, Qrels, Queries
    from evaluation.experiment import experiment_from_dict
    from evaluation.running import Quiet, run_experiment
    from evaluation.store import create
    from evaluation.workspace import Workspace

    random = np.random.default_rng(1)
    doc_ids = pa.array([f"document{n}" for n in range(DOCUMENTS)])
    relevant = random.integers(0, DOCUMENTS, (queries, RELEVANT))
    ids = [f"query{n}" for n in range(queries)]
    texts = {query_id: f"what is the meaning of {query_id} and of others" for query_id in ids}
    grades = {
        query_id: {f"document{d}": 1 for d in row}
        for query_id, row in zip(ids, relevant.tolist(), strict=True)
    }
    collection = Collection("Large", None, Queries.of(texts), {"test": Qrels.of_dict(grades)})
    workspace = Workspace.open(folder)
    place = workspace.add_collection("Large", collection.save)
    runs = []
    for number in range(systems):
        hits = ids, doc_ids, relevant, depth
        run = random_run(random, hits, 0.3 + 0.6 * number / systems)
        runs.append(workspace.add_run(place, f"system {number}", run, {}))
    asked = {
        "name": "Large",
        "collection": place,
        "split": "test",
        "systems": [{"name": f"system {n}", "stage": "run", "run": r} for n, r in enumerate(runs)],
    }
    experiment = create(workspace, experiment_from_dict(asked))
    run_experiment(workspace, experiment, Quiet())
    return experiment


def random_run(
    random: np.random.Generator,
    hits: tuple[list[str], pa.Array, npt.NDArray[np.int64], int],
    share: float,
) -> Run:
    """Make a run that has each relevant document with some chance, at a random rank."""
    ids, doc_ids, relevant, depth = hits
    documents = random.integers(0, len(doc_ids), (len(ids), depth), np.int32)
    for column in range(relevant.shape[1]):
        found = np.flatnonzero(random.random(len(ids)) < share)
        ranks = np.minimum(random.geometric(0.1, len(found)), depth) - 1
        documents[found, ranks] = relevant[found, column]
    codes = np.repeat(np.arange(len(ids), dtype=np.int32), depth)
    scores = np.tile(np.arange(depth, 0, -1, dtype=np.float32), len(ids))
    return Run.from_hits(ids, doc_ids, (codes, documents.ravel(), scores))


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[1:4]]
    main(*[*given, *(20, 6980, 1000)[len(given) :]])
