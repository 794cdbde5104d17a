"""Processes made by a fork: they start at once, with everything imported, and can be killed."""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

# before each of these the disk is as it was between two steps of the product
STEPS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.utime", "sqlite3.connect"}


def start(work: Callable[[], object]) -> int:
    """Do some work in a process of its own; gives its number."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - nothing may get out into the copy of the caller
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def ended(pid: int) -> int:
    """Wait for a process; gives its exit code, the negative signal if it was killed."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def kill(pid: int) -> None:
    """Kill a process as `kill -9` does."""
    os.kill(pid, signal.SIGKILL)
    ended(pid)


def asked(question: Callable[[], Any]) -> Any:
    """Answer a question in a process of its own, which remembers nothing; the answer is JSON."""
    reading, writing = os.pipe()

    def answer() -> None:
        os.close(reading)
        with os.fdopen(writing, "w") as pipe:
            json.dump(question(), pipe)

    pid = start(answer)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    if ended(pid):
        raise AssertionError("a question could not be answered; its trace is above")
    return json.loads(text)


def rehearsed(work: Callable[[], object]) -> None:
    """Do some work in another process, and import here what it imported, so that forks have it."""

    def names() -> list[str]:
        work()
        return list(sys.modules)

    for name in asked(names):
        with suppress(ImportError):
            if name != "__main__" and not name.startswith("_"):
                import_module(name)


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do some work, killed before its step with a number; False if it has fewer steps.

    A step is a call that changes what is on the disk: a file that is opened for writing, named,
    linked or deleted, a folder that is made, a connection to the job table.
    """

    def watched() -> None:
        left = [step]

        def look(event: str, about: tuple[Any, ...]) -> None:
            writes = event == "open" and isinstance(about[2], int) and about[2] & os.O_ACCMODE
            if writes or event in STEPS:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(look)
        work()

    code = ended(start(watched))
    if code not in (0, -signal.SIGKILL):
        raise AssertionError(f"the work ended with {code}; its trace is above")
    return code == -signal.SIGKILL
