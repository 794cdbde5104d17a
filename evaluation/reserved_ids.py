"""Ids that must not come to mean something else while somebody still names them."""

from pathlib import Path

from evaluation.stored import stored_in
from evaluation.trash import Trash


def reserved_ids(folder: Path, trash: Trash, kind: str) -> set[str]:
    """Give the ids of a kind that a workspace folder keeps free for what is not there now.

    Of what waits in the trash, so that it can come back under its own; and of collections that
    experiments were made on, so that none of them ever shows other data.
    """
    ids = {str(item.record["id"]) for item in trash.items() if item.record["kind"] == kind}
    if kind == "collections":
        records = stored_in(folder / "experiments", "record.json")
        ids |= {str(item.record["collection"]) for item in records}
    return ids
