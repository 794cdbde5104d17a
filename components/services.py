"""The one place that opens workspace, jobs and results; caches are keyed by ids, never by data."""

import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from components import kept, visitor
from evaluation import quota, store, worker
from evaluation.collections.collection import Collection
from evaluation.disk_room import writing
from evaluation.errors import DiskFullError
from evaluation.experiment import Experiment
from evaluation.jobs import SHOWN, Jobs
from evaluation.models.folders import allow_downloads
from evaluation.store import Results
from evaluation.turns import Turns
from evaluation.viewing import REASON, ViewedJobs, ViewedWorkspace, ViewerError
from evaluation.workspace import Workspace

Values = npt.NDArray[np.float64]
REVIVE_S = 10.0


def workspace() -> Workspace:
    """Give the workspace that the visitor works in, or looks at. Raises as `visitor.place`."""
    place = visitor.place()
    return _workspace(str(place.folder), place.viewed)


@lru_cache(maxsize=1000)
def _workspace(folder: str, viewed: bool) -> Workspace:
    allow_downloads(False)  # a page must answer at once; the worker fetches what is missing
    opened = Workspace.open(Path(folder))
    if not viewed:
        return opened
    Jobs(opened.jobs_file).live()  # makes the table, which a viewer can only read
    return ViewedWorkspace(opened.folder)


def jobs() -> Jobs:
    """Give the job table; jobs whose worker is gone are marked so, at most once a second."""
    path = workspace().jobs_file
    _sweep(str(path), int(time.time()))
    if visitor.viewing():
        return ViewedJobs(path)
    _revive(str(path), int(time.time() / REVIVE_S))
    return Jobs(path)


@kept.resource(max_entries=200)
def _sweep(path: str, second: int) -> None:
    del second
    with suppress(DiskFullError):  # what is stored can be read all the same
        Jobs(Path(path)).mark_lost()


@kept.resource(max_entries=200)
def _revive(path: str, moment: int) -> None:
    """Start a worker where jobs wait and none is at work, as after a restart of the machine."""
    del moment
    live = Jobs(Path(path)).live()
    waiting = [job for job in live if time.time() - job.created > REVIVE_S]
    if waiting and all(job.state == "queued" for job in live):
        with suppress(DiskFullError), writing("the worker's log", workspace().folder):
            wake(waiting[0].kind)


def submit(kind: str, title: str, payload: dict[str, object]) -> str:
    """Queue a job and make sure that a worker is there to take it; gives the job id.

    Raises:
        ViewerError: the visitor may only look.
        QuotaError: the workspace is full.
    """
    table = ViewedJobs if visitor.viewing() else Jobs
    if kind in SHOWN:
        quota.check(workspace())
    job_id = table(workspace().jobs_file).submit(kind, title, payload)
    wake(kind)
    return job_id


def start(experiment: Experiment) -> tuple[str, str]:
    """Store an experiment and queue its job; gives the ids of both. Raises as `submit`."""
    quota.check(workspace())  # first, so that no experiment is left that was never run
    experiment_id = store.create(workspace(), experiment)
    return experiment_id, submit("experiment", experiment.name, {"experiment": experiment_id})


def wake(kind: str) -> None:
    """Start the worker for a kind of job; one that runs already keeps running."""
    if visitor.viewing():
        raise ViewerError(REASON)
    worker.start(workspace(), next(role for role, kinds in worker.ROLES.items() if kind in kinds))


def others_at_work() -> bool:
    """Whether a job in somebody else's workspace is being done: they take turns."""
    turns = Turns(workspace().folder, "jobs")
    if visitor.viewing() or not turns.shared:
        return False
    with turns.take() as free:
        return not free


def collection(collection_id: str) -> Collection:
    """Open a collection (kept open)."""
    return workspace().collection(collection_id)


def results(experiment_id: str) -> Results:
    """Open an experiment with the results that are there now."""
    return store.open_results(workspace(), experiment_id)


def scores(found: Results, number: int, measure: str) -> Values:
    """Give the per-query values of one system, aligned with `found.query_ids`. Read-only."""
    return _scores(found.id, found.created, number, measure)


@kept.resource(max_entries=500, show_spinner=False)
def _scores(experiment_id: str, created: float, number: int, measure: str) -> Values:
    del created  # only part of the key: a new experiment may take the id of a deleted one
    found = results(experiment_id)
    qrels = collection(found.experiment.collection).split(found.experiment.split)
    values = store.scores_of(found, number, [measure], qrels)[measure]
    values.flags.writeable = False
    return values
