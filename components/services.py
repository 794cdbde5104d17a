"""The one place that opens workspace, jobs and results; caches are keyed by ids, never by data."""

import os
import time
from contextlib import suppress

import numpy as np
import numpy.typing as npt
import streamlit as st

from evaluation import store, worker
from evaluation.collections.collection import Collection
from evaluation.disk_room import writing
from evaluation.errors import DiskFullError
from evaluation.jobs import Jobs
from evaluation.models.folders import allow_downloads
from evaluation.store import Results
from evaluation.workspace import Workspace

Values = npt.NDArray[np.float64]
REVIVE_S = 10.0


def workspace() -> Workspace:
    """Give the workspace of this server."""
    return _workspace(os.environ.get("RANKLAB_WORKSPACE", ""))


@st.cache_resource
def _workspace(chosen: str) -> Workspace:  # the argument makes tests with other folders apart
    del chosen
    allow_downloads(False)  # a page must answer at once; the worker fetches what is missing
    return Workspace.default()


def jobs() -> Jobs:
    """Give the job table; jobs whose worker is gone are marked so, at most once a second."""
    table = Jobs(workspace().jobs_file)
    _sweep(str(table.path), int(time.time()))
    _revive(str(table.path), int(time.time() / REVIVE_S))
    return table


@st.cache_resource(max_entries=2)
def _sweep(path: str, second: int) -> None:
    del path, second
    with suppress(DiskFullError):  # what is stored can be read all the same
        Jobs(workspace().jobs_file).mark_lost()


@st.cache_resource(max_entries=2)
def _revive(path: str, moment: int) -> None:
    """Start a worker where jobs wait and none is at work, as after a restart of the machine."""
    del path, moment
    live = Jobs(workspace().jobs_file).live()
    waiting = [job for job in live if time.time() - job.created > REVIVE_S]
    if waiting and all(job.state == "queued" for job in live):
        with suppress(DiskFullError), writing("the worker's log", workspace().folder):
            wake(waiting[0].kind)


def submit(kind: str, title: str, payload: dict[str, object]) -> str:
    """Queue a job and make sure that a worker is there to take it; gives the job id."""
    job_id = Jobs(workspace().jobs_file).submit(kind, title, payload)
    wake(kind)
    return job_id


def wake(kind: str) -> None:
    """Start the worker for a kind of job; one that runs already keeps running."""
    worker.start(workspace(), next(role for role, kinds in worker.ROLES.items() if kind in kinds))


def collection(collection_id: str) -> Collection:
    """Open a collection (kept open)."""
    return workspace().collection(collection_id)


def results(experiment_id: str) -> Results:
    """Open an experiment with the results that are there now."""
    return store.open_results(workspace(), experiment_id)


def scores(found: Results, number: int, measure: str) -> Values:
    """Give the per-query values of one system, aligned with `found.query_ids`. Read-only."""
    return _scores(found.id, found.created, number, measure)


@st.cache_resource(max_entries=500, show_spinner=False)
def _scores(experiment_id: str, created: float, number: int, measure: str) -> Values:
    del created  # only part of the key: a new experiment may take the id of a deleted one
    found = results(experiment_id)
    qrels = collection(found.experiment.collection).split(found.experiment.split)
    values = store.scores_of(found, number, [measure], qrels)[measure]
    values.flags.writeable = False
    return values
