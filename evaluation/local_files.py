"""Files of this machine, named by its own user on the command line or in Python."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation.collections.attaching import attach_table
from evaluation.collections.attaching_vectors import VECTORS, attach_vectors, given_files
from evaluation.collections.collection import Qrels
from evaluation.collections.hub import is_hub
from evaluation.collections.import_request import ImportOutcome, ImportRequest
from evaluation.collections.importing import import_collection, import_files, plan
from evaluation.collections.judgement_checks import unique_judgements
from evaluation.collections.locations import files_at
from evaluation.collections.reading import contents
from evaluation.collections.sources import Reading, SourceFile, file_on_disk
from evaluation.collections.writing import judgements_table
from evaluation.errors import InputError
from evaluation.progress import SILENT, Progress
from evaluation.workspace import Workspace


def import_paths(
    workspace: Workspace,
    name: str,
    sources: Sequence[str],
    collection: str = "",
    progress: Progress = SILENT,
) -> ImportOutcome:
    """Import files, folders or archives, or one hub id, as a new collection or runs of an old one.

    Raises:
        InputError: something cannot be read, or the collection has faults that would give wrong
            scores; then nothing is stored.
    """
    name = name or Path(sources[0]).name.split(".")[0]
    request = ImportRequest(name, tuple(sources), collection=collection)
    if is_hub(sources):
        outcome = import_collection(workspace, request, progress)
    else:
        reading = Reading(progress)
        files = [file for source in sources for file in _files(source, reading)]
        outcome = import_files(workspace, request, files, reading)
    if not outcome.collection:
        raise InputError(f"{name} was not stored. {outcome.report.sentence()}")
    return outcome


def attach_paths(
    workspace: Workspace,
    wanted: tuple[str, str, str],
    table: Path | None,
    vectors: Mapping[str, Path | None],
    progress: Progress = SILENT,
) -> dict[str, Any]:
    """Attach files of this machine to a collection.

    Args:
        workspace: where the collection is.
        wanted: id of the collection, kind of attachment, and name of the vectors.
        table: the file with concepts or links.
        vectors: files by what they hold (see `attaching_vectors.ROLES`).
        progress: hears how much is read.

    Raises:
        InputError: a file is missing or faulty; nothing is stored then.
    """
    collection_id, kind, name = wanted
    if kind == VECTORS:
        paths = {role: path for role, path in vectors.items() if path is not None}
        files = {role: _one(path) for role, path in paths.items()}
        return attach_vectors(workspace, collection_id, name, given_files(files), progress)
    if table is None:
        raise InputError(f"There is no file. Name the one with the {kind}.")
    return attach_table(workspace, collection_id, kind, _one(table), progress)


def _one(path: Path) -> SourceFile:
    if not path.expanduser().is_file():
        raise InputError(f"{path}: there is no such file. Check the name.")
    return file_on_disk(path.expanduser(), path.name)


def read_qrels(path: Path) -> Qrels:
    """Read one file of judgements (TREC, BEIR or a table, also .gz)."""
    reading = Reading()
    given = plan(_files(str(path), reading), (), reading)
    found = contents(reading, given).judgements
    if len(found) != 1:
        raise InputError(f"{path} holds {len(found)} sets of judgements. Give a file with one.")
    read = next(iter(found.values()))
    return unique_judgements(judgements_table(read()), path.name, reading.notes)[0]


def _files(source: str, reading: Reading) -> list[SourceFile]:
    path = Path(source).expanduser()
    if not path.exists():
        raise InputError(f"{source}: there is no such file or folder. Check the name.")
    return files_at(path, reading)
