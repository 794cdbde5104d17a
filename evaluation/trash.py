"""The trash: what was deleted lies here under a ticket until it is put back or purged."""

import shutil
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.files import folder_bytes, read_json, write_json
from evaluation.stored import Stored, free_id, one_of


@dataclass(frozen=True)
class Trash:
    """Deleted folders, each beside a record of what it was."""

    folder: Path

    def put(self, folder: Path, record: dict[str, Any]) -> str:
        """Move a folder here; the record holds its kind, id and name. Gives its ticket."""
        self.folder.mkdir(exist_ok=True)
        ticket = uuid.uuid4().hex
        whole = record | {"deleted": time.time(), "bytes": folder_bytes(folder)}
        write_json(self.folder / f"{ticket}.json", whole)
        folder.rename(self.folder / ticket)
        return ticket

    def items(self) -> list[Stored]:
        """List everything, newest first."""
        found = []
        for path in self.folder.glob("*.json"):
            if path.with_suffix("").is_dir():
                found.append(Stored(path.stem, path.with_suffix(""), read_json(path)))
        return sorted(found, key=lambda item: -item.record["deleted"])

    def take_out(self, ticket: str, place: Path) -> str:
        """Move something into a folder; gives its id there, a new one if the old one is taken."""
        stored = one_of("deleted item", ticket, self.items())
        place.mkdir(exist_ok=True)
        item_id = free_id(place, str(stored.record["id"]))
        stored.folder.rename(place / item_id)
        (self.folder / f"{ticket}.json").unlink(missing_ok=True)
        return item_id

    def purge(self, ticket: str) -> None:
        """Delete something for good."""
        stored = one_of("deleted item", ticket, self.items())
        (self.folder / f"{ticket}.json").unlink(missing_ok=True)
        shutil.rmtree(stored.folder, ignore_errors=True)
