"""Ten visitors at once, first alone, then with three experiments in the queue of the worker.

    python -m benchmarks.visitors [visitors] [seconds] [documents]

Starts a real server. Each visitor speaks to it as a browser does (over its web socket), opens
pages in random order and pauses one to three seconds between two of them; parts of a page that ask
again by themselves do so. A time is from the request until the server has sent the whole page:
what a browser takes to draw it is not in it. Each page was opened once before. At the end every
visitor renames, starts and searches something of its own, and all of that must be there.
"""

import asyncio
import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
import psutil

from evaluation.jobs import Jobs
from tests.e2e.server import Server, serving
from tests.visitors import PAGES, Stroll, at_work, build, change_own, lost, open_all, stroll

LIMIT_MS = 500
PAUSE = (1.0, 3.0)
JOBS = [  # each takes minutes
    {"name": f"Dense, {length} tokens", "stage": "dense", "max_length": length}
    for length in (64, 128, 256)
]


def main(visitors: int, seconds: int, documents: int) -> int:
    """Build, start, look around, print; gives 1 where something was lost."""
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    with tempfile.TemporaryDirectory() as folder:
        workspace = build(Path(folder) / "workspace", documents, 1000, visitors)
        with serving(workspace.folder, Path(folder) / "log") as server:
            asyncio.run(open_all(server))
            print(f"{visitors} visitors, {documents:,} documents; milliseconds per page")
            plan = Stroll(visitors, seconds, PAUSE)
            alone = _measured(server, plan)
            with at_work(workspace, JOBS) as ids:
                busy = _measured(server, plan)
                state = ", ".join(Jobs(workspace.jobs_file).get(one).state for one in ids)
                changed = asyncio.run(change_own(server, visitors))
            _print(alone, busy)
            print(f"the three jobs at the end of that: {state}")
            missing = lost(workspace, visitors) + changed.faults
            noise = [line for line in server.words().splitlines() if "locked" in line]
            print(f"lost or broken: {missing + noise or 'nothing'}")
    return 1 if missing or noise else 0


def _measured(server: Server, plan: Stroll) -> dict[str, list[float]]:
    process = psutil.Process(server.process)
    before = sum(process.cpu_times()[:2])
    seen = asyncio.run(stroll(server, plan, plan.visitors))
    used, held = sum(process.cpu_times()[:2]) - before, process.memory_info().rss
    print(
        f"  {len(seen.times):,} answers in {plan.seconds} s, for each the server used "
        f"{1000 * used / len(seen.times):.0f} ms of processor time; it holds {held / 1e6:.0f} MB; "
        f"faults: {seen.faults or 'none'}"
    )
    found = defaultdict(list)
    for label, milliseconds in seen.times:
        found[label].append(milliseconds)
    return dict(found)


def _print(alone: dict[str, list[float]], busy: dict[str, list[float]]) -> None:
    heads = ("median", "95 %", "longest")
    print(f"{'':<26}{'alone':^27}{'with three jobs':^27}")
    print(f"{'page':<26}" + "".join(f"{head:>9}" for head in (*heads, *heads)))
    for page in (*PAGES, "(a part that asks again)"):
        cells = [_figures(side.get(page, [np.nan])) for side in (alone, busy)]
        print(f"{page:<26}" + "".join(f"{value:>9.0f}" for cell in cells for value in cell))
    for name, side in (("alone", alone), ("with three jobs", busy)):
        every = np.concatenate([np.array(values) for values in side.values()])
        share = (every < LIMIT_MS).mean()
        print(f"{name}: {share:.1%} of {len(every):,} answers in under {LIMIT_MS} ms; "
              f"median {np.median(every):.0f}, longest {every.max():.0f}")  # fmt: skip


def _figures(values: list[float]) -> tuple[float, float, float]:
    return float(np.median(values)), float(np.quantile(values, 0.95)), max(values)


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[1:4]]
    sys.exit(main(*[*given, *(10, 60, 20_000)[len(given) :]]))
