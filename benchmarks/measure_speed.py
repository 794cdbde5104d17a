"""Reading runs and computing measures, side by side with pandas, ir_measures and ranx.

    python -m benchmarks.measure_speed [--queries 6980] [--hits 1000] [--repeats 3]

Makes a run the size of an MS MARCO one (seeded) in a temporary folder, lets everyone do the same
work on it, compares the values, and prints how many times faster we are. At full size it ends
with 1 if a promise is not met. Each figure is the best of the repeats (of one for ir_measures).
"""

# ir_measures is typed in parts only
# mypy: disable-error-code="no-untyped-call"

import argparse
import gc
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluation.collections.collection import Qrels
from evaluation.collections.trec_run import read_run
from evaluation.measures.measures import evaluate
from evaluation.run import Run

MEASURES = ("nDCG@10", "RR@10", "R@100", "AP", "P@10")
RANX = ("ndcg@10", "mrr@10", "recall@100", "map", "precision@10")
COLUMNS = ["query_id", "Q0", "doc_id", "rank", "score", "tag"]
PASSAGES = 8_841_823  # of MS MARCO
FULL_SIZE = 6_000_000
LARGEST_DIFFERENCE = 1e-9

Grades = dict[str, dict[str, int]]
Values = Mapping[str, npt.NDArray[np.float64]]


@dataclass(frozen=True)
class Promise:
    """One comparison: what both do, how often faster we promise to be, and the seconds."""

    what: str
    other: str
    least: float
    theirs: float
    ours: float

    @property
    def ratio(self) -> float:
        """How many times faster we are."""
        return self.theirs / self.ours

    @property
    def missed(self) -> bool:
        """Whether we are slower than promised."""
        return self.ratio < self.least


def main() -> int:
    """Measure, print a table, and give the exit status."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--queries", type=int, default=6_980)
    options.add_argument("--hits", type=int, default=1_000)
    options.add_argument("--repeats", type=int, default=3)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.trec"
        grades = make_data(path, chosen.queries, chosen.hits)
        size = path.stat().st_size / 1e6
        print(f"{chosen.queries:,} queries x {chosen.hits:,} hits, {size:,.0f} MB\n")
        promises = [*from_a_file(path, grades, chosen.repeats), from_a_store(path, grades, chosen)]
    full = chosen.queries * chosen.hits >= FULL_SIZE
    show(promises, full)
    return 1 if full and any(promise.missed for promise in promises) else 0


def make_data(path: Path, queries: int, hits: int) -> Grades:
    """Write a run whose scores differ within a query; gives judgements for it."""
    numbers = np.random.default_rng(20)
    grades: Grades = {}
    with path.open("w", encoding="utf-8") as file:
        for query_id in numbers.choice(1_200_000, queries, replace=False).tolist():
            documents = different(numbers, hits)
            scores = 30 - 0.02 * np.arange(hits) - 0.01 * numbers.random(hits)
            rows = enumerate(zip(documents, scores.tolist(), strict=True), 1)
            file.writelines(f"{query_id} Q0 {d} {r} {s:.6f} bm25\n" for r, (d, s) in rows)
            relevant = documents[min(hits - 1, int(numbers.exponential(60)))]
            unfound = int(numbers.integers(PASSAGES))
            grades[str(query_id)] = {str(unfound): 1, str(relevant): int(numbers.integers(1, 4))}
    return grades


def different(numbers: np.random.Generator, count: int) -> list[int]:
    """Draw different passages, some of them far more often than others."""
    drawn = np.unique((PASSAGES * numbers.random(2 * count) ** 2).astype(np.int64))
    return list(numbers.permutation(drawn)[:count].tolist())


def from_a_file(path: Path, grades: Grades, repeats: int) -> list[Promise]:
    """Compare reading with pandas, and everything from file to values with ir_measures."""
    qrels = Qrels.of_dict(grades)
    parsed = [ir_measures.parse_measure(name) for name in MEASURES]

    def theirs() -> Values:
        return columns_of(
            list(ir_measures.iter_calc(parsed, grades, ir_measures.read_trec_run(str(path)))),
            qrels.query_ids,
        )

    def ours() -> Values:
        return evaluate(read_run(path), qrels, MEASURES, qrels.query_ids)

    pandas_seconds, read_seconds = best(
        repeats, lambda: read_by_pandas(path, r"\s+"), lambda: len(read_run(path))
    )
    simple_seconds = min(timed(lambda: read_by_pandas(path, " "))[0] for _ in range(repeats))
    their_seconds, expected = timed(theirs)
    our_seconds = min(timed(ours)[0] for _ in range(repeats))
    agree("ir_measures", expected, ours())
    return [
        Promise("TREC file -> values of 5 measures", "ir_measures", 25, their_seconds, our_seconds),
        Promise("TREC file -> memory", "pandas", 5, pandas_seconds, read_seconds),
        Promise("the same, single blanks only", "pandas", 0, simple_seconds, read_seconds),
    ]


def from_a_store(path: Path, grades: Grades, chosen: argparse.Namespace) -> Promise:
    """Compare a stored run, opened afresh, with a run that ranx holds in memory and has sorted."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ranx

        run, folder = read_run(path), path.with_name("stored")
        folder.mkdir()
        run.save(folder)
        qrels = Qrels.of_dict(grades)
        held, judged = ranx.Run({q: dict(hits) for q, hits in run}), ranx.Qrels(grades)
        del run
        ranx.evaluate(judged, held, list(RANX))  # compiles, and sorts the run

        def theirs() -> Any:
            return ranx.evaluate(judged, held, list(RANX), return_mean=False)

        def ours() -> Values:
            return evaluate(Run.open(folder), qrels, MEASURES, qrels.query_ids)

        their_seconds, our_seconds = best(2 * chosen.repeats, theirs, ours)
    expected = {
        name: np.array([held.scores[other][q] for q in qrels.query_ids])
        for name, other in zip(MEASURES, RANX, strict=True)
    }
    agree("ranx", expected, ours())
    return Promise("stored run -> values of 5 measures", "ranx", 50, their_seconds, our_seconds)


def read_by_pandas(path: Path, separator: str) -> pd.DataFrame:
    """Read what we keep of a run: ids as text, columns apart by any white space, as we do.

    Where a file is known to have single blanks, pandas is faster; we read any file alike.
    """
    text = {"query_id": str, "doc_id": str}
    kept = ["query_id", "doc_id", "score"]
    return pd.read_csv(path, sep=separator, header=None, names=COLUMNS, usecols=kept, dtype=text)


def columns_of(metrics: list[Any], query_ids: list[str]) -> Values:
    """Turn ir_measures' values into columns like ours."""
    known = {(str(metric.measure), metric.query_id): metric.value for metric in metrics}
    return {name: np.array([known[name, q] for q in query_ids]) for name in MEASURES}


def agree(who: str, expected: Values, found: Values) -> None:
    """Make sure that all values are the same."""
    for name in MEASURES:
        gap = float(np.abs(expected[name] - found[name]).max())
        if not gap <= LARGEST_DIFFERENCE:
            sys.exit(f"{name} differs from that of {who} by up to {gap}.")


def best(repeats: int, theirs: Callable[[], Any], ours: Callable[[], Any]) -> tuple[float, float]:
    """Let two do their work in turns; gives the least seconds of each."""
    turns = [(timed(theirs)[0], timed(ours)[0]) for _ in range(repeats)]
    return min(turn[0] for turn in turns), min(turn[1] for turn in turns)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Give the seconds some work takes, and its result."""
    gc.collect()
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def show(promises: list[Promise], full: bool) -> None:
    """Print the comparisons as a table; at less than full size no promise is checked."""
    print(f"{'':36} {'':12} {'theirs s':>9} {'ours s':>9} {'faster':>8} {'promise':>8}")
    for p in promises:
        promise = f"{p.least:.0f}x" if p.least else ""
        figures = f"{p.theirs:9.2f} {p.ours:9.3f} {p.ratio:7.1f}x {promise:>8}"
        print(f"{p.what:36} {p.other:12} {figures}  {'MISSED' if full and p.missed else ''}")
    if not full:
        print("\nThe promises are for the full size; at this one they are not checked.")


if __name__ == "__main__":
    sys.exit(main())
