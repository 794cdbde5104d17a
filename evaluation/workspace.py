"""The workspace: the one folder the application writes to, and the only place that knows paths."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from evaluation.collections import attachments
from evaluation.collections.collection import Collection
from evaluation.disk_room import writing
from evaluation.drafts import DRAFT, draft_folder, flush_all
from evaluation.errors import UnknownNameError
from evaluation.files import write_json
from evaluation.migration import migrate
from evaluation.reserved_ids import reserved_ids
from evaluation.run import Run
from evaluation.seals import DamagedError, check, seal
from evaluation.stored import (
    ID,
    Stored,
    damaged_in,
    name_freely,
    one_of,
    read_record,
    slug,
    store_new,
    stored_in,
)
from evaluation.stored_runs import write_run
from evaluation.trash import Trash
from evaluation.version import ROOT
from evaluation.workspace_folder import CATALOGUE, WorkspaceFolder

__all__ = ["CATALOGUE", "ROOT", "Stored", "Workspace", "slug"]


@dataclass(frozen=True)
class Workspace(WorkspaceFolder):
    """Collections, experiments, cache, jobs and trash below one folder.

    Every id that comes from outside is checked against what is there, so none becomes a path.
    """

    @classmethod
    def default(cls) -> "Workspace":
        """Open the workspace in the default folder."""
        return cls.open(cls.default_folder())

    @classmethod
    def open(cls, folder: Path) -> "Workspace":
        """Make the folder if need be, and bring an older workspace to the present format.

        Raises:
            InputError: a newer version wrote it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        migrate(folder)
        return cls(folder.resolve())

    def export_path(self, collection_id: str, form: str) -> Path:
        """A file of its own to write a download to, in the form beir or trec."""
        folder = self.folder / "exports"
        folder.mkdir(exist_ok=True)
        name = f"{self.collection_record(collection_id).id}-{slug(form)}"
        return folder / f"{DRAFT}{name}-{uuid.uuid4().hex}.zip"

    # Collections

    def collections(self) -> list[Stored]:
        """List the collections by name."""
        found = stored_in(self.folder / "collections", "collection.json")
        return sorted(found, key=lambda item: item.name.lower())

    def collection(self, collection_id: str) -> Collection:
        """Open a collection by id; kept open between calls."""
        folder = self._known("collections", "collection", collection_id, "collection.json")
        return _open_collection(folder, attachments.changed(folder))

    def collection_record(self, collection_id: str) -> Stored:
        """Give what is known about a collection without opening it."""
        folder = self._known("collections", "collection", collection_id, "collection.json")
        return Stored(collection_id, folder, read_record(folder / "collection.json"))

    def health(self, collection_id: str) -> dict[str, Any]:
        """Give the health report stored with a collection (empty if there is none)."""
        folder = self._known("collections", "collection", collection_id, "collection.json")
        path = folder / "health.json"
        return read_record(path) if path.exists() else {}

    def add_collection(self, name: str, write: Callable[[Path], None]) -> str:
        """Let `write` fill a draft folder (as `Collection.save` does), then give it a fresh id."""
        taken = reserved_ids(self.folder, self.trash, "collections")
        place = self.folder / "collections"
        sealed = partial(_sealed, write=write)
        return store_new(place, slug(name), sealed, taken, "the collection")

    def rename_collection(self, collection_id: str, name: str) -> None:
        """Give a collection another name; its id and content stay."""
        try:
            stored = self.collection_record(collection_id)
            record = stored.record | {"name": name.strip()[:200]}
            with writing("the new name", stored.folder):
                write_json(stored.folder / "collection.json", record)
        except FileNotFoundError:  # deleted meanwhile
            raise UnknownNameError("collection", collection_id, []) from None

    # Uploaded runs and attached tables, kept with their collection

    def add_run(self, collection_id: str, name: str, run: Run, about: dict[str, Any]) -> str:
        """Store a run beside a collection; the id ends in a hash of the run's content."""
        folder = self._known("collections", "collection", collection_id, "collection.json")
        return write_run(folder / "runs", name, run, about)

    def runs(self, collection_id: str) -> list[Stored]:
        """List the uploaded runs of a collection by name."""
        folder = self._known("collections", "collection", collection_id, "collection.json")
        return sorted(stored_in(folder / "runs", "record.json"), key=lambda item: item.name.lower())

    def run(self, collection_id: str, run_id: str) -> Run:
        """Open an uploaded run."""
        stored = one_of("uploaded run", run_id, self.runs(collection_id))
        check(stored.folder, f"The uploaded run {stored.name!r}")
        return Run.open(stored.folder)

    def add_attachment(
        self, collection_id: str, kind: str, table: attachments.Table, about: dict[str, Any]
    ) -> None:
        """Store a table beside a collection; one of its kind that is there goes to the trash."""
        self.attach(collection_id, kind, lambda d: attachments.fill(d, kind, table, about))

    def attach(self, collection_id: str, kind: str, write: Callable[[Path], None]) -> None:
        """Let `write` fill a draft, then put it in place of what is there, if there is some."""
        folder = self._known("collections", "collection", collection_id, "collection.json")
        place = folder / attachments.FOLDER
        place.mkdir(exist_ok=True)
        with writing(attachments.ATTACHED.get(kind, kind), place), draft_folder(place) as draft:
            write(draft)
            flush_all(draft)
            self._attach(draft, place, kind)

    def _attach(self, attached: Path, place: Path, kind: str) -> str:
        record = {"kind": attachments.FOLDER, "id": kind, "collection": place.parent.name}
        record["name"] = str(read_record(attached / attachments.RECORD)["name"])
        self.trash.swap_in(attached, place / kind, record)
        return kind

    def attachments(self, collection_id: str) -> list[Stored]:
        """List what is attached to a collection; the id of each is its kind."""
        place = self.collection_record(collection_id).folder / attachments.FOLDER
        return stored_in(place, attachments.RECORD)

    def discard_attachment(self, collection_id: str, kind: str) -> str:
        """Move an attachment to the trash; gives the id to restore it by."""
        item = one_of("attachment", kind, self.attachments(collection_id))
        record = {"kind": "attachments", "id": kind, "name": item.name, "collection": collection_id}
        return self.trash.put(item.folder, record)

    # Trash: the way back for whatever is deleted

    @property
    def trash(self) -> Trash:
        """What was deleted and can be put back."""
        return Trash(self.folder / "trash")

    def discard(self, kind: str, item_id: str) -> str:
        """Move a collection or an experiment to the trash; gives the id to restore it by."""
        marker = {"collections": "collection.json", "experiments": "record.json"}[kind]
        folder = self._known(kind, kind[:-1], item_id, marker)
        name = item_id
        with suppress(DamagedError):  # what is damaged can still be deleted
            name = str(read_record(folder / marker).get("name", item_id))
        return self.trash.put(folder, {"kind": kind, "id": item_id, "name": name})

    def discard_run(self, collection_id: str, run_id: str) -> str:
        """Move an uploaded run to the trash; gives the id to restore it by."""
        run = one_of("uploaded run", run_id, self.runs(collection_id))
        record = {"kind": "runs", "id": run_id, "name": run.name, "collection": collection_id}
        return self.trash.put(run.folder, record)

    def discarded(self) -> list[Stored]:
        """List the trash, newest first; records hold kind, id, name, deleted (time), bytes."""
        return self.trash.items()

    def restore(self, ticket: str) -> str:
        """Put something back from the trash; gives its id (a new one if the old one is taken).

        Raises:
            UnknownNameError: there is no such thing, or the collection that it was of is gone.
        """
        record = one_of("deleted item", ticket, self.discarded()).record
        place = self.folder / str(record["kind"])
        if record["kind"] in ("runs", attachments.FOLDER):
            place = self.collection_record(str(record["collection"])).folder / place.name
        place.mkdir(exist_ok=True)
        if record["kind"] == attachments.FOLDER:
            return self.trash.take_out(ticket, lambda f, kind: self._attach(f, place, kind))
        return self.trash.take_out(ticket, lambda f, wanted: name_freely(f, place, wanted))

    def purge(self, ticket: str) -> None:
        """Delete something in the trash for good."""
        self.trash.purge(ticket)

    def damaged(self) -> list[str]:
        """Say of every collection and experiment that cannot be listed what is wrong with it."""
        collections = damaged_in(self.folder / "collections", "collection.json")
        return collections + damaged_in(self.experiments_folder(), "record.json")

    def experiments_folder(self) -> Path:
        """The folder of the experiments; `evaluation.store` knows what is in it."""
        return self.folder / "experiments"

    def add_experiment(self, name: str, write: Callable[[Path], None]) -> str:
        """Let `write` fill a draft folder (as `store.create` does), then give it a fresh id."""
        taken = reserved_ids(self.folder, self.trash, "experiments")
        return store_new(self.experiments_folder(), slug(name), write, taken, "the experiment")

    def experiment_folder(self, experiment_id: str) -> Path:
        """Give the folder of an experiment, or say which experiments there are."""
        return self._known("experiments", "experiment", experiment_id, "record.json")

    def _known(self, place: str, what: str, item_id: str, marker: str) -> Path:
        folder = self.folder / place / item_id if ID.fullmatch(item_id) else None
        if folder is None or not (folder / marker).exists():
            raise UnknownNameError(
                what, item_id, [s.id for s in stored_in(self.folder / place, marker)]
            )
        return folder


@lru_cache(maxsize=16)
def _open_collection(folder: Path, changed: tuple[int, ...]) -> Collection:
    check(folder, f"The collection {read_record(folder / 'collection.json').get('name')!r}")
    return Collection.open(folder)


def _sealed(draft: Path, write: Callable[[Path], None]) -> None:
    write(draft)
    seal(draft, without=("collection.json", "runs", attachments.FOLDER))
