"""Every case of the corpus: one clear sentence or the right result, in bounded time and memory."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.hostile.case import Case, Outcome, faults
from tests.hostile.runner import cases_of
from tests.sources import ROOT

FAMILIES = sorted(
    path.stem
    for path in (Path(__file__).parent / "families").glob("*.py")
    if path.stem != "__init__"
)
CORPUS = [(f, slow, case) for f in FAMILIES for slow in (False, True) for case in cases_of(f, slow)]


@cache
def outcomes(family: str, slow: bool) -> dict[str, Outcome]:
    """Try a family in a process of its own; gives what came of each case by its name."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.hostile.runner", family]
    command.append("slow" if slow else "quick")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith(b"{")]
    cases = cases_of(family, slow)
    assert len(lines) == len(cases), done.stderr.decode()[-3000:]
    found = [Outcome(**{**line, "changed": tuple(line["changed"])}) for line in lines]
    return {case.name: outcome for case, outcome in zip(cases, found, strict=True)}


def test_there_are_enough_hostile_inputs() -> None:
    assert len(CORPUS) >= 400
    assert len({(family, case.name) for family, _, case in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize(
    ("family", "slow", "case"),
    [
        pytest.param(f, slow, case, id=f"{f}: {case.name[:60]}", marks=[pytest.mark.slow] * slow)
        for f, slow, case in CORPUS
    ],
)
def test_a_hostile_input_is_answered_in_bounds(family: str, slow: bool, case: Case) -> None:
    assert faults(case, outcomes(family, slow)[case.name]) == []
