"""What a collection costs as it grows: time, memory and disk from the import to the pages.

    python -m benchmarks.corpus_size [--sizes 10000 100000 1000000] [--asked 10000] [--folder ...]

Makes collections of documents of 60 words with a tenth as many queries, and takes each through
import, indexes, 1,000-deep runs, measures and pages; every step is a process of its own. `own` is
the largest memory that belonged to the process alone, `resident` counts mapped files, too, which
the system takes back when it needs the room; `gap` is the longest time in which a step hears no
wish to stop: a worker stops one that hears nothing with its process, which `cancels` measures.
Growth is the exponent between two sizes, 1 is linear: of processor time (for searches that of a
query), own memory, and disk (for searches that of a hit). Exact vector search compares every query
with every document: at most `--asked` queries are searched, and what all would take is computed
from these and said.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.large_collection import write_collection
from tests.large_steps import STEPS

SIZES = (10_000, 100_000, 1_000_000)
IMPORT_LIMIT, MEMORY_LIMIT = 1.5e9, 8e9
GROWTH_LIMIT = 1.1  # of the exponents; a logarithm on top of linear growth stays below it
CANCEL_LIMIT_S = 2.0
GROWING = {"processor": 0.1, "own": 1e6, "disk": 1e6}  # and what is too little to count
SAID = ("queries", "hits", "nDCG@10", "cancelled", "longest")
SHARE = 10  # documents for each query


def measure(folder: Path, size: int, asked: int) -> dict[str, dict[str, Any]]:
    """Make a collection and take every step with it, each in a process of its own."""
    write_collection(folder / "given" / "large", size, max(1, size // SHARE))
    found = {}
    for step in STEPS:
        command = [sys.executable, "-m", "tests.large_steps", step]
        command += ["--folder", str(folder), "--asked", str(asked)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        found[step] = json.loads(done.stdout.splitlines()[-1])
        show(size, step, found[step])
    return found


def show(size: int, step: str, found: dict[str, Any]) -> None:
    """Print the figures of one step."""
    gigabytes = [found[name] / 1e9 for name in ("own", "resident", "disk")]
    cells = f"{found['seconds']:>10.1f}{found['processor']:>10.1f}"
    cells += "".join(f"{value:>10.3f}" for value in gigabytes) + f"{found.get('gap', 0):>8.2f}"
    rest = {
        k: v
        for k, v in found.items()
        if k in ("queries", "hits", "nDCG@10", "cancelled", "longest")
    }
    rest |= {page: f"{a:.0f} ms, {b:.0f} ms" for page, (a, b) in found.get("pages", {}).items()}
    print(f"{size:>9,} {step:<14}{cells}  {rest or ''}", flush=True)
    every = max(1, size // SHARE)
    if step == "vector search" and found["queries"] < every:
        hours = found["seconds"] / found["queries"] * every / 3600
        print(f"{'':>24} all {every:,} queries, computed from these: {hours:.2f} hours")


def growth(
    small: tuple[int, dict[str, Any]], large: tuple[int, dict[str, Any]]
) -> dict[str, float]:
    """Give the exponents of one step between two sizes: processor time, memory, disk."""
    sizes = large[0] / small[0]
    ratios = {n: max(least, large[1][n]) / max(least, small[1][n]) for n, least in GROWING.items()}
    if "hits" in large[1]:
        queries = large[1]["queries"] / small[1]["queries"]
        ratios["processor"] /= queries
        # in a small collection fewer documents than the depth match, so hits grow faster than it
        ratios["disk"] /= large[1]["hits"] / small[1]["hits"] / queries
    return {n: math.log(max(r, 1e-9)) / math.log(sizes) for n, r in ratios.items()}


def judge(found: dict[int, dict[str, dict[str, Any]]]) -> bool:
    """Print how everything grows, and whether each limit holds; says whether all do."""
    held = True
    for small, large in pairwise(sorted(found)):
        print(f"growth from {small:,} to {large:,} documents (limit {GROWTH_LIMIT}):")
        for step in (step for step in STEPS if step != "cancels"):
            pair = (small, found[small][step]), (large, found[large][step])
            exponents = growth(*pair)
            print(f"  {step:<14}" + "".join(f"{n} {v:>5.2f}   " for n, v in exponents.items()))
            held &= max(exponents.values()) <= GROWTH_LIMIT
    largest = found[max(found)]
    limits = {
        "memory of the import, GB": (largest["import"]["resident"] / 1e9, IMPORT_LIMIT / 1e9),
        "a job is cancelled after, s": (largest["cancels"]["longest"], CANCEL_LIMIT_S),
        "own memory of any step, GB": (
            max(f["own"] for f in largest.values()) / 1e9,
            MEMORY_LIMIT / 1e9,
        ),
        "a page shown again, s": (max(p[1] for p in largest["pages"]["pages"].values()) / 1e3, 1.0),
    }
    for name, (value, limit) in limits.items():
        print(f"{name}: {value:.2f} (limit {limit:g}) {'holds' if value <= limit else 'BROKEN'}")
        held &= value <= limit
    return held


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--asked", type=int, default=10_000)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    heads = ("seconds", "processor", "own GB", "resid. GB", "disk GB")
    print(f"{'documents':>9} {'step':<14}{''.join(f'{head:>10}' for head in heads)}{'gap s':>8}")
    found = {}
    for size in given.sizes:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            found[size] = measure(Path(folder), size, given.asked)
    return 0 if judge(found) else 1


if __name__ == "__main__":
    sys.exit(main())
