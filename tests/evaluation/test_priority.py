import os
import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.priority import NICE
from evaluation.workspace import ROOT

SESSION = Path("/proc/self/autogroup")  # `/autogroup-12 nice 0`; none or empty where not weighed
STAND_BACK = "import os; from evaluation.priority import stand_back; stand_back(); "
NICENESS = STAND_BACK + "print(os.nice(0))"
WEIGHT = STAND_BACK + f"print(open('{SESSION}').read().split()[-1])"


def printed(script: str, own_session: bool) -> str:
    """What a script prints that is run in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        start_new_session=own_session,
    ).stdout.strip()


def session_weight() -> str:
    """The number by which Linux weighs the session of this process; empty if it does not."""
    return (SESSION.read_text().split() or [""])[-1] if SESSION.exists() else ""


@pytest.mark.parametrize("own", [True, False])
def test_a_worker_stands_back_within_its_session(own: bool) -> None:
    assert int(printed(NICENESS, own)) == min(19, os.nice(0) + NICE)


@pytest.mark.skipif(not session_weight(), reason="this system does not weigh sessions")
def test_a_worker_stands_back_with_its_own_session_and_leaves_that_of_others() -> None:
    assert printed(WEIGHT, own_session=False) == session_weight()
    assert printed(WEIGHT, own_session=True) == str(NICE)
