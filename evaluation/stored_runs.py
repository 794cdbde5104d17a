"""Uploaded runs: stored beside their collection, known by their content."""

import hashlib
from pathlib import Path
from typing import Any

from evaluation.files import drafted_folder, write_json
from evaluation.run import Run
from evaluation.seals import seal
from evaluation.stored import slug


def write_run(runs: Path, name: str, run: Run, about: dict[str, Any]) -> str:
    """Write a run and its record into a folder of runs; gives its id there."""
    run_id = f"{slug(name)}-{fingerprint_run(run)[:8]}"
    with drafted_folder(runs / run_id, "the run") as draft:
        run.save(draft)
        record = {"name": name[:200], "queries": len(run.query_ids), "hits": len(run), **about}
        write_json(draft / "record.json", record)
        seal(draft)
    return run_id


def fingerprint_run(run: Run) -> str:
    """Hash the content of a run: queries, documents in order, scores."""
    whole = hashlib.blake2b(digest_size=16)
    whole.update("\x1f".join(run.query_ids).encode())
    whole.update("\x1f".join(run.doc_ids.to_pylist()).encode())
    for array in (run.offsets, run.documents, run.scores):
        whole.update(array.tobytes())
    return whole.hexdigest()
