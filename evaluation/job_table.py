"""The table of jobs in SQLite: its columns, how it is opened, how a row is added."""

import json
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from evaluation.disk_room import is_full, make_room, spend_reserve, writing
from evaluation.errors import DiskFullError
from evaluation.locking import alone

SCHEMA = """
CREATE TABLE IF NOT EXISTS job (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,             -- experiment, import, features, probe, search or explain
    title TEXT NOT NULL,
    payload TEXT NOT NULL,          -- JSON
    state TEXT NOT NULL,            -- queued, running, done, failed, cancelled, interrupted
    step TEXT NOT NULL DEFAULT '',  -- what it is doing now, in words
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER,
    unit TEXT NOT NULL DEFAULT '',
    step_started REAL,
    plan TEXT NOT NULL DEFAULT '[]',  -- JSON list of {"name", "state"}, one per system
    cancel INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    result TEXT NOT NULL DEFAULT '{}',
    pid INTEGER,
    created REAL NOT NULL,
    started REAL,
    heartbeat REAL,
    finished REAL
);
CREATE INDEX IF NOT EXISTS job_by_state ON job (state, created);
"""


# work that was queued again after a job stopped, and did not stop, too
RESUMED = """
SELECT id FROM job WHERE json_extract(payload, '$.origin') = ? AND created > ?
AND state IN ('queued', 'running', 'done') ORDER BY created DESC LIMIT 1
"""


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the table to write to it; a full disk takes the reserve, now or the next time."""
    make_room(path.parent)
    try:
        with writing("the list of jobs", path.parent), _connected(path) as base:
            yield base
    except DiskFullError:
        spend_reserve(path.parent)
        raise


def read(path: Path, question: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Ask the table; on a full disk, where SQLite cannot share the file, the file as it lies."""
    try:
        with _connected(path) as base:
            return base.execute(question, values).fetchall()
    except sqlite3.OperationalError as error:
        if not is_full(error):
            raise
    still = f"{path.resolve().as_uri()}?immutable=1"
    with (
        writing("the list of jobs", path.parent),
        closing(sqlite3.connect(still, uri=True)) as base,
    ):
        return base.execute(question, values).fetchall()


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the table, made if it is not there, for several processes at once (WAL)."""
    with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as base:
        if not _is_there(base):
            # SQLite waits for nobody while it goes over to WAL: two servers at once would fail
            with alone(path.with_suffix(".lock"), "making the table of jobs"):
                if not _is_there(base):
                    base.execute("PRAGMA journal_mode = WAL")
                    base.executescript(SCHEMA)
        base.execute("PRAGMA synchronous = NORMAL")
        yield base


def _is_there(base: sqlite3.Connection) -> bool:
    return bool(base.execute("SELECT 1 FROM sqlite_master WHERE name = 'job'").fetchone())


def insert(base: sqlite3.Connection, kind: str, title: str, payload: dict[str, Any]) -> str:
    """Queue a job; gives its id."""
    job_id = uuid.uuid4().hex[:16]
    base.execute(
        "INSERT INTO job (id, kind, title, payload, state, created) VALUES (?, ?, ?, ?, ?, ?)",
        (job_id, kind, title, json.dumps(payload), "queued", time.time()),
    )
    return job_id
