"""How good and how fast every method of the catalogue is, on SciFact: measured, then stored.

    python -m benchmarks.catalogue [workspace]

Runs the tour of the literature on the 300 test queries and writes `data/catalogue.json`, from
which the Methods page and the README's table take their figures. BM25 and the default encoder are
the rows to compare with.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from evaluation.__main__ import Bars
from evaluation.collections.demo import add_demo
from evaluation.commands import leaderboard
from evaluation.environment import environment
from evaluation.experiment import Experiment
from evaluation.files import write_json
from evaluation.running import run_experiment
from evaluation.store import create, open_results
from evaluation.tour import tour
from evaluation.workspace import CATALOGUE, Workspace

MEASURES = ("nDCG@10", "R@100")
KEPT = ("latency_p50_ms", "index_bytes", "index_seconds", "spent")


def main(folder: Path) -> None:
    """Run the tour, print a line per system, store the figures."""
    workspace = Workspace.open(folder)
    collection_id = add_demo(workspace, "scifact")
    systems, left_out = tour(workspace.collection(collection_id))
    experiment = Experiment("Catalogue", collection_id, "test", tuple(systems), MEASURES)
    experiment_id = create(workspace, experiment)
    run_experiment(workspace, experiment_id, Bars(quiet=False))
    results = open_results(workspace, experiment_id)
    rows = leaderboard(workspace, results)["systems"]
    measured = []
    for result, row in zip(results.systems, rows, strict=True):
        if result.state != "done":
            print(f"{result.name}: {result.error}")
            continue
        stage = result.system.root.stage
        figures: dict[str, Any] = {
            "stage": stage.name,
            "version": stage.version,
            "name": result.name,
            "line": result.system.line(),
            "parameters": stage.parameters(),
        }
        figures |= {measure: row[measure] for measure in MEASURES}
        measured.append(figures | {name: result.figures.get(name) for name in KEPT})
        print(f"{result.name}: nDCG@10 {row['nDCG@10']:.4f}, {row['p50 ms']:.3g} ms per query")
    about = {
        "collection": "SciFact, 5,183 documents, 300 test queries",
        "measured": time.strftime("%Y-%m-%d"),
        "environment": environment(),
        "systems": measured,
    }
    write_json(CATALOGUE, about)
    print(f"{len(measured)} systems in {CATALOGUE.name}; left out: {', '.join(left_out) or 'none'}")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    given = sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()
    main(Path(given).resolve())
