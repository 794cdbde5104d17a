"""The worker: one niced process per role that takes jobs from the table and does them.

Started with `python -m evaluation.worker`; it outlives the web server, and ends by itself after
some idle minutes. Role `jobs` does experiments and imports, one at a time; role `search` answers
queries typed on the search page and explains documents, so that these never wait behind a long
experiment.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from evaluation import disk_room, log
from evaluation.drafts import sweep
from evaluation.environment import environment
from evaluation.errors import DiskFullError, EvaluationError
from evaluation.job import Job
from evaluation.jobs import HEARTBEAT_S, Jobs
from evaluation.locking import only_one
from evaluation.one_job import Leave, do
from evaluation.priority import stand_back
from evaluation.turns import Turns
from evaluation.workspace import ROOT, Workspace

ROLES = {
    "jobs": ("experiment", "import", "features", "attach", "probe"),
    "search": ("search", "explain"),
}
IDLE_S = {"jobs": 600.0, "search": 900.0}
POLL_S = {"jobs": 0.2, "search": 0.03}
PRINTED_BYTES = 5_000_000
WARM = (
    "evaluation.running", "evaluation.measures.provider",
    "Stemmer", "scipy.sparse", "bm25s.scoring", "psutil",
)  # fmt: skip
_started: list["subprocess.Popen[bytes]"] = []  # of this process, kept so that they can be reaped


def start(workspace: Workspace, role: str = "jobs") -> None:
    """Start the worker of a role in a session of its own, unless one runs already."""
    disk_room.keep_reserve(workspace.folder)
    environment = os.environ | {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "2")}
    command = [sys.executable, "-m", "evaluation.worker", "--role", role]
    _started[:] = [process for process in _started if process.poll() is None]
    with _printed(workspace, role) as output:
        process = subprocess.Popen(
            [*command, "--workspace", str(workspace.folder)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    _started.append(process)


def _printed(workspace: Workspace, role: str) -> BinaryIO:
    """Give what a worker's own output goes to: what libraries print, and how a crash ended."""
    if log.to_stderr():
        return os.fdopen(os.dup(2), "wb")
    workspace.logs.mkdir(exist_ok=True)
    path = workspace.logs / f"worker-{role}.log"
    with suppress(FileNotFoundError):  # there is none, or another server was faster
        if path.stat().st_size > PRINTED_BYTES:
            path.replace(path.with_suffix(".old.log"))
    return path.open("ab")


def prepare(workspace: Workspace) -> None:
    """Start the worker of experiments before there is a job, so that the first one starts warm."""
    start(workspace, "jobs")


def work(workspace: Workspace, role: str, idle_s: float, leave: Leave = None) -> None:
    """Take and do jobs until there was none for `idle_s` seconds; `leave` is that of `do`."""
    jobs = Jobs(workspace.jobs_file)
    workspace.trash.expire()
    sweep(workspace.folder)
    shrink_cache(workspace, jobs)
    with suppress(DiskFullError):  # what was deleted above did not give room enough
        jobs.mark_lost(ROLES[role])
    turns, last = Turns(workspace.folder, role), time.monotonic()
    while (idle := time.monotonic() - last) < idle_s and not turns.crowded(idle):
        with turns.take() as mine:
            job = _next(jobs, role) if mine else None
            if job is not None:
                do(workspace, jobs, job, leave)
                shrink_cache(workspace, jobs)
                disk_room.keep_reserve(workspace.folder)
        if job is not None or (not mine and jobs.waiting(ROLES[role])):
            last = time.monotonic()
        if job is not None:
            turns.give_way()
        else:
            warm_up()
            time.sleep(POLL_S[role])


def _next(jobs: Jobs, role: str) -> Job | None:
    with suppress(DiskFullError):  # nothing can be done until there is room
        return jobs.claim(ROLES[role])
    return None


@cache
def warm_up() -> None:
    """Load, while there is nothing to do, what the first job would have to wait for."""
    for name in WARM:
        import_module(name)
    environment()


def beat(workspace: Workspace, role: str) -> None:
    """Touch the worker's lock file every two seconds for as long as this process lives."""

    def touch() -> None:
        while True:
            with suppress(OSError):
                os.utime(workspace.worker_lock(role))
            time.sleep(HEARTBEAT_S)

    threading.Thread(target=touch, daemon=True).start()


def shrink_cache(workspace: Workspace, jobs: Jobs) -> None:
    """Keep the cache within its limit; what a job at work has used or will use stays."""
    if workspace.cache_limit is not None:
        gone = workspace.cache.shrink(workspace.cache_limit, jobs.oldest_start())
        if gone:
            size = sum(entry.record["bytes"] for entry in gone)
            log.event("cache shrunk", entries=len(gone), bytes=size)


def main() -> None:
    """Run as a process: lower the priority, make sure to be the only one, work."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--role", choices=sorted(ROLES), default="jobs")
    parser.add_argument("--idle", type=float, help="seconds without a job before it ends")
    parser.add_argument("--again", action="store_true", help="has lowered its priority before")
    given = parser.parse_args()
    try:
        workspace = Workspace.open(given.workspace)
    except EvaluationError as error:  # of a newer version: the pages say it, too
        sys.exit(str(error))
    if given.role == "jobs" and not given.again:
        stand_back()
    serve(workspace, given.role, given.idle or IDLE_S[given.role], begin_anew)


def begin_anew() -> None:
    """Replace this process by a worker that has just started; never returns.

    The system releases its locks and ends its threads, as it does for a process that is killed.
    """
    command = [sys.executable, "-m", "evaluation.worker", *sys.argv[1:]]
    os.execv(sys.executable, command if "--again" in command else [*command, "--again"])


def serve(workspace: Workspace, role: str, idle_s: float, leave: Leave = None) -> None:
    """Work as the only worker of a role, or not at all; `leave` is that of `do`.

    A job that comes while one ends has perhaps found the lock taken when it called for a worker.
    """
    again = True
    while again:
        with only_one(workspace.worker_lock(role)) as first:
            if not first:
                return
            log.open_log(workspace.logs, f"worker-{role}")
            log.event("worker started")
            beat(workspace, role)
            work(workspace, role, idle_s, leave)
            log.event("worker ended")
        waiting = Jobs(workspace.jobs_file).live()
        again = any(job.state == "queued" and job.kind in ROLES[role] for job in waiting)


if __name__ == "__main__":
    main()
