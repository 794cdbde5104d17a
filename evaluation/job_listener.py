"""The bridge from work in progress to the job table: progress out, the wish to stop in."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from evaluation.errors import CancelledError
from evaluation.jobs import Jobs
from evaluation.progress import Progress

WRITE_EVERY_S = 0.25


@dataclass
class JobListener:
    """Writes steps and progress of one job, at most four times a second."""

    jobs: Jobs
    job_id: str
    written: float = field(default=0.0)

    def plan(self, states: Sequence[dict[str, Any]]) -> None:
        """Write the state of every system."""
        self._write(plan=list(states))

    def step(self, line: str) -> Progress:
        """Start a new step and give its progress listener."""
        self._write(step=line, done=0, total=None, unit="", step_started=time.time())
        return _Step(self)

    def write_progress(self, done: int, total: int | None, unit: str) -> None:
        """Write progress if the last write is long enough ago, or the step is at its end."""
        if time.monotonic() - self.written >= WRITE_EVERY_S:
            self._write(done=done, total=total, unit=unit)

    def _write(self, **columns: Any) -> None:
        self.written = time.monotonic()
        if self.jobs.update(self.job_id, **columns):
            raise CancelledError


@dataclass(frozen=True)
class _Step:
    listener: JobListener

    def report(self, done: int, total: int | None, unit: str = "documents") -> None:
        self.listener.write_progress(done, total, unit)
