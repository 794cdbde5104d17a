"""What a worker does for each kind of job; what a job needs is loaded when one comes."""

from collections.abc import Callable
from typing import Any

from evaluation.job import Job
from evaluation.job_listener import JobListener
from evaluation.jobs import Jobs
from evaluation.workspace import Workspace


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
