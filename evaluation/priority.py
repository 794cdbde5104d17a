"""Standing back: a process that does long work lets the server answer pages first."""

import os
from contextlib import suppress
from pathlib import Path

NICE = 10


def stand_back() -> None:
    """Lower the priority, so that pages are answered first.

    Linux weighs the processes of one session against each other by it, and the sessions by another
    number: without that the worker, in a session of its own, would get as much as the server. A
    session that is not the worker's own is left as it is.
    """
    if hasattr(os, "nice"):
        os.nice(NICE)
    if hasattr(os, "getsid") and os.getsid(0) == os.getpid():
        with suppress(OSError):  # another system
            Path("/proc/self/autogroup").write_text(str(NICE), "ascii")
