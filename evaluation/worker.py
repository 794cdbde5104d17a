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
from typing import Any, BinaryIO

from evaluation import disk_room, log
from evaluation.drafts import sweep
from evaluation.environment import environment
from evaluation.errors import CancelledError, DiskFullError, EvaluationError
from evaluation.job import Job
from evaluation.jobs import HEARTBEAT_S, SHOWN, Jobs
from evaluation.locking import only_one
from evaluation.priority import stand_back
from evaluation.quota import Watch
from evaluation.quota import check as check_room
from evaluation.tasks import TASKS
from evaluation.turns import Turns
from evaluation.workspace import ROOT, Workspace

ROLES = {
    "jobs": ("experiment", "import", "features", "attach", "probe"),
    "search": ("search", "explain"),
}
IDLE_S = {"jobs": 600.0, "search": 900.0}
POLL_S = {"jobs": 0.2, "search": 0.03}
PRINTED_BYTES = 5_000_000
FULL_POLL_S = 1.0
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
    if path.exists() and path.stat().st_size > PRINTED_BYTES:
        path.replace(path.with_suffix(".old.log"))
    return path.open("ab")


def prepare(workspace: Workspace) -> None:
    """Start the worker of experiments before there is a job, so that the first one starts warm."""
    start(workspace, "jobs")


def work(workspace: Workspace, role: str, idle_s: float) -> None:
    """Take and do jobs until there was none for `idle_s` seconds."""
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
                do(workspace, jobs, job)
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


def do(workspace: Workspace, jobs: Jobs, job: Job) -> None:
    """Do one job and close it: done, cancelled, or failed with a sentence; the log has it all."""
    subject = {key: job.payload.get(key) for key in ("experiment", "collection")}
    with log.about(job=job.id, kind=job.kind, **subject):
        log.event("job started", waited=round(time.time() - job.created, 3))
        _do(workspace, jobs, job)
        over = jobs.get(job.id)
        write = log.warning if over.error else log.event
        write(f"job {over.state}", seconds=_seconds(over), error=over.error)


def _seconds(job: Job) -> float:
    return round((job.finished or 0.0) - (job.started or 0.0), 3)


def _do(workspace: Workspace, jobs: Jobs, job: Job) -> None:
    stop, watch = threading.Event(), Watch(workspace)
    pulse = threading.Thread(target=_pulse, args=(jobs, job.id, stop, watch), daemon=True)
    pulse.start()
    try:
        if not job.payload:
            raise EvaluationError("The job does not say what to do. Start the work again.")
        if job.kind in SHOWN:
            check_room(workspace)
        with disk_room.writing("what the job made", workspace.folder):
            result = TASKS[job.kind](workspace, jobs, job)
        _close(jobs, job, "done", **result)
    except CancelledError:
        _close(jobs, job, "failed" if watch.fault else "cancelled", watch.fault)
    except EvaluationError as error:
        _close(jobs, job, "failed", str(error))
    except OSError as error:
        _close(jobs, job, "failed", _disk_sentence(error))
    except Exception as error:  # noqa: BLE001 - the worker must outlive a fault of one job
        log.fault("fault", error)
        _close(jobs, job, "failed", _fault_sentence(error, job))
    finally:
        stop.set()
        pulse.join()


def _close(jobs: Jobs, job: Job, state: str, error: str = "", **result: Any) -> None:
    """Record the end of a job, as soon as there is room to record anything."""
    while True:
        with suppress(DiskFullError):
            return jobs.finish(job.id, state, error, **result)
        time.sleep(FULL_POLL_S)


def shrink_cache(workspace: Workspace, jobs: Jobs) -> None:
    """Keep the cache within its limit; what a job at work has used or will use stays."""
    if workspace.cache_limit is not None:
        gone = workspace.cache.shrink(workspace.cache_limit, jobs.oldest_start())
        if gone:
            size = sum(entry.record["bytes"] for entry in gone)
            log.event("cache shrunk", entries=len(gone), bytes=size)


def _pulse(jobs: Jobs, job_id: str, stop: threading.Event, watch: Watch) -> None:
    """Keep the heartbeat fresh while one step reports nothing for long; stop what outgrows."""
    while not stop.wait(HEARTBEAT_S):
        with suppress(DiskFullError):
            jobs.update(job_id)
            if watch.outgrown():
                jobs.cancel(job_id)


def _disk_sentence(error: OSError) -> str:
    return f"A file could not be read or written ({error.strerror}). Check the disk, then resume."


def _fault_sentence(error: Exception, job: Job) -> str:
    return (
        f"A fault in the application stopped the job ({type(error).__name__}: {error}). The log "
        f"has the details under job {job.id}; resume it, or leave out the system it stopped at."
    )


def main() -> None:
    """Run as a process: lower the priority, make sure to be the only one, work."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--role", choices=sorted(ROLES), default="jobs")
    parser.add_argument("--idle", type=float, help="seconds without a job before it ends")
    given = parser.parse_args()
    try:
        workspace = Workspace.open(given.workspace)
    except EvaluationError as error:  # of a newer version: the pages say it, too
        sys.exit(str(error))
    if given.role == "jobs":
        stand_back()
    serve(workspace, given.role, given.idle or IDLE_S[given.role])


def serve(workspace: Workspace, role: str, idle_s: float) -> None:
    """Work as the only worker of a role, or not at all.

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
            work(workspace, role, idle_s)
            log.event("worker ended")
        waiting = Jobs(workspace.jobs_file).live()
        again = any(job.state == "queued" and job.kind in ROLES[role] for job in waiting)


if __name__ == "__main__":
    main()
