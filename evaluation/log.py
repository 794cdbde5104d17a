"""The log: one line of JSON per event, written by the server and every worker into one file.

A line has `time`, `level`, `event`, `process`, `version`, and what the event is about: `job`,
`experiment`, `system`, `node`, `seconds`, `error`, `trace`. Texts of documents and queries and the
titles of jobs are never passed in; secrets of the environment are taken out of sentences.
"""

import json
import logging
import os
import re
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from evaluation.version import version

FILE, FILE_BYTES, FILES = "ranklab.jsonl", 5_000_000, 5
SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD", re.IGNORECASE)
SHORTEST_SECRET, LONGEST_TEXT = 6, 600
_log = logging.getLogger("ranklab")
_about: ContextVar[Mapping[str, Any]] = ContextVar("about")  # what all events now are about


def to_stderr() -> bool:
    """Whether every line also goes to standard error (RANKLAB_LOG_STDERR), as for a container."""
    return os.environ.get("RANKLAB_LOG_STDERR", "").strip().lower() in ("1", "true", "yes", "on")


def open_log(folder: Path, process: str) -> None:
    """Write the events of this process, from now on, into the log of a folder.

    Several processes may write at once: each line is written whole, and the file is renamed when
    it is full (five files of five megabytes). A disk that is full loses lines, never work.
    """
    from concurrent_log_handler import ConcurrentRotatingFileHandler

    folder.mkdir(exist_ok=True)
    handlers: list[logging.Handler] = [
        ConcurrentRotatingFileHandler(
            folder / FILE, maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8"
        )
    ]
    if to_stderr():
        handlers.append(logging.StreamHandler())
    close_log()
    for handler in handlers:
        handler.setFormatter(_formatter(f"{process} {os.getpid()}"))
        _log.addHandler(handler)
    _log.setLevel(logging.INFO)
    _log.propagate = False


def close_log() -> None:
    """Write nothing any more; events go nowhere until a log is opened."""
    for handler in list(_log.handlers):
        _log.removeHandler(handler)
        handler.close()


def event(name: str, **fields: Any) -> None:
    """Write that something happened; fields without a value are left out."""
    _write(logging.INFO, name, fields)


def warning(name: str, **fields: Any) -> None:
    """Write that something went wrong in a way that people can mend."""
    _write(logging.WARNING, name, fields)


def fault(name: str, error: Exception, **fields: Any) -> None:
    """Write down a fault of ours: its type and where it was raised.

    Its message is left out, because it may quote a text.
    """
    frames = traceback.extract_tb(error.__traceback__)
    trace = [f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in frames]
    _write(logging.ERROR, name, fields | {"error": type(error).__name__, "trace": trace})


@contextmanager
def about(**fields: Any) -> Iterator[None]:
    """Add fields to every event of the block, such as the job it belongs to."""
    token = _about.set({**_about.get({}), **fields})
    try:
        yield
    finally:
        _about.reset(token)


def lines_of(folder: Path, job: str) -> list[dict[str, Any]]:
    """Read the events of one job from the log of a folder, oldest first."""
    found = []
    paths = [folder / f"{FILE}.{number}" for number in range(FILES - 1, 0, -1)] + [folder / FILE]
    for path in paths:
        if path.exists():
            with path.open(encoding="utf-8", errors="replace") as file:
                found += [_read(line) for line in file if job in line]
    return [line for line in found if line.get("job") == job]


def _read(line: str) -> dict[str, Any]:
    try:
        return dict(json.loads(line))
    except ValueError:  # cut short by a full disk
        return {}


def _write(level: int, name: str, fields: Mapping[str, Any]) -> None:
    if not _log.handlers:
        return
    whole = {**_about.get({}), **fields}
    extra = {key: _clean(value) for key, value in whole.items() if value not in (None, "")}
    _log.log(level, name, extra=extra)


def _clean(value: Any) -> Any:
    """Shorten a text and take the values of secret settings out of it."""
    if not isinstance(value, str):
        return value
    for name, secret in os.environ.items():
        if SECRET.search(name) and len(secret) >= SHORTEST_SECRET:
            value = value.replace(secret, "***")
    return value[:LONGEST_TEXT]


def _formatter(process: str) -> logging.Formatter:
    from pythonjsonlogger.json import JsonFormatter

    return JsonFormatter(
        "{levelname}{message}",
        style="{",
        rename_fields={"levelname": "level", "message": "event"},
        static_fields={"process": process, "version": version()},
        timestamp="time",
        json_ensure_ascii=False,
    )
