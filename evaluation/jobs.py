"""The job table: what is to be done, how far it is, and whether somebody wants it stopped."""

import json
import os
import sqlite3
import time
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation import log
from evaluation.errors import UnknownNameError
from evaluation.job import COLUMNS, LOST, Job, alive, job_of
from evaluation.job_table import RESUMED, insert, opened, read

SHOWN = ("experiment", "import", "features", "probe", "attach")
HEARTBEAT_S = 2.0
LOST_AFTER_S = 15.0


@dataclass(frozen=True)
class Jobs:
    """All jobs of one workspace, in SQLite (WAL), safe for several processes at once."""

    path: Path

    def submit(self, kind: str, title: str, payload: dict[str, Any]) -> str:
        """Queue a job; gives its id."""
        with self._open() as base:
            job_id = insert(base, kind, title, payload)
        log.event("job submitted", job=job_id, kind=kind)
        return job_id

    def get(self, job_id: str) -> Job:
        """Give one job. Raises UnknownNameError for an unknown id."""
        found = self._select("WHERE id = ?", (job_id,))
        if not found:
            raise UnknownNameError("job", job_id, [])
        return found[0]

    def recent(
        self,
        limit: int = 50,
        kinds: tuple[str, ...] = SHOWN,
    ) -> list[Job]:
        """List jobs, newest first."""
        marks = ", ".join("?" for _ in kinds)
        where = f"WHERE kind IN ({marks}) ORDER BY created DESC LIMIT ?"
        return self._select(where, (*kinds, limit))

    def live(self) -> list[Job]:
        """List the jobs that wait or work, oldest first."""
        where = (
            "WHERE state IN ('queued', 'running') AND kind NOT IN ('search', 'explain')"
            " ORDER BY created"
        )
        return self._select(where, ())

    def oldest_start(self) -> float:
        """When the oldest job that is at work began (seconds since 1970); now if there is none."""
        running = self._select("WHERE state = 'running'", ())
        return min((job.started or 0.0 for job in running), default=time.time())

    def pulse(self) -> dict[str, tuple[int, float, float]] | None:
        """Tell of each live state how many jobs have it, when the oldest came and last gave a sign.

        None if the table cannot be read.
        """
        asked = (
            "SELECT state, count(*), min(created), coalesce(min(heartbeat), 0) FROM job"
            " WHERE state IN ('queued', 'running') GROUP BY state"
        )
        try:
            with self._open() as base:
                return {row[0]: (row[1], row[2], row[3]) for row in base.execute(asked)}
        except (sqlite3.Error, OSError):
            return None

    def position(self, job_id: str) -> int:
        """How many jobs are before this one in the queue (0: it is next, or at work)."""
        waiting = [job.id for job in self.live()]
        return waiting.index(job_id) if job_id in waiting else 0

    def of_experiment(self, experiment_id: str) -> Job | None:
        """Give the newest job of an experiment, or None."""
        where = (
            "WHERE kind = 'experiment' AND json_extract(payload, '$.experiment') = ?"
            " ORDER BY created DESC LIMIT 1"
        )
        return next(iter(self._select(where, (experiment_id,))), None)

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop; a waiting one stops at once."""
        with self._open() as base:
            base.execute("UPDATE job SET cancel = 1 WHERE id = ?", (job_id,))
            base.execute(
                "UPDATE job SET state = 'cancelled', finished = ?"
                " WHERE id = ? AND state = 'queued'",
                (time.time(), job_id),
            )
        log.event("job asked to stop", job=job_id)

    def resume(self, job_id: str) -> str:
        """Queue the work of a stopped job again (finished parts are kept); gives the new id.

        What was resumed already, and waits, works or is done, is not queued again.
        """
        job = self.get(job_id)
        if job.live:
            return job.id
        with self._open() as base:
            base.execute("BEGIN IMMEDIATE")
            row = base.execute(RESUMED, (job.origin, job.created)).fetchone()
            payload = job.payload | {"origin": job.origin}
            again = str(row[0]) if row else insert(base, job.kind, job.title, payload)
            base.execute("COMMIT")
        return again

    def forget(self, job_id: str) -> None:
        """Delete the record of a job that is over."""
        with self._open() as base:
            base.execute(
                "DELETE FROM job WHERE id = ? AND state NOT IN ('queued', 'running')", (job_id,)
            )

    def every(self) -> list[Job]:
        """List all jobs of all kinds and states, newest first."""
        return self._select("ORDER BY created DESC", ())

    def put_back(self, job: Job) -> None:
        """Write the record of a job that was forgotten; one that is still there stays."""
        found = vars(job) | {"payload": job.payload | {"origin": job.origin}}
        row = [found[name] for name in COLUMNS]
        values = [json.dumps(value) if isinstance(value, dict | list) else value for value in row]
        names, marks = ", ".join(COLUMNS), ", ".join("?" for _ in COLUMNS)
        with self._open() as base:
            base.execute(f"INSERT OR IGNORE INTO job ({names}) VALUES ({marks})", values)

    def copy(self, target: Path) -> None:
        """Write a consistent copy of the table into a new file, while others go on with it."""
        with self._open() as base, closing(sqlite3.connect(target)) as still:
            base.backup(still)

    # The worker's side

    def waiting(self, kinds: tuple[str, ...]) -> bool:
        """Whether a job of the given kinds waits to be taken."""
        marks = ", ".join("?" for _ in kinds)
        return bool(self._select(f"WHERE state = 'queued' AND kind IN ({marks}) LIMIT 1", kinds))

    def claim(self, kinds: tuple[str, ...]) -> Job | None:
        """Take the oldest waiting job of the given kinds, or None."""
        marks = ", ".join("?" for _ in kinds)
        now = time.time()
        with self._open() as base:
            row = base.execute(
                "UPDATE job SET state = 'running', started = ?, heartbeat = ?, pid = ? WHERE id ="
                f" (SELECT id FROM job WHERE state = 'queued' AND kind IN ({marks})"
                " ORDER BY created LIMIT 1) AND state = 'queued' RETURNING id",
                (now, now, os.getpid(), *kinds),
            ).fetchone()
        return self.get(row[0]) if row else None

    def update(self, job_id: str, **columns: Any) -> bool:
        """Write columns of a job and its heartbeat; tells whether somebody asked it to stop.

        A job that was taken for lost while its machine slept goes on, unless it was resumed.
        """
        values = {k: json.dumps(v) if k in ("plan", "result") else v for k, v in columns.items()}
        values["heartbeat"] = time.time()
        names = ", ".join(f"{name} = ?" for name in values)
        with self._open() as base:
            row = base.execute(
                f"UPDATE job SET {names} WHERE id = ? RETURNING cancel, state",
                (*values.values(), job_id),
            ).fetchone()
        if row and row[1] == "interrupted" and "state" not in columns:
            return not self._found_again(self.get(job_id))
        return bool(row and row[0])

    def finish(self, job_id: str, state: str, error: str = "", **result: Any) -> None:
        """Close a job as done, failed or cancelled."""
        self.update(job_id, state=state, error=error, result=result, finished=time.time())

    def mark_lost(self, kinds: tuple[str, ...] = ()) -> int:
        """Mark running jobs whose worker is gone as interrupted; gives how many.

        Those of the given kinds are lost in any case: so says the only worker that does them.
        """
        limit = time.time() - LOST_AFTER_S
        gone = [
            job.id
            for job in self._select("WHERE state = 'running'", ())
            if job.kind in kinds or (job.heartbeat or 0) < limit or not alive(job.pid)
        ]
        if not gone:
            return 0
        with self._open() as base:
            for job_id in gone:
                base.execute(
                    "UPDATE job SET state = 'interrupted', finished = ?, error = ?"
                    " WHERE id = ? AND state = 'running'",
                    (time.time(), LOST, job_id),
                )
        for job_id in gone:
            log.warning("job interrupted", job=job_id)
        return len(gone)

    def _found_again(self, job: Job) -> bool:
        """Let a job run on that was taken for lost; False if its work was resumed meanwhile."""
        with self._open() as base:
            base.execute("BEGIN IMMEDIATE")
            resumed = base.execute(RESUMED, (job.origin, job.created)).fetchone()
            if not resumed:
                base.execute(
                    "UPDATE job SET state = 'running', error = '', finished = NULL"
                    " WHERE id = ? AND state = 'interrupted'",
                    (job.id,),
                )
            base.execute("COMMIT")
        return not resumed

    def _select(self, where: str, values: tuple[Any, ...]) -> list[Job]:
        rows = read(self.path, f"SELECT {', '.join(COLUMNS)} FROM job {where}", values)
        return [job_of(row) for row in rows]

    def _open(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self.path)
