import os
import time

import pytest

from evaluation import worker
from evaluation.jobs import Jobs
from evaluation.running import Quiet, execution_for, run_experiment
from evaluation.store import create, open_results
from evaluation.workspace import Workspace
from tests.sample import sample_experiment

Sample = tuple[Workspace, str, str]


def age(workspace: Workspace, seconds: float) -> None:
    """Let everything in the cache have been used some time ago."""
    then = time.time() - seconds
    for entry in workspace.cache.entries():
        os.utime(entry.folder / "record.json", (then, then))


def test_without_a_limit_nothing_is_deleted(sample: Sample) -> None:
    workspace = sample[0]
    before = len(list(workspace.cache.entries()))
    age(workspace, 1e6)
    worker.shrink_cache(workspace, Jobs(workspace.jobs_file))
    assert len(list(workspace.cache.entries())) == before > 0


@pytest.mark.parametrize("limit", ["0", "0.000000001", " 0 "])
def test_beyond_the_limit_the_cache_is_emptied_and_results_stay(
    sample: Sample, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    workspace, _, experiment = sample
    monkeypatch.setenv("RANKLAB_CACHE_GB", limit)
    age(workspace, 10)
    worker.shrink_cache(workspace, Jobs(workspace.jobs_file))
    assert sum(entry.record["bytes"] for entry in workspace.cache.entries()) == 0
    assert all(len(result.run()) for result in open_results(workspace, experiment).done)
    results = open_results(workspace, experiment)
    again = run_experiment(workspace, create(workspace, results.experiment), Quiet())
    for old, new in zip(results.done, again.done, strict=True):
        assert list(old.run()) == list(new.run())


def test_what_a_job_at_work_will_need_stays(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, collection, experiment = sample
    monkeypatch.setenv("RANKLAB_CACHE_GB", "0")
    age(workspace, 1000)
    jobs = Jobs(workspace.jobs_file)
    jobs.submit("experiment", "T", {"experiment": experiment})
    assert jobs.claim(("experiment",))
    wanted = sample_experiment(collection, [])
    execution = execution_for(workspace, wanted, Quiet().step)
    execution.keep(wanted.systems[0].root)
    worker.shrink_cache(workspace, jobs)
    assert {entry.record["stage"] for entry in workspace.cache.entries()} == {"random"}
    assert execution.cached(wanted.systems[0].root)


def test_a_limit_that_is_no_number_is_none(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANKLAB_CACHE_GB", "lots")
    assert sample[0].cache_limit is None
