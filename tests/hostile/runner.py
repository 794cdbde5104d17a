"""Tries the cases of one family, each in a process of its own whose time and memory are bounded.

Run as `python -m tests.hostile.runner <family> quick` (or `slow`); writes a line of JSON per case.
"""

import gc
import importlib
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from evaluation.collections import importing  # noqa: F401 - what every case needs, loaded once
from evaluation.errors import EvaluationError
from evaluation.workspace import Workspace
from tests.hostile.case import MARGIN, SECONDS, Case, Place
from tests.memory import peak_bytes

EVERY = 3
OWN = ("workspace/migration.lock", "workspace/workspace.json")  # what any start of it writes
ROOM = 12 * MARGIN  # of addresses: far more than may be used, far less than would hurt others


# what a case would load on the way, loaded once
LOADED = ("pandas", "pyarrow.parquet", "evaluation.measures.provider", "evaluation.gate.check")


def cases_of(family: str, slow: bool) -> list[Case]:
    """Give the cases of a family that the default run tries (every third), or all the others."""
    found = importlib.import_module(f"tests.hostile.families.{family}").CASES
    return [case for n, case in enumerate(found) if (case.slow or n % EVERY > 0) == slow]


def main() -> None:
    """Try every case of a family."""
    cases = cases_of(sys.argv[1], slow=sys.argv[2] == "slow")
    for name in LOADED:
        importlib.import_module(name)
    gc.freeze()
    for case in cases:
        sys.stdout.write(json.dumps(attempt(case)) + "\n")
        sys.stdout.flush()


def attempt(case: Case) -> dict[str, Any]:
    """Try one case in a child process; gives the fields of its outcome."""
    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    started = time.monotonic()
    try:
        child = os.fork()
        if child == 0:
            _end_here(case, folder)
        usage = _waited(child, started)
        seconds = usage.ru_utime + usage.ru_stime  # of the processor: others may be at work here
        try:
            found: dict[str, Any] = json.loads((folder / "outcome.json").read_text("utf-8"))
        except FileNotFoundError:
            found = {"ended": "fault", "what": "the process was ended", "changed": [], "bytes": 0}
        return found | {"seconds": seconds}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _waited(child: int, started: float) -> resource.struct_rusage:
    while time.monotonic() - started < 6 * SECONDS:
        done, _, usage = os.wait4(child, os.WNOHANG)
        if done:
            return usage
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    return os.wait4(child, 0)[2]


def _end_here(case: Case, folder: Path) -> None:
    """Try a case and end this process without running anything that the parent has registered."""
    try:
        found = _tried(case, folder)
        draft = folder / "outcome.draft"
        draft.write_text(json.dumps(found), "utf-8")
        draft.rename(folder / "outcome.json")
    finally:
        os._exit(0)


def _tried(case: Case, folder: Path) -> dict[str, Any]:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    place = _place(folder)
    found, idle = dict[str, Any](), peak_bytes()
    try:
        case.before(place)
        before = _listing(place)
        found |= {"ended": "given", "what": json.loads(json.dumps(case.act(place)))}
    except EvaluationError as error:
        found |= {"ended": "refused", "what": str(error)}
    except BaseException:  # noqa: BLE001 - anything else is what the corpus is there to find
        found |= {"ended": "fault", "what": traceback.format_exc()[-3000:]}
    changed = _listing(place) ^ before if "ended" in found and found["ended"] != "fault" else ()
    return found | {"changed": sorted(changed), "bytes": peak_bytes() - idle}


def _place(folder: Path) -> Place:
    for name in ("workspace", "files", "passing"):
        (folder / name).mkdir()
    (folder / "workspace" / "collections").mkdir()
    os.environ["RANKLAB_WORKSPACE"] = str(folder / "workspace")
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder / "passing")
    os.chdir(folder / "files")
    return Place(folder / "files", Workspace(folder / "workspace"))


def _listing(place: Place) -> set[str]:
    """Name everything in the workspace and the passing folder, but not what was uploaded."""
    top = place.folder.parent
    found = {
        path.relative_to(top).as_posix()
        for part in ("workspace", "passing")
        for path in (top / part).rglob("*")
    }
    kept = (name for name in found if not name.startswith("workspace/uploads"))
    return {name for name in kept if name not in OWN}


if __name__ == "__main__":
    main()
