"""One job: what it is to do, how far it is, and whether its process still lives."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

LIVE = ("queued", "running")
LOST = (
    "The worker process stopped before the job was finished. Resume it: what was finished is kept."
)


@dataclass(frozen=True)
class Job:
    """One job as it stands now; times are seconds since 1970.

    Its origin is the id of the first job that was to do this work: itself, unless it was resumed.
    """

    id: str
    kind: str
    title: str
    payload: dict[str, Any]
    state: str
    step: str
    done: int
    total: int | None
    unit: str
    step_started: float | None
    plan: list[dict[str, Any]]
    cancel: bool
    error: str
    result: dict[str, Any]
    pid: int | None
    created: float
    started: float | None
    heartbeat: float | None
    finished: float | None
    origin: str

    @property
    def live(self) -> bool:
        """Whether it waits or works."""
        return self.state in LIVE

    @property
    def fraction(self) -> float | None:
        """How much of the present step is done, 0 to 1; None if unknown."""
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def rate(self) -> float | None:
        """Units per second in the present step; None before anything is known."""
        if not self.step_started or not self.heartbeat or not self.done:
            return None
        return self.done / max(self.heartbeat - self.step_started, 1e-3)

    @property
    def seconds_left(self) -> float | None:
        """Time the present step still takes at its present rate."""
        if self.total is None or not self.rate:
            return None
        return max(0.0, (self.total - self.done) / self.rate)


COLUMNS = [field.name for field in fields(Job) if field.name != "origin"]  # of the table


def job_of(row: Sequence[Any]) -> Job:
    """Make a job of its columns in the table; the origin is kept in the payload, out of sight."""
    columns = dict(zip(COLUMNS, row, strict=True))
    for name, empty in (("payload", {}), ("plan", []), ("result", {})):
        columns[name] = _read(columns[name], empty)
    origin = columns["payload"].pop("origin", columns["id"])
    return Job(**columns | {"cancel": bool(columns["cancel"]), "origin": origin})


def _read(text: str, empty: Any) -> Any:
    """Read a column of JSON; one that somebody has damaged is empty, and the list stays whole."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return empty
    return value if isinstance(value, type(empty)) else empty


def alive(pid: int | None) -> bool:
    """Whether a process with this number exists and is not a zombie."""
    import psutil

    if pid is None:
        return False
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
