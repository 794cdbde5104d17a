"""The most memory that a process has held, without what the process that started it held."""

import resource
from pathlib import Path

STATUS = Path("/proc/self/status")


def peak_bytes() -> int:
    """Give the largest resident memory of this process since its program began, in bytes.

    `getrusage` counts what the parent held when it started the process, too, so that a small
    process of a large parent looks large from the beginning; it is asked only on other systems.
    """
    if not STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lines = STATUS.read_text("ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
