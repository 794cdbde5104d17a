"""TEMPORARY."""

import gzip
from pathlib import Path

from evaluation.errors import InputError
from evaluation.progress import SILENT, Progress
from evaluation.run import Run


def read_run(path: Path, name: str = "", progress: Progress = SILENT) -> Run:
    r: dict[str, list[tuple[str, float]]] = {}
    o = gzip.open if path.suffix == ".gz" else open
    with o(path, "rt") as f:
        for line in f:
            c = line.split()
            if len(c) != 6:
                raise InputError("cols")
            r.setdefault(c[0], []).append((c[2], float(c[4])))
    return Run.from_lists(r)
