"""Something kept in a folder under an id: an id, a folder and a JSON record."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.disk_room import writing
from evaluation.drafts import draft_folder, flush_all, take_name
from evaluation.errors import UnknownNameError
from evaluation.files import read_json
from evaluation.seals import DamagedError, damage

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


def slug(name: str) -> str:
    """Turn a name from a visitor into a safe id: lower-case ASCII letters, digits and dashes."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48].strip("-") or "unnamed"


@dataclass(frozen=True)
class Stored:
    """Something kept in the workspace: its id, its folder and what its JSON record says."""

    id: str
    folder: Path
    record: dict[str, Any]

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.record["name"])


def stored_in(folder: Path, marker: str) -> list[Stored]:
    """List what is stored in a folder: everything with a safe id and a record called `marker`.

    What has a damaged record is left out; `damaged_in` names it.
    """
    found = []
    for path in _records(folder, marker):
        with suppress(UnknownNameError, DamagedError):  # deleted meanwhile, or damaged
            found.append(Stored(path.parent.name, path.parent, read_record(path)))
    return found


def damaged_in(folder: Path, marker: str) -> list[str]:
    """Say of everything in a folder that has a damaged record what is wrong, as a sentence each."""
    found = []
    for path in _records(folder, marker):
        try:
            with suppress(UnknownNameError):
                read_record(path)
        except DamagedError as error:
            found.append(str(error))
    return found


def read_record(path: Path) -> dict[str, Any]:
    """Read the record of something stored.

    Raises:
        UnknownNameError: it is not there, perhaps because another process has just deleted it.
        DamagedError: it is no record.
    """
    try:
        record = read_json(path)
    except FileNotFoundError:
        what = path.parent.parent.name.removesuffix("s")
        raise UnknownNameError(what, path.parent.name, ()) from None
    except ValueError:
        record = None
    if not isinstance(record, dict):
        raise damage(path, f"{path.parent.parent.name}/{path.parent.name}")
    return record


def _records(folder: Path, marker: str) -> list[Path]:
    return [path for path in folder.glob(f"*/{marker}") if ID.fullmatch(path.parent.name)]


def one_of(what: str, item_id: str, among: list[Stored]) -> Stored:
    """Give the one with an id, or say which there are."""
    for stored in among:
        if stored.id == item_id:
            return stored
    raise UnknownNameError(what, item_id, [stored.id for stored in among])


def store_new(
    place: Path,
    wanted: str,
    write: Callable[[Path], None],
    taken: Collection[str] = (),
    what: str = "what was made",
) -> str:
    """Let `write` fill a draft folder, then give it the first free id; gives the id.

    Several processes may ask for the same id at once: each gets another one, and nothing is lost.

    Raises:
        DiskFullError: there is no room for it; `what` is its name in the message.
    """
    with writing(what, place), _drafted(place) as draft:
        write(draft)
        flush_all(draft)
        return name_freely(draft, place, wanted, taken)


@contextmanager
def _drafted(place: Path) -> Iterator[Path]:
    place.mkdir(exist_ok=True)
    with draft_folder(place) as draft:
        yield draft


def name_freely(folder: Path, place: Path, wanted: str, taken: Collection[str] = ()) -> str:
    """Move a folder into a place under an id that nothing has, close to the wanted one.

    Ids that are `taken` are left free for what is not there now.
    """
    number, free = 2, wanted
    while free in taken or not take_name(folder, place / free):
        free, number = f"{wanted}-{number}", number + 1
    return free
