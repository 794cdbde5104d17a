"""Whose work something is: a job that was killed after it stored its work stores it only once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evaluation.files import read_json, write_json
from evaluation.workspace import Stored, Workspace


def mark(folder: Path, origin: str) -> None:
    """Note in the record of a collection that is being written which job it is the work of."""
    if origin:
        record = folder / "collection.json"
        write_json(record, read_json(record) | {"origin": origin})


def made_for(workspace: Workspace, origin: str) -> str:
    """Give the id of the collection that is the work of a job; "" if there is none (any more)."""
    return next((stored.id for stored in _of(workspace.collections(), origin)), "")


def imported(
    workspace: Workspace, origin: str, collection: str, sources: Sequence[str]
) -> dict[str, Any] | None:
    """Give what an import gave whose worker was killed right after it; None to carry it out.

    Runs are added to a collection one by one, each under the hash of its content: while their
    sources are there, they are all added again, and none is stored twice.
    """
    made = made_for(workspace, origin)
    if not made and collection and not any(map(workspace.places.holds, sources)):
        made = collection
    runs = _of(workspace.runs(made), origin) if made else []
    if not made or (made == collection and not runs):
        return None
    found = [{"id": stored.id, **stored.record} for stored in runs]
    return {"collection": made, "report": workspace.health(made), "runs": found}


def attached(workspace: Workspace, origin: str, collection_id: str, kind: str) -> int | None:
    """Give the rows of what is attached to a collection if it is the work of a job, or None."""
    found = _of(workspace.attachments(collection_id), origin)
    return next((int(item.record["rows"]) for item in found if item.id == kind), None)


def _of(stored: list[Stored], origin: str) -> list[Stored]:
    return [item for item in stored if origin and item.record.get("origin") == origin]
