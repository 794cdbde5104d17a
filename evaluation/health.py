"""Whether this installation works: workspace, disk, job table, workers; without names or paths."""

import os
import shutil
import time
import uuid
from pathlib import Path
from typing import Any

from evaluation.errors import EvaluationError
from evaluation.jobs import LOST_AFTER_S, Jobs
from evaluation.migration import format_of
from evaluation.version import revision, version
from evaluation.workspace import Workspace

OK, FAILING = "ok", "failing"
LEAST_FREE = 100_000_000
WAITING_S = 60.0  # a job that waits longer while no worker lives is worth a note
PROBE_BYTES = 4096
ROLES = ("jobs", "search")


def health(folder: Path) -> dict[str, Any]:
    """Say in plain values whether the workspace in a folder can be worked with.

    Returns:
        `status` (ok, or failing if there are problems), `problems` and `notes` (sentences),
        `version`, `revision`, `format` of the workspace (None if it cannot be read), `writable`,
        `free_bytes`, `jobs` (`queued` and `running`; None if the table cannot be read), `workers`
        (seconds since each role's last sign of life; None if it never gave one).
    """
    workspace, problems = Workspace(folder), list[str]()
    found: dict[str, Any] = {
        "version": version(),
        "revision": revision(),
        "format": _format(folder, problems),
        "writable": _writable(folder, problems),
        "free_bytes": _free(folder, problems),
        "workers": {role: _age(workspace.worker_lock(role)) for role in ROLES},
    }
    found["jobs"], notes = _jobs(workspace, found, problems)
    status = FAILING if problems else OK
    return {"status": status, "problems": problems, "notes": notes, **found}


def _format(folder: Path, problems: list[str]) -> int | None:
    try:
        return format_of(folder)
    except EvaluationError as error:
        problems.append(str(error))
    except OSError:
        problems.append("The workspace cannot be read.")
    return None


def _writable(folder: Path, problems: list[str]) -> bool:
    """Write a small file and delete it."""
    probe = folder / f".draft-{uuid.uuid4().hex}"
    try:
        with probe.open("wb") as file:
            file.write(b"\0" * PROBE_BYTES)
            file.flush()
        probe.unlink()
    except OSError as error:
        probe.unlink(missing_ok=True) if os.access(folder, os.W_OK) else None
        problems.append(f"The workspace cannot be written to ({error.strerror}).")
        return False
    return True


def _free(folder: Path, problems: list[str]) -> int | None:
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return None  # that it cannot be written to is said already
    if free < LEAST_FREE:
        problems.append("Less than 100 MB are free on the disk of the workspace.")
    return free


def _jobs(
    workspace: Workspace, found: dict[str, Any], problems: list[str]
) -> tuple[dict[str, int] | None, list[str]]:
    """Count the live jobs; notes say what the next visit or the next worker mends by itself."""
    states = Jobs(workspace.jobs_file).pulse() if found["writable"] else None
    if states is None:
        problems.append("The job table cannot be opened.")
        return None, []
    notes, now = [], time.time()
    running, waiting = states.get("running"), states.get("queued")
    if running and now - running[2] > LOST_AFTER_S:
        notes.append("A job gave no sign of life lately. It can be resumed once a page is opened.")
    dead = all(age is None or age > LOST_AFTER_S for age in found["workers"].values())
    if waiting and dead and now - waiting[1] > WAITING_S:
        notes.append("A job waits, and no worker lives. Opening a page starts one.")
    counts = {state: states[state][0] if state in states else 0 for state in ("queued", "running")}
    return counts, notes


def _age(lock: Path) -> float | None:
    try:
        return round(max(0.0, time.time() - lock.stat().st_mtime), 1)
    except OSError:
        return None
