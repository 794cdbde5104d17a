"""The workspace: the one folder the application writes to, and the only place that knows paths."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from evaluation.cache import Cache
from evaluation.collections import attachments
from evaluation.collections.collection import Collection
from evaluation.collections.locations import Places
from evaluation.errors import UnknownNameError
from evaluation.files import drafted_folder, read_json, write_json
from evaluation.migration import LOGS, migrate
from evaluation.run import Run
from evaluation.stored import ID, Stored, free_id, one_of, slug, stored_in
from evaluation.stored_runs import write_run
from evaluation.trash import Trash

__all__ = ["CATALOGUE", "ROOT", "Stored", "Workspace", "slug"]

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "data" / "catalogue.json"  # measured figures of every method


@dataclass(frozen=True)
class Workspace:
    """Collections, experiments, cache, jobs and trash below one folder.

    Every id that comes from outside is checked against what is there, so none becomes a path.
    """

    folder: Path

    @staticmethod
    def default_folder() -> Path:
        """The folder named by RANKLAB_WORKSPACE, else `data/workspace` beside the application."""
        given = os.environ.get("RANKLAB_WORKSPACE")
        return Path(given).expanduser() if given else ROOT / "data" / "workspace"

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

    @property
    def demo(self) -> Path:
        """The bundled, read-only demo data."""
        return ROOT / "data" / "demo"

    @property
    def import_root(self) -> Path | None:
        """The server-side folder from which corpora may be imported (RANKLAB_IMPORT_ROOT)."""
        given = os.environ.get("RANKLAB_IMPORT_ROOT")
        return Path(given).expanduser().resolve() if given else None

    @property
    def cache(self) -> Cache:
        """Indexes and runs."""
        return Cache(self.folder / "cache")

    @property
    def cache_limit(self) -> int | None:
        """The bytes that indexes and runs may take (RANKLAB_CACHE_GB); None for no limit."""
        given = os.environ.get("RANKLAB_CACHE_GB", "")
        try:
            return int(float(given) * 1e9) if given.strip() else None
        except ValueError:
            return None

    @property
    def jobs_file(self) -> Path:
        """The SQLite file of the job table."""
        return self.folder / "jobs.sqlite"

    @property
    def logs(self) -> Path:
        """The folder of the log."""
        return self.folder / LOGS

    def worker_lock(self, role: str) -> Path:
        """The file that the worker of a role holds, and touches every two seconds."""
        return self.folder / f"worker-{role}.lock"

    @property
    def places(self) -> Places:
        """Where imports come from: uploads, the import root, the demo; see `Places.locate`."""
        return Places(self.folder / "uploads", self.import_root, self.demo)

    def export_path(self, collection_id: str, form: str) -> Path:
        """The file that a download of a collection is written to, in the form beir or trec."""
        folder = self.folder / "exports"
        folder.mkdir(exist_ok=True)
        return folder / f"{self.collection_record(collection_id).id}-{slug(form)}.zip"

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
        return Stored(collection_id, folder, read_json(folder / "collection.json"))

    def health(self, collection_id: str) -> dict[str, Any]:
        """Give the health report stored with a collection (empty if there is none)."""
        folder = self._known("collections", "collection", collection_id, "collection.json")
        path = folder / "health.json"
        return dict(read_json(path)) if path.exists() else {}

    def add_collection(self, name: str, write: Callable[[Path], None]) -> str:
        """Let `write` fill a draft folder (as `Collection.save` does), then give it a fresh id."""
        place = self.folder / "collections"
        new_id = free_id(place, slug(name))
        with drafted_folder(place / new_id) as draft:
            write(draft)
        return new_id

    def rename_collection(self, collection_id: str, name: str) -> None:
        """Give a collection another name; its id and content stay."""
        stored = self.collection_record(collection_id)
        write_json(stored.folder / "collection.json", stored.record | {"name": name.strip()[:200]})

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
        return Run.open(one_of("uploaded run", run_id, self.runs(collection_id)).folder)

    def add_attachment(
        self, collection_id: str, kind: str, table: attachments.Table, about: dict[str, Any]
    ) -> None:
        """Store a table beside a collection; one of its kind that is there goes to the trash."""
        folder = self._known("collections", "collection", collection_id, "collection.json")
        if any(item.id == kind for item in self.attachments(collection_id)):
            self.discard_attachment(collection_id, kind)
        attachments.save(folder, kind, table, about)

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
        name = str(read_json(folder / marker).get("name", item_id))
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
        if record["kind"] == attachments.FOLDER and (place / str(record["id"])).exists():
            self.discard_attachment(str(record["collection"]), str(record["id"]))
        return self.trash.take_out(ticket, place)

    def purge(self, ticket: str) -> None:
        """Delete something in the trash for good."""
        self.trash.purge(ticket)

    def experiments_folder(self) -> Path:
        """The folder of the experiments; `evaluation.store` knows what is in it."""
        return self.folder / "experiments"

    def new_experiment_id(self, name: str) -> str:
        """Make an id that no experiment has yet."""
        return free_id(self.experiments_folder(), slug(name))

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
    return Collection.open(folder)
