"""One job, from its start to its record: what it did, how it ended, and that it can be stopped."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from evaluation import disk_room, log
from evaluation.errors import CancelledError, DiskFullError, EvaluationError
from evaluation.job import Job
from evaluation.jobs import SHOWN, Jobs
from evaluation.quota import Watch
from evaluation.quota import check as check_room
from evaluation.tasks import TASKS
from evaluation.workspace import Workspace

FULL_POLL_S = 1.0
LOOK_S = 0.25
PATIENCE_S = 0.5  # with LOOK_S far below the two seconds in which a job promises to be over
Leave = Callable[[], None] | None


def do(workspace: Workspace, jobs: Jobs, job: Job, leave: Leave = None) -> None:
    """Do one job and close it: done, cancelled, or failed with a sentence; the log has it all.

    Args:
        workspace: what the job works on.
        jobs: its table, in which the job is at work.
        job: what to do.
        leave: ends this process, or makes it begin anew; called where a job that was asked to stop
            is inside one long step and cannot hear it. Without it such a job ends with that step.
    """
    subject = {key: job.payload.get(key) for key in ("experiment", "collection")}
    with log.about(job=job.id, kind=job.kind, **subject):
        log.event("job started", waited=round(time.time() - job.created, 3))
        _do(workspace, jobs, job, leave)
        over = jobs.get(job.id)
        write = log.warning if over.error else log.event
        write(f"job {over.state}", seconds=_seconds(over), error=over.error)


def _seconds(job: Job) -> float:
    return round((job.finished or 0.0) - (job.started or 0.0), 3)


def _do(workspace: Workspace, jobs: Jobs, job: Job, leave: Leave) -> None:
    over, watch = threading.Event(), Watch(workspace)
    watching = (jobs, job, over, watch, leave if job.kind in SHOWN else None)
    pulse = threading.Thread(target=_pulse, args=watching, daemon=True)
    pulse.start()
    try:
        _close(jobs, job, "done", **_made(workspace, jobs, job))
    except CancelledError:
        _close_stopped(jobs, job, watch)
    except EvaluationError as error:
        _close(jobs, job, "failed", str(error))
    except OSError as error:
        _close(jobs, job, "failed", _disk_sentence(error))
    except Exception as error:  # noqa: BLE001 - the worker must outlive a fault of one job
        log.fault("fault", error)
        _close(jobs, job, "failed", _fault_sentence(error, job))
    finally:
        over.set()
        pulse.join()


def _made(workspace: Workspace, jobs: Jobs, job: Job) -> dict[str, Any]:
    """Do what the job says; gives what its record is to hold."""
    if not job.payload:
        raise EvaluationError("The job does not say what to do. Start the work again.")
    if job.kind in SHOWN:
        check_room(workspace)
    with disk_room.writing("what the job made", workspace.folder):
        return TASKS[job.kind](workspace, jobs, job)


def _close(jobs: Jobs, job: Job, state: str, error: str = "", **result: Any) -> None:
    """Record the end of a job, as soon as there is room to record anything."""
    while True:
        with suppress(DiskFullError):
            return jobs.finish(job.id, state, error, **result)
        time.sleep(FULL_POLL_S)


def _close_stopped(jobs: Jobs, job: Job, watch: Watch) -> None:
    _close(jobs, job, "failed" if watch.fault else "cancelled", watch.fault)


def _pulse(jobs: Jobs, job: Job, over: threading.Event, watch: Watch, leave: Leave) -> None:
    """Keep the heartbeat fresh while one step reports nothing for long; stop what outgrows.

    A job that was asked to stop, and does not, is closed here, and its process left. That loses
    nothing: what is stored is whole, and what was half written is swept away.
    """
    asked = 0.0
    while not over.wait(LOOK_S):
        with suppress(DiskFullError):
            if watch.outgrown():
                jobs.cancel(job.id)
            if jobs.update(job.id):
                asked = asked or time.monotonic()
        waited = asked and time.monotonic() - asked >= PATIENCE_S
        if leave is not None and waited and jobs.get(job.id).live:
            _close_stopped(jobs, job, watch)
            log.warning("worker begins anew", reason="the job was inside a long step")
            leave()
            return


def _disk_sentence(error: OSError) -> str:
    return f"A file could not be read or written ({error.strerror}). Check the disk, then resume."


def _fault_sentence(error: Exception, job: Job) -> str:
    return (
        f"A fault in the application stopped the job ({type(error).__name__}: {error}). The log "
        f"has the details under job {job.id}; resume it, or leave out the system it stopped at."
    )
