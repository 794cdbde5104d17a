"""Kill the workers and the server's process at random moments, round after round.

`python -m tests.faults.rounds --rounds 200` prints what was found as one line of JSON; it fails
with a sentence, the seed in it, at the first thing that is not as it must be. Processes are forks
of this one, which has everything imported; every tenth worker is started as the application does.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from evaluation import worker
from evaluation.drafts import sweep
from evaluation.jobs import Jobs
from evaluation.workspace import ROOT, Workspace
from tests.faults.changes import BM25, payloads
from tests.faults.forked import asked, kill, rehearsed, start
from tests.faults.points import MEMORY
from tests.faults.soundness import contents, drafts, made, unsound
from tests.faults.visitor import VISITED, lost, prepare, visit
from tests.sample import random_run, small_collection

BATCH = 10  # rounds on one workspace, then everything must be finished and right
MINUTE = 60.0
KINDS = (*worker.ROLES["jobs"], *worker.ROLES["search"])


class Batch:
    """One workspace, one that nobody disturbs beside it, and what is known of them."""

    def __init__(self, place: Path, seed: int) -> None:
        self.seed, self.chance, self.figures = seed, random.Random(seed), Counter[str]()
        self.workspace, self.other = (Workspace(place / name) for name in ("ours", "undisturbed"))
        self.known: dict[str, float] = {}
        before = time.monotonic()
        for workspace in (self.other, self.workspace):
            workspace.folder.mkdir()
            rehearsed(partial(self.set_up, workspace))
        rehearsed(lambda: self.finish(self.other))
        self.pause = (time.monotonic() - before) / 8  # as busy as the machine is now

    def set_up(self, workspace: Workspace) -> None:
        """Queue a job of every kind, some twice."""
        collection = small_collection(seed=self.seed)
        for name in ("small", "linked"):
            workspace.add_collection(name, collection.save)
        workspace.add_run("small", "kept", random_run(collection, 1, 0.5), {})
        prepare(workspace)
        jobs = Jobs(workspace.jobs_file)
        for number in range(2):
            for kind, payload in payloads(workspace, self.seed + number, "linked"):
                jobs.submit(kind, "work", payload)
            systems = [{"name": "B", **BM25}]
            asked_for = {"collection": "small", "text": "river", "systems": systems}
            jobs.submit("search", "work", asked_for)

    def finish(self, workspace: Workspace) -> None:
        """Do all that waits, with nobody killed."""
        for role in worker.ROLES:
            worker.serve(workspace, role, 0.01)

    def round(self, number: int) -> None:
        """Let workers and visitors go, kill some of them, look, and resume what stopped."""
        going = [
            self.started(role, anew=role == "jobs" and number % 10 == 9) for role in worker.ROLES
        ]
        going += [start(partial(visit, self.workspace, seed)) for seed in (number, -number)]
        time.sleep(self.chance.uniform(0, self.pause))
        self.chance.shuffle(going)
        for pid in going:
            kill(pid)
            time.sleep(self.chance.choice([0, 0, self.pause / 50]))
        self.figures["kills"] += len(going)
        self.look()
        self.figures["interrupted"] += asked(lambda: self.resumed(self.workspace))

    def started(self, role: str, anew: bool) -> int:
        """Start a worker; gives its number."""
        command = ["-m", "evaluation.worker", "--workspace", str(self.workspace.folder)]
        arguments = [*command, "--role", role, "--idle", "600"]
        if anew:
            self.figures["workers started anew"] += 1
            pid = subprocess.Popen([sys.executable, *arguments], cwd=ROOT).pid
            end = time.monotonic() + MINUTE
            lock = self.workspace.folder / "worker-jobs.lock"
            lock.unlink(missing_ok=True)
            while not lock.exists() and time.monotonic() < end:
                time.sleep(0.02)
            return pid
        return start(lambda: worker.serve(self.workspace, role, 600))

    def look(self) -> None:
        """Check that everything is readable, nothing is lost, and nothing was computed again."""
        here = self.workspace
        found, gone, now = asked(lambda: [unsound(here), lost(here), made(here)])
        self.check(not found, f"unsound: {found}")
        self.check(not gone, f"lost: {gone}")
        again = [key for key, when in self.known.items() if now.get(key, when) != when]
        again += [key for key in self.known if key not in now and "visited" not in key]
        self.check(not again, f"computed again: {again}")
        self.known = {key: when for key, when in now.items() if "visited" not in key}

    def resumed(self, workspace: Workspace) -> int:
        """Resume every job that stopped, as a page does; gives how many there were."""
        jobs = Jobs(workspace.jobs_file)
        jobs.mark_lost()
        newest = {job.origin: job for job in reversed(jobs.recent(9999, KINDS))}
        mine = [job for job in newest.values() if job.title == "work"]
        states = {job.state for job in mine}
        self.check(
            states <= {"queued", "done", "interrupted"}, str([(j.state, j.error) for j in mine])
        )
        stopped = [job for job in mine if job.state == "interrupted"]
        for job in stopped:
            assert jobs.resume(job.id) == jobs.resume(job.id) != job.id
        return len(stopped)

    def end(self) -> None:
        """Finish everything; what is there then must equal what an undisturbed workspace holds."""
        rehearsed(lambda: self.finish(self.workspace))
        self.look()
        states = asked(lambda: self.states(self.workspace))
        self.check(set(states) == {"done"}, f"not done: {states}")
        ours, theirs = (asked(partial(_work, each)) for each in (self.workspace, self.other))
        for mine, undisturbed in zip(ours, theirs, strict=True):
            self.check(mine == undisturbed, f"it gave {mine}, undisturbed {undisturbed}")
        self.figures["nodes and results"] += len(self.known)
        self.figures["jobs"] += len(states)
        self.figures["drafts swept"] += sweep(self.workspace.folder, age_s=-1)
        self.check(not drafts(self.workspace), "drafts are left")

    def states(self, workspace: Workspace) -> list[str]:
        """Give the state of every piece of work."""
        recent = reversed(Jobs(workspace.jobs_file).recent(9999, KINDS))
        return list({job.origin: job.state for job in recent if job.title == "work"}.values())

    def check(self, fine: bool, what: str) -> None:
        """Fail with a sentence that names the seed."""
        if not fine:
            raise AssertionError(f"seed {self.seed}: {what}")


def _work(workspace: Workspace) -> list[Any]:
    """Everything but what visitors change, and how many nodes were computed for it."""
    found = contents(workspace)
    theirs = (VISITED, "One", "Another")
    collections = [c for c in found["collections"] if c[0] not in theirs]
    experiments = [e for e in found["experiments"] if e[0] != "Visited"]
    stored = [e for e in workspace.cache.entries() if e.record["collection"] not in theirs]
    entries = Counter(entry.kind for entry in stored)
    return [len(collections), *collections, *experiments, dict(sorted(entries.items()))]


def main(rounds: int, seed: int) -> dict[str, Any]:
    """Do so many rounds; gives figures."""
    figures, began = Counter[str](), time.monotonic()
    for first in range(0, rounds, BATCH):
        with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
            batch = Batch(Path(folder), seed + first)
            for number in range(first, min(first + BATCH, rounds)):
                batch.round(number)
                figures["rounds"] += 1
            batch.end()
            figures += batch.figures
    seconds = round(time.monotonic() - began)
    return {**figures, "unreadable": 0, "lost": 0, "computed again": 0, "seconds": seconds}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    given = parser.parse_args()
    sys.stdout.write(json.dumps(main(given.rounds, given.seed)) + "\n")
