"""Deleting with a way back where a folder and its move to the trash are not the whole matter."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from evaluation.dependents import of_upload, upload_folder
from evaluation.errors import InputError
from evaluation.files import drafted_folder, read_json, write_json
from evaluation.job import Job
from evaluation.jobs import Jobs
from evaluation.stored import one_of
from evaluation.workspace import Workspace

JOBS = "jobs"
LIST = "jobs.json"


def discard_upload(workspace: Workspace, jobs: Jobs, source: str) -> str:
    """Move an upload to the trash; gives the ticket to put it back by.

    Raises:
        InputError: there is no such upload, or an import reads it.
    """
    found, folder = of_upload(workspace, jobs, source), upload_folder(workspace, source)
    found.require_idle()
    return workspace.trash.put(folder, {"kind": "uploads", "id": folder.name, "name": found.name})


def discard_jobs(workspace: Workspace, jobs: Jobs, job_ids: Sequence[str]) -> str:
    """Move the records of jobs that are over to the trash; gives the ticket, "" if there is none.

    They are in the trash before they leave the table: a process that is killed loses none.
    """
    wanted = set(job_ids)
    records = [job for job in jobs.every() if job.id in wanted and not job.live]
    if not records:
        return ""
    place = workspace.folder / "forgotten" / uuid.uuid4().hex
    with drafted_folder(place) as draft:
        write_json(draft / LIST, [asdict(job) for job in records])
    more = f" and {len(records) - 1} more" if len(records) > 1 else ""
    name = f"Record of the job {records[0].title}{more}"
    ticket = workspace.trash.put(place, {"kind": JOBS, "id": place.name, "name": name})
    for job in records:
        jobs.forget(job.id)
    return ticket


def put_back(workspace: Workspace, jobs: Jobs, ticket: str) -> str:
    """Put something back from the trash; gives its id.

    Raises:
        InputError: the collection that it was of is in the trash itself, or gone.
        UnknownNameError: there is no such thing in the trash.
    """
    item = one_of("deleted item", ticket, workspace.discarded())
    if item.record["kind"] == JOBS:
        _put_jobs_back(jobs, item.folder)
        workspace.purge(ticket)
        return item.id
    _require_collection(workspace, str(item.record.get("collection", "")))
    return workspace.restore(ticket)


def _put_jobs_back(jobs: Jobs, folder: Path) -> None:
    for row in read_json(folder / LIST):
        jobs.put_back(Job(**row))


def _require_collection(workspace: Workspace, collection: str) -> None:
    """Raise InputError if what belongs to a collection would come back without it."""
    if not collection or collection in {one.id for one in workspace.collections()}:
        return
    for item in workspace.discarded():
        if item.record["kind"] == "collections" and item.record["id"] == collection:
            raise InputError(
                f"It belongs to {item.name}, which is in the trash, too. Put that back first."
            )
    raise InputError("The collection that it belongs to was deleted for good. Import it again.")
