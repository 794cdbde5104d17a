"""The server's own process is killed, again and again, while visitors change things."""

import asyncio
import random
import time
from pathlib import Path

import pytest

from evaluation import worker
from evaluation.jobs import Jobs
from evaluation.store import list_experiments
from evaluation.workspace import Workspace
from tests.e2e.killed_servers import Told, change_until_killed, wrong
from tests.e2e.server import end_workers, serving
from tests.fresh_seed import fresh_seed
from tests.visitors import build

VISITORS = 4


def finish(workspace: Workspace, seconds: float = 120) -> None:
    """Resume what was interrupted, and wait until everything is done."""
    jobs, until = Jobs(workspace.jobs_file), time.monotonic() + seconds
    jobs.mark_lost()
    for job in jobs.every():
        if job.state == "interrupted":
            jobs.resume(job.id)
    worker.start(workspace)
    while jobs.live() and time.monotonic() < until:
        time.sleep(0.1)
    end_workers(workspace.folder)


@pytest.mark.parametrize("rounds", [2, pytest.param(40, marks=pytest.mark.slow)])
def test_a_server_that_is_killed_has_done_what_it_said_and_nothing_by_halves(
    tmp_path: Path, rounds: int
) -> None:
    random.seed(fresh_seed())
    workspace, told = build(tmp_path / "workspace", 200, 20, VISITORS), Told()
    for _ in range(rounds):
        with serving(workspace.folder, tmp_path / "log") as server:
            asyncio.run(change_until_killed(server, VISITORS, random.uniform(1, 4), told))
            assert "Traceback" not in server.words()
        assert wrong(workspace, told) == []
    finish(workspace)
    assert wrong(workspace, told) == []
    done = {record["name"]: record["done"] for record in list_experiments(workspace)}
    assert {name: done[name] for name in told.started} == dict.fromkeys(told.started, 2)
    assert told.times >= rounds
