"""The trash: what was deleted lies here under a ticket until it is put back or purged."""

import math
import shutil
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.errors import UnknownNameError
from evaluation.files import folder_bytes, read_json, write_json
from evaluation.stored import Stored, free_id, one_of

KEPT_DAYS = 30
DAY_S = 86400.0


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

    def days_left(self, item: Stored) -> int:
        """How many days something can still be put back, begun ones included."""
        left = KEPT_DAYS - (time.time() - float(item.record["deleted"])) / DAY_S
        return max(0, math.ceil(left))

    def expire(self) -> list[str]:
        """Delete for good what was deleted more than 30 days ago; gives the names."""
        gone = [item for item in self.items() if not self.days_left(item)]
        for item in gone:
            with suppress(UnknownNameError):  # another process was faster
                self.purge(item.id)
        return [item.name for item in gone]

    def purge(self, ticket: str) -> None:
        """Delete something for good."""
        stored = one_of("deleted item", ticket, self.items())
        (self.folder / f"{ticket}.json").unlink(missing_ok=True)
        shutil.rmtree(stored.folder, ignore_errors=True)
