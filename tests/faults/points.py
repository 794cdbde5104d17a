"""Kill a process before each single step of every change to a workspace, and look at the rest.

`python -m tests.faults.points` prints `{change: steps}` as JSON; it fails with a sentence at the
first workspace that is not sound.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from evaluation.drafts import sweep
from evaluation.workspace import Workspace
from tests.faults.changes import AGAIN, JOBS, ON_THE_WAY, ONCE, STRIDES, Change, prepared
from tests.faults.forked import asked, ended, killed_at, rehearsed, start
from tests.faults.soundness import contents, drafts, made, unsound

CHANGES = {**AGAIN, **ONCE}
MOST = 400
MEMORY = Path("/dev/shm")  # a disk that need not be waited for, where there is one


def main(names: Sequence[str], stride: int) -> dict[str, int]:
    """Try the changes with these names, every `stride`-th step; gives how many steps each has."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        place = Path(folder)
        rehearsed(lambda: unsound(prepared(place / "template")))
        return {name: _tried(place, name, stride) for name in names}


def _tried(place: Path, name: str, stride: int) -> int:
    change = CHANGES[name]
    before = asked(lambda: contents(Workspace(place / "template")))
    after = _undisturbed(place, name)
    fine = [before, after]
    if name in ON_THE_WAY:
        fine.append(_undisturbed(place, ON_THE_WAY[name]))
    for step in range(0, MOST, stride * STRIDES.get(name, 1)):
        workspace = _fresh(place, name)
        if not killed_at(step, partial(change, workspace)):
            return step
        left = asked(partial(_look, workspace))
        _sound(left[0], name, step)
        if name in ONCE and left[1] not in fine:
            raise AssertionError(f"{name}, killed at {step}: {left[1]}, once {before}")
        sweep(workspace.folder, age_s=-1)
        if found := drafts(workspace):
            raise AssertionError(f"{name}, killed at {step}: left {found}")
        if name in AGAIN:
            _resumed(workspace, change, (name, step), (left[2], after))
    raise AssertionError(f"{name} has more than {MOST} steps")


def _look(workspace: Workspace) -> list[Any]:
    return [unsound(workspace), contents(workspace), made(workspace)]


def _resumed(
    workspace: Workspace, change: Change, where: tuple[str, int], known: tuple[Any, Any]
) -> None:
    """Do the change again: what comes out is as if nothing had happened, nothing made twice."""
    finished, after = known
    if ended(start(lambda: change(workspace))):
        raise AssertionError(f"{where}: could not be done again")
    left = asked(partial(_look, workspace))
    _sound(left[0], *where)
    if left[1] != after:
        raise AssertionError(f"{where}: done again it gave {left[1]}, undisturbed {after}")
    twice = [key for key, when in finished.items() if left[2].get(key, when) != when]
    if twice:
        raise AssertionError(f"{where}: computed again: {twice}")


def _undisturbed(place: Path, name: str) -> Any:
    workspace = _fresh(place, name)
    rehearsed(lambda: CHANGES[name](workspace))
    left = asked(lambda: [unsound(workspace), contents(workspace)])
    _sound(left[0], "undisturbed", 0)
    return left[1]


def _fresh(place: Path, name: str) -> Workspace:
    for folder in ("workspace", "other"):
        shutil.rmtree(place / folder, ignore_errors=True)
    shutil.copytree(place / "template", place / "workspace")
    workspace = Workspace(place / "workspace")
    if name in JOBS and ended(start(lambda: JOBS[name](workspace))):
        raise AssertionError("the job could not be submitted")
    return workspace


def _sound(found: Sequence[str], name: str, step: int) -> None:
    if found:
        raise AssertionError(f"{name}, killed at {step}: {found}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="*", default=[*AGAIN, *ONCE])
    parser.add_argument("--stride", type=int, default=1)
    given = parser.parse_args()
    sys.stdout.write(json.dumps(main(given.only, given.stride)) + "\n")
