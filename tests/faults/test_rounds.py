"""Processes that are killed at random moments, and several that change one workspace at once."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from evaluation.workspace import ROOT

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")


def told(module: str, *arguments: str) -> dict[str, Any]:
    """Run a trial in a process without threads, which may be forked; gives its figures."""
    command = [sys.executable, "-m", f"tests.faults.{module}", *arguments]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-3000:]
    figures: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return figures


def test_killed_workers_and_visitors_leave_everything_readable_and_resumable() -> None:
    figures = told("rounds", "--rounds", "8")
    assert figures["rounds"] == 8
    assert figures["kills"] == 32
    assert figures["jobs"] == 14


def test_two_servers_on_one_workspace_lose_no_update() -> None:
    assert min(told("together", "--turns", "1").values()) == 1


@pytest.mark.slow
def test_two_hundred_rounds_of_kills_lose_nothing() -> None:
    figures = told("rounds", "--rounds", "200")
    sys.stdout.write(f"{figures}\n")
    assert figures["rounds"] == 200
    assert figures["interrupted"] > 50


@pytest.mark.slow
def test_many_collisions_of_servers_lose_no_update() -> None:
    assert min(told("together", "--turns", "50").values()) == 50
