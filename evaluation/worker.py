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
import traceback
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from evaluation.drafts import sweep
from evaluation.environment import environment
from evaluation.errors import CancelledError, EvaluationError
from evaluation.job import Job
from evaluation.job_listener import JobListener
from evaluation.jobs import HEARTBEAT_S, Jobs
from evaluation.locking import only_one
from evaluation.workspace import ROOT, Workspace

ROLES = {
    "jobs": ("experiment", "import", "features", "attach", "probe"),
    "search": ("search", "explain"),
}
IDLE_S = {"jobs": 600.0, "search": 900.0}
POLL_S = {"jobs": 0.2, "search": 0.03}
WARM = ("evaluation.running", "evaluation.measures.provider", "Stemmer", "scipy.sparse", "psutil")
_started: list["subprocess.Popen[bytes]"] = []  # of this process, kept so that they can be reaped


def start(workspace: Workspace, role: str = "jobs") -> None:
    """Start the worker of a role in a session of its own, unless one runs already."""
    log = workspace.folder / f"worker-{role}.log"
    if log.exists() and log.stat().st_size > 5_000_000:
        log.replace(log.with_suffix(".old.log"))
    environment = os.environ | {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "2")}
    command = [sys.executable, "-m", "evaluation.worker", "--role", role]
    _started[:] = [process for process in _started if process.poll() is None]
    with log.open("ab") as output:
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


def prepare(workspace: Workspace) -> None:
    """Start the worker of experiments before there is a job, so that the first one starts warm."""
    start(workspace, "jobs")


def work(workspace: Workspace, role: str, idle_s: float) -> None:
    """Take and do jobs until there was none for `idle_s` seconds."""
    jobs = Jobs(workspace.jobs_file)
    jobs.mark_lost(ROLES[role])
    workspace.trash.expire()
    sweep(workspace.folder)
    shrink_cache(workspace, jobs)
    last = time.monotonic()
    while time.monotonic() - last < idle_s:
        job = jobs.claim(ROLES[role])
        if job is None:
            warm_up()
            time.sleep(POLL_S[role])
            continue
        do(workspace, jobs, job)
        shrink_cache(workspace, jobs)
        last = time.monotonic()


@cache
def warm_up() -> None:
    """Load, while there is nothing to do, what the first job would have to wait for."""
    for name in WARM:
        import_module(name)
    environment()


def do(workspace: Workspace, jobs: Jobs, job: Job) -> None:
    """Do one job and close it: done, cancelled, or failed with a sentence."""
    stop = threading.Event()
    pulse = threading.Thread(target=_pulse, args=(jobs, job.id, stop), daemon=True)
    pulse.start()
    try:
        result = TASKS[job.kind](workspace, jobs, job)
        jobs.finish(job.id, "done", **result)
    except CancelledError:
        jobs.finish(job.id, "cancelled")
    except EvaluationError as error:
        jobs.finish(job.id, "failed", str(error))
    except OSError as error:
        jobs.finish(job.id, "failed", _disk_sentence(error))
    except Exception as error:  # noqa: BLE001 - the worker must outlive a fault of one job
        traceback.print_exc()
        jobs.finish(job.id, "failed", _fault_sentence(error))
    finally:
        stop.set()
        pulse.join()


def shrink_cache(workspace: Workspace, jobs: Jobs) -> None:
    """Keep the cache within its limit; what a job at work has used or will use stays."""
    if workspace.cache_limit is not None:
        workspace.cache.shrink(workspace.cache_limit, jobs.oldest_start())


def _experiment(workspace: Workspace, jobs: Jobs, job: Job) -> dict[str, Any]:
    from evaluation.running import run_experiment

    results = run_experiment(workspace, job.payload["experiment"], JobListener(jobs, job.id))
    return {"grid" if results.experiment.grid else "experiment": results.id}


def _import(workspace: Workspace, jobs: Jobs, job: Job) -> dict[str, Any]:
    from evaluation.collections.importing import import_job

    return import_job(workspace, _asked(job), JobListener(jobs, job.id).step("Reading"))


def _probe(workspace: Workspace, jobs: Jobs, job: Job) -> dict[str, Any]:
    from evaluation.probes.making import probe_job

    return probe_job(workspace, _asked(job), JobListener(jobs, job.id).step("Making queries"))


def _attach(workspace: Workspace, jobs: Jobs, job: Job) -> dict[str, Any]:
    from evaluation.collections.attaching import attach_job

    return attach_job(workspace, _asked(job), JobListener(jobs, job.id).step("Reading"))


def _asked(job: Job) -> dict[str, Any]:
    """What a job asks for, with whose work it is: what was stored already is not stored again."""
    return job.payload | {"origin": job.origin}


def _search(workspace: Workspace, jobs: Jobs, job: Job) -> dict[str, Any]:
    from evaluation.live_search import search_job

    return search_job(workspace, job.payload, JobListener(jobs, job.id))


def _features(workspace: Workspace, jobs: Jobs, job: Job) -> dict[str, Any]:
    from evaluation.slices.stored import features_job

    return features_job(workspace, job.payload, JobListener(jobs, job.id).step)


def _explain(workspace: Workspace, jobs: Jobs, job: Job) -> dict[str, Any]:
    from evaluation.explanations.explain import explain_job

    return explain_job(workspace, job.payload, JobListener(jobs, job.id))


TASKS: dict[str, Callable[[Workspace, Jobs, Job], dict[str, Any]]] = {
    "experiment": _experiment,
    "import": _import,
    "attach": _attach,
    "search": _search,
    "features": _features,
    "probe": _probe,
    "explain": _explain,
}


def _pulse(jobs: Jobs, job_id: str, stop: threading.Event) -> None:
    """Keep the heartbeat fresh while one step reports nothing for long."""
    while not stop.wait(HEARTBEAT_S):
        jobs.update(job_id)


def _disk_sentence(error: OSError) -> str:
    if error.errno == 28:
        return "The disk is full. Free some space (Workspace page), then resume the job."
    return f"A file could not be read or written ({error.strerror}). Check the disk, then resume."


def _fault_sentence(error: Exception) -> str:
    return (
        f"A fault in the application stopped the job ({type(error).__name__}: {error}). "
        "The worker's log has the details; resume the job, or leave out the system it stopped at."
    )


def main() -> None:
    """Run as a process: lower the priority, make sure to be the only one, work."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--role", choices=sorted(ROLES), default="jobs")
    parser.add_argument("--idle", type=float, help="seconds without a job before it ends")
    given = parser.parse_args()
    workspace = Workspace(given.workspace.resolve())
    if given.role == "jobs" and hasattr(os, "nice"):
        os.nice(10)
    serve(workspace, given.role, given.idle or IDLE_S[given.role])


def serve(workspace: Workspace, role: str, idle_s: float) -> None:
    """Work as the only worker of a role, or not at all.

    A job that comes while one ends has perhaps found the lock taken when it called for a worker.
    """
    again = True
    while again:
        with only_one(workspace.folder / f"worker-{role}.lock") as first:
            if not first:
                return
            work(workspace, role, idle_s)
        waiting = Jobs(workspace.jobs_file).live()
        again = any(job.state == "queued" and job.kind in ROLES[role] for job in waiting)


if __name__ == "__main__":
    main()
