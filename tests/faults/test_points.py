"""Whatever a process was doing when it was killed: nothing half is used, nothing is lost."""

import json
import os
import subprocess
import sys

import pytest

from evaluation.workspace import ROOT
from tests.faults.changes import AGAIN, ONCE

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
QUICK = ["replace an attachment", "add a collection", "delete an experiment", "job import"]


def tried(names: list[str], stride: int) -> dict[str, int]:
    """Run the trials in a process without threads, which may be forked."""
    command = [sys.executable, "-m", "tests.faults.points", "--stride", str(stride), "--only"]
    ran = subprocess.run([*command, *names], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-3000:]
    steps: dict[str, int] = json.loads(ran.stdout.splitlines()[-1])
    return steps


def test_a_change_killed_at_any_step_leaves_a_sound_workspace_and_can_be_done_again() -> None:
    assert all(steps > 3 for steps in tried(QUICK, stride=5).values())


@pytest.mark.slow
@pytest.mark.parametrize("name", [*AGAIN, *ONCE])
def test_no_step_of_a_change_may_be_the_last_one_that_is_missing(name: str) -> None:
    assert tried([name], stride=1)[name] > 2
