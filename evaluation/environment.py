"""What the results were computed on: libraries, processor, memory of this process."""

import os
import platform
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from evaluation.version import revision, version

LIBRARIES = (
    "numpy", "pyarrow", "ir_measures", "bm25s", "PyStemmer", "faiss-cpu", "torch",
    "sentence-transformers", "transformers", "openvino", "streamlit", "plotly",
)  # fmt: skip


@cache
def environment() -> dict[str, Any]:
    """Describe this program, the machine and the installed libraries (names and versions only)."""
    return {
        "ranklab": version(),
        "revision": revision(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "libraries": {name: found for name in LIBRARIES if (found := _version(name))},
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"


class PeakMemory:
    """The largest resident memory seen while a block ran, in bytes (0 if it cannot be read).

    Attributes:
        bytes: all of it, with the mapped files that stand in memory for as long as there is room.
        own: without what is shared with files (Linux; all of it elsewhere).
    """

    bytes: int = 0
    own: int = 0


@contextmanager
def peak_memory(every_s: float = 0.05) -> Iterator[PeakMemory]:
    """Watch the resident memory of this process while the block runs."""
    import psutil

    process, peak, stop = psutil.Process(), PeakMemory(), threading.Event()

    def watch() -> None:
        while True:
            found = process.memory_info()
            peak.bytes = max(peak.bytes, found.rss)
            peak.own = max(peak.own, found.rss - getattr(found, "shared", 0))
            if stop.wait(every_s):
                return

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        stop.set()
        thread.join()
