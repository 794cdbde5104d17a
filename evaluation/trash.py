"""The trash: what was deleted lies here under a ticket until it is put back or purged."""

import math
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.disk_room import make_room, writing
from evaluation.drafts import SWEPT_AFTER_S, remove_folder, take_name
from evaluation.errors import UnknownNameError
from evaluation.files import folder_bytes, write_json
from evaluation.seals import DamagedError
from evaluation.stored import Stored, one_of, read_record

KEPT_DAYS = 30
DAY_S = 86400.0
KINDS = {
    "collections": "collection",
    "experiments": "experiment",
    "runs": "uploaded run",
    "attachments": "attachment",
    "uploads": "upload",
    "jobs": "record of a job",
}


@dataclass(frozen=True)
class Trash:
    """Deleted folders, each beside a record of what it was."""

    folder: Path

    def put(self, folder: Path, record: dict[str, Any]) -> str:
        """Move a folder here; the record holds its kind, id and name. Gives its ticket.

        Raises:
            UnknownNameError: another process was faster.
        """
        make_room(self.folder.parent)  # a deletion that needs room would be none
        self.folder.mkdir(exist_ok=True)
        ticket = uuid.uuid4().hex
        whole = record | {"deleted": time.time(), "bytes": folder_bytes(folder)}
        with writing("the record of what was deleted", self.folder):
            write_json(self.folder / f"{ticket}.json", whole)
        try:
            folder.rename(self.folder / ticket)
        except FileNotFoundError:
            (self.folder / f"{ticket}.json").unlink(missing_ok=True)
            raise UnknownNameError(KINDS[record["kind"]], record["id"], []) from None
        return ticket

    def items(self) -> list[Stored]:
        """List everything, newest first."""
        found = []
        for path in self.folder.glob("*.json"):
            with suppress(UnknownNameError, DamagedError):  # put back or purged meanwhile
                if path.with_suffix("").is_dir():
                    found.append(Stored(path.stem, path.with_suffix(""), read_record(path)))
        return sorted(found, key=lambda item: -item.record["deleted"])

    def take_out(self, ticket: str, move: Callable[[Path, str], str]) -> str:
        """Let `move` put a folder back, given the folder and the id it had; gives its id there.

        Raises:
            UnknownNameError: there is no such thing, or another process was faster.
        """
        stored = one_of("deleted item", ticket, self.items())
        try:
            item_id = move(stored.folder, str(stored.record["id"]))
        except FileNotFoundError:
            raise UnknownNameError("deleted item", ticket, []) from None
        (self.folder / f"{ticket}.json").unlink(missing_ok=True)
        return item_id

    def swap_in(self, folder: Path, target: Path, record: dict[str, Any]) -> None:
        """Give a folder the name `target`; what has it goes to the trash, under the record.

        Several processes may do so at once: one stays there, the others' are in the trash.
        """
        while not take_name(folder, target):
            with suppress(UnknownNameError):  # another process was faster: look again
                self.put(target, record)

    def days_left(self, item: Stored) -> int:
        """How many days something can still be put back, begun ones included."""
        left = KEPT_DAYS - (time.time() - float(item.record["deleted"])) / DAY_S
        return max(0, math.ceil(left))

    def expire(self) -> list[str]:
        """Delete for good what was deleted more than 30 days ago; gives the names."""
        self._sweep()
        gone = [item for item in self.items() if not self.days_left(item)]
        for item in gone:
            with suppress(UnknownNameError):  # another process was faster
                self.purge(item.id)
        return [item.name for item in gone]

    def purge(self, ticket: str) -> None:
        """Delete something for good."""
        stored = one_of("deleted item", ticket, self.items())
        remove_folder(stored.folder)
        (self.folder / f"{ticket}.json").unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Delete the records that a killed process left without what they are of."""
        for path in self.folder.glob("*.json"):
            with suppress(FileNotFoundError):
                old = path.stat().st_mtime < time.time() - SWEPT_AFTER_S
                if old and not path.with_suffix("").exists():
                    path.unlink()
