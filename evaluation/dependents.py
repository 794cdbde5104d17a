"""What is told before something is deleted: its size, who uses it, which job works with it."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evaluation.errors import EvaluationError, InputError
from evaluation.experiment import experiment_from_yaml
from evaluation.files import folder_bytes
from evaluation.job import Job
from evaluation.jobs import Jobs
from evaluation.retrievers.uploaded import UploadedRun
from evaluation.seals import DamagedError
from evaluation.stage import Stage
from evaluation.stored import Stored, one_of, read_record
from evaluation.usage import CacheRow, cache_rows, experiments_on
from evaluation.workspace import Workspace

CLOSED = "stays closed until it is put back"
STAYS = "keeps its results, but cannot be computed again until it is put back"
INSIDE = "goes with it, and comes back with it"


@dataclass(frozen=True)
class Use:
    """Who uses something, and what becomes of them without it.

    Attributes:
        what: noun in the singular, such as experiment.
        names: what each of them is called.
        fate: what happens, said of one of them.
    """

    what: str
    names: tuple[str, ...]
    fate: str


@dataclass(frozen=True)
class Dependents:
    """What is to be known before something is deleted.

    Attributes:
        name: what it is called.
        bytes: its size on disk.
        uses: who depends on it; those without names are left out.
        busy: title of a live job that works with it; "" for none.
    """

    name: str
    bytes: int
    uses: tuple[Use, ...] = ()
    busy: str = ""

    def require_idle(self) -> None:
        """Raise InputError with a sentence if a job works with it."""
        if self.busy:
            raise InputError(
                f"The job {self.busy!r} works with {self.name}. Wait for its end, or cancel it "
                "first (Workspace page, Jobs)."
            )


def of_collection(workspace: Workspace, jobs: Jobs, collection: str) -> Dependents:
    """Say what goes, stays or closes with a collection. Raises UnknownNameError."""
    stored = workspace.collection_record(collection)
    cached = [row for row in cache_rows(workspace) if row.collection == stored.name]
    uses = (
        Use("experiment", _names(experiments_on(workspace, collection)), CLOSED),
        Use("uploaded run", tuple(run.name for run in workspace.runs(collection)), INSIDE),
        Use("attachment", tuple(one.id for one in workspace.attachments(collection)), INSIDE),
        Use(
            "cached index or ranking",
            tuple(row.what for row in cached),
            "stays in the cache, and is used again once the collection is back",
        ),
    )
    busy = busy_on(workspace, jobs, collection)
    return _made(stored.name, folder_bytes(stored.folder), uses, busy)


def of_experiment(workspace: Workspace, jobs: Jobs, experiment: str) -> Dependents:
    """Say what goes with an experiment; nothing else is made from one. Raises UnknownNameError."""
    folder = workspace.experiment_folder(experiment)
    name = experiment
    with suppress(DamagedError):  # what is damaged can still be deleted
        name = str(read_record(folder / "record.json").get("name", experiment))
    busy = [job.title for job in jobs.live() if job.payload.get("experiment") == experiment]
    return _made(name, folder_bytes(folder), (), next(iter(busy), ""))


def of_run(workspace: Workspace, jobs: Jobs, collection: str, run: str) -> Dependents:
    """Say which systems were made from an uploaded run. Raises UnknownNameError."""
    stored = one_of("uploaded run", run, workspace.runs(collection))
    users = _users(
        workspace, collection, lambda stage: isinstance(stage, UploadedRun) and stage.run == run
    )
    uses = (Use("system", users, STAYS),)
    return _made(
        stored.name, folder_bytes(stored.folder), uses, busy_on(workspace, jobs, collection)
    )


def of_attachment(workspace: Workspace, jobs: Jobs, collection: str, kind: str) -> Dependents:
    """Say which systems read what is attached to a collection. Raises UnknownNameError."""
    stored = one_of("attachment", kind, workspace.attachments(collection))
    users = _users(workspace, collection, lambda stage: kind in stage.reads())
    uses = (Use("system", users, STAYS),)
    return _made(
        stored.name, folder_bytes(stored.folder), uses, busy_on(workspace, jobs, collection)
    )


def of_upload(workspace: Workspace, jobs: Jobs, source: str) -> Dependents:
    """Say how big an upload is and whether an import reads it. Raises InputError."""
    folder = upload_folder(workspace, source)
    names = sorted(path.name for path in folder.rglob("*") if path.is_file())
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    busy = [job.title for job in jobs.live() if folder.name in json.dumps(job.payload)]
    name = f"Upload of {names[0]}{more}" if names else "Empty upload"
    return _made(name, folder_bytes(folder), (), next(iter(busy), ""))


def of_job(job: Job) -> Dependents:
    """Say how big the record of a job is; its results are kept elsewhere."""
    size = len(json.dumps(asdict(job)))
    return _made(job.title, size, (), job.title if job.live else "")


def of_discarded(workspace: Workspace, item: Stored) -> Dependents:
    """Say what could never be opened again if something in the trash were deleted for good."""
    uses: tuple[Use, ...] = ()
    if item.record["kind"] == "collections":
        closed = _names(experiments_on(workspace, str(item.record["id"])))
        uses = (Use("experiment", closed, "stays closed for good"),)
    return _made(item.name, int(item.record["bytes"]), uses, "")


def of_cached(rows: Sequence[CacheRow], jobs: Jobs) -> Dependents:
    """Say who used entries of the cache; none of it while a job is at work."""
    users = tuple(dict.fromkeys(name for row in rows for name in row.experiments))
    uses = (Use("experiment", users, "keeps its results"),)
    busy = [job.title for job in jobs.live() if job.state == "running"]
    name = f"{len(rows)} of the cache" if len(rows) != 1 else rows[0].what
    return _made(name, sum(row.bytes for row in rows), uses, next(iter(busy), ""))


def busy_on(workspace: Workspace, jobs: Jobs, collection: str) -> str:
    """Give the title of a live job that reads or writes a collection; "" if there is none."""
    experiments = {record["id"] for record in experiments_on(workspace, collection)}
    for job in jobs.live():
        payload = job.payload
        if payload.get("collection") == collection or payload.get("experiment") in experiments:
            return job.title
    return ""


def upload_folder(workspace: Workspace, source: str) -> Path:
    """Give the folder of an upload by its source string, checked. Raises InputError."""
    return workspace.places.locate(source.partition("/")[0])


def _made(name: str, size: int, uses: tuple[Use, ...], busy: str) -> Dependents:
    return Dependents(name, size, tuple(use for use in uses if use.names), busy)


def _names(records: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(str(record["name"]) for record in records)


def _is_run(run: str, stage: Stage) -> bool:
    return isinstance(stage, UploadedRun) and stage.run == run


def _users(workspace: Workspace, collection: str, uses: Callable[[Stage], bool]) -> tuple[str, ...]:
    """Name the systems on a collection with a stage that uses something, with their experiment."""
    found = []
    for record in experiments_on(workspace, collection):
        text = (workspace.experiment_folder(record["id"]) / "experiment.yaml").read_text("utf-8")
        with suppress(EvaluationError):  # made of stages that this version does not have
            for system in experiment_from_yaml(text).systems:
                if any(uses(node.stage) for node in system.root.walk()):
                    found.append(f"{system.name} in {record['name']}")
    return tuple(found)
