"""Older workspaces: brought to the present format when they are opened, step by step.

`workspace.json` in the workspace holds the number of its format and the version that wrote it; a
workspace without that file has the format 0. A step changes files that appear complete or not at
all and can be done again, and the number is written after it: a process that is killed in between
leaves work for the next one, never a mixture that anybody opens.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from evaluation.collections.collection import INDEX, Collection
from evaluation.collections.fingerprint import fingerprint_table
from evaluation.drafts import DRAFT, flush
from evaluation.errors import InputError
from evaluation.files import read_json, write_array, write_json
from evaluation.locking import alone
from evaluation.seals import DamagedError
from evaluation.stored import read_record
from evaluation.version import version

FORMAT = 1
RECORD = "workspace.json"
LOGS = "logs"
HOLDS = ("collections", "experiments", "trash", "cache", "jobs.sqlite", "demo.json")


def migrate(folder: Path) -> list[int]:
    """Bring a workspace to the present format; gives the formats that it was brought to.

    Safe to call at every start from several processes: one does the work, the others wait.

    Raises:
        InputError: a newer version wrote it, or its record is damaged.
        EvaluationError: another process has been at it for a minute.
    """
    if format_of(folder) == FORMAT:
        return []
    with alone(folder / "migration.lock", "bringing this workspace to the present format"):
        done = []
        for number in range(format_of(folder), FORMAT):
            STEPS[number](folder)
            record = {"format": number + 1, "version": version(), "since": time.time()}
            write_json(folder / RECORD, record)
            done.append(number + 1)
        return done


def format_of(folder: Path) -> int:
    """Give the format of a workspace: 0 without a record, the present one if it is empty.

    Raises:
        InputError: a newer version wrote it, or its record is damaged.
    """
    try:
        found = int(read_json(folder / RECORD)["format"])
    except FileNotFoundError:
        return 0
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{RECORD} of the workspace is damaged. Restore the workspace from a backup, or "
            'write {"format": 1} into the file if this version has opened it before.'
        ) from error
    if found > FORMAT or found < 0:
        raise InputError(
            f"This workspace has format {found}; RankLab {version()} reads formats up to {FORMAT}. "
            "Update RankLab, or name another folder with RANKLAB_WORKSPACE."
        )
    return found


def _to_1(folder: Path) -> None:
    """Name contents by the hashes of today, look ids up without reading them, gather the logs.

    The first versions hashed numbers in another way, so the same data imported later counted as
    other data, and kept no index of document ids.
    """
    if not any((folder / name).exists() for name in HOLDS):
        return
    for record in [*folder.glob("collections/[!.]*/collection.json"), *_trashed(folder)]:
        with suppress(DamagedError):  # it stays as it is; the Workspace page names it
            _renew_collection(folder, record.parent)
    for log in folder.glob("worker-*.log"):
        (folder / LOGS).mkdir(exist_ok=True)
        log.replace(folder / LOGS / log.name)


def _trashed(folder: Path) -> list[Path]:
    return list(folder.glob("trash/*/collection.json"))


def _renew_collection(folder: Path, place: Path) -> None:
    """Write present hashes and the index of ids; the collection last, so that a repeat is whole."""
    record, collection = read_record(place / "collection.json"), Collection.open(place)
    old, new = record["fingerprints"], _fingerprints(collection)
    if collection.corpus is not None and not (place / INDEX).exists():
        draft = place / f"{DRAFT}{INDEX}"
        write_array(draft, collection.corpus.index)
        flush(draft)
        draft.replace(place / INDEX)
    if old != new:
        for pattern in ("experiments/[!.]*/record.json", "trash/*/record.json"):
            for path in folder.glob(pattern):
                _renew_experiment(path, old, new)
        write_json(place / "collection.json", record | {"fingerprints": new})


def _fingerprints(collection: Collection) -> dict[str, str]:
    """Hash the parts of a collection, in the order in which they are stored."""
    prints = {"queries": collection.queries.fingerprint}
    prints |= {f"qrels/{name}": qrels.fingerprint for name, qrels in collection.qrels.items()}
    if collection.corpus is not None:
        prints["corpus"] = fingerprint_table(collection.corpus.table)
    return prints


def _renew_experiment(path: Path, old: dict[str, str], new: dict[str, str]) -> None:
    """Let an experiment that was made from a content name it by its present hashes."""
    record = read_record(path)
    if record.get("fingerprints") == old:
        write_json(path, record | {"fingerprints": new})


STEPS: dict[int, Callable[[Path], None]] = {0: _to_1}
