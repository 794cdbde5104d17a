import os
import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.priority import NICE
from evaluation.workspace import ROOT

ASKED = """
import os
from pathlib import Path
from evaluation.priority import stand_back
stand_back()
print(os.nice(0), Path("/proc/self/autogroup").read_text().split()[-1])
"""


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="a Linux without sessions")
@pytest.mark.parametrize("own", [True, False])
def test_a_worker_stands_back_with_its_own_session_and_leaves_that_of_others(own: bool) -> None:
    before = Path("/proc/self/autogroup").read_text().split()[-1]
    nice, session = subprocess.run(
        [sys.executable, "-c", ASKED],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        start_new_session=own,
    ).stdout.split()
    assert int(nice) == min(19, os.nice(0) + NICE)
    assert session == (str(NICE) if own else before)
