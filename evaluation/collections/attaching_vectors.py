"""Attaching a vector set to a collection: vectors of its documents and of its queries."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evaluation.collections.attachments import RECORD
from evaluation.collections.collection import Collection, Corpus
from evaluation.collections.importing import source_files
from evaluation.collections.sources import Reading, SourceFile
from evaluation.collections.vector_files import open_vectors
from evaluation.collections.vector_matching import Owners, write_matched
from evaluation.collections.vector_sets import DOCUMENTS, PREFIX, QUERIES, Rows, close_set
from evaluation.errors import InputError
from evaluation.files import write_json
from evaluation.origins import attached
from evaluation.progress import Progress
from evaluation.stored import Stored, one_of, slug
from evaluation.workspace import Workspace

VECTORS = "vectors"  # kind of the job, and of the record
DOCUMENT_IDS, QUERY_IDS = "document ids", "query ids"
ROLES = (DOCUMENTS, QUERIES, DOCUMENT_IDS, QUERY_IDS)
TEXTS = (".txt", ".ids", ".tsv", ".csv", ".lst")


@dataclass(frozen=True)
class VectorFiles:
    """The files of a vector set; those of ids only where `.npy` has not all rows, in order."""

    documents: SourceFile
    queries: SourceFile
    document_ids: SourceFile | None = None
    query_ids: SourceFile | None = None

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        files = (self.documents, self.queries, self.document_ids, self.query_ids)
        return sum(file.size for file in files if file is not None)


def attach_vectors_job(
    workspace: Workspace, payload: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """Attach uploaded vectors, for the worker.

    Args:
        workspace: where the collection is.
        payload: `collection`, `name` (of the set), `sources` and `roles` (of ROLES, by the name of
            a file; what is left out is guessed).
        progress: hears how much is read.

    Raises:
        InputError: the files are no vectors of this collection; says what, where, what to do.
    """
    collection_id, name = str(payload["collection"]), str(payload["name"]).strip()[:200]
    sources = [str(source) for source in payload["sources"]]
    origin = str(payload.get("origin") or "")
    kind = _kind_of(name, workspace.attachments(collection_id))
    if attached(workspace, origin, collection_id, kind) is not None:
        for source in sources:  # the worker was killed right after it
            workspace.places.forget(source)
        return _told(workspace, collection_id, kind)
    files = source_files(workspace, sources, Reading())
    roles = {str(file): str(role) for file, role in payload.get("roles", {}).items()}
    chosen = by_role(files, guessed_roles([file.name for file in files]) | roles)
    found = attach_vectors(workspace, collection_id, name, chosen, progress, origin)
    for source in sources:
        workspace.places.forget(source)
    return found


def guessed_roles(names: Sequence[str]) -> dict[str, str]:
    """Guess from its name what each file holds."""
    found = {}
    for name in names:
        path = PurePosixPath(name.lower())
        of_queries = "quer" in path.stem or path.stem.startswith("q") or "topic" in path.stem
        if path.suffix in TEXTS:
            found[name] = QUERY_IDS if of_queries else DOCUMENT_IDS
        else:
            found[name] = QUERIES if of_queries else DOCUMENTS
    return found


def by_role(files: Sequence[SourceFile], roles: Mapping[str, str]) -> VectorFiles:
    """Sort files by what they hold. Raises InputError if one is missing or given twice."""
    found: dict[str, SourceFile] = {}
    for file in files:
        role = roles.get(file.name, "")
        if role not in ROLES:
            raise InputError(f"{file.name}: {role!r} is not a role. Choose {', '.join(ROLES)}.")
        if role in found:
            raise InputError(
                f"{found[role].name} and {file.name} are both given as {role}. Give one file each."
            )
        found[role] = file
    return given_files(found)


def given_files(files: Mapping[str, SourceFile]) -> VectorFiles:
    """Take files by their roles. Raises InputError if vectors of one kind are missing."""
    for role in (DOCUMENTS, QUERIES):
        if role not in files:
            raise InputError(
                f"There are no vectors of {role}. Give those of documents and those of queries, "
                "made by one model."
            )
    return VectorFiles(
        files[DOCUMENTS], files[QUERIES], files.get(DOCUMENT_IDS), files.get(QUERY_IDS)
    )


def attach_vectors(
    workspace: Workspace,
    collection_id: str,
    name: str,
    files: VectorFiles,
    progress: Progress,
    origin: str = "",
) -> dict[str, Any]:
    """Attach vectors of documents and queries under a name; a set of that name is replaced.

    What was there before goes to the trash only when the new set is complete. `origin` is the job
    whose work it is.

    Returns:
        `collection`, `kind` (the id of the attachment), `set` (its id in a system), and what was
        matched of both.

    Raises:
        InputError: something is wrong with the files; nothing is stored then.
    """
    collection, name = workspace.collection(collection_id), name.strip()[:200]
    if not name:
        raise InputError("The vectors have no name. Give one, such as that of the model.")
    if collection.corpus is None:
        raise InputError(
            f"{collection.name} holds run files only, and vectors would belong to its documents. "
            "Import a corpus first."
        )
    owners = _documents(collection, collection.corpus), _queries(collection)
    kind = _kind_of(name, workspace.attachments(collection_id))
    record: dict[str, Any] = {"name": name, "kind": VECTORS}
    record |= {"origin": origin} if origin else {}

    def write(folder: Path) -> None:
        record.update(_written(Reading(progress, total=files.size), files, owners, folder))
        record["fingerprint"] = close_set(folder, collection.queries.ids)
        write_json(folder / RECORD, record)

    workspace.attach(collection_id, kind, write)
    return _told(workspace, collection_id, kind)


def _told(workspace: Workspace, collection_id: str, kind: str) -> dict[str, Any]:
    """Say what became of vectors that were attached."""
    record = one_of("attachment", kind, workspace.attachments(collection_id)).record
    found = {part: record[part] for part in (DOCUMENTS, QUERIES)}
    return {"collection": collection_id, "kind": kind, "set": kind.removeprefix(PREFIX), **found}


def _kind_of(name: str, known: Sequence[Stored]) -> str:
    """Give the id of the set of that name, else one that no other set has."""
    taken = {item.id: item.name for item in known if item.id.startswith(PREFIX)}
    wanted, number = PREFIX + slug(name), 2
    free = wanted
    while free in taken and name not in taken.values():
        free, number = f"{wanted}-{number}", number + 1
    return next((kind for kind, called in taken.items() if called == name), free)


def _written(
    reading: Reading, files: VectorFiles, owners: tuple[Owners, Owners], folder: Path
) -> dict[str, Any]:
    """Write both parts of a set into a folder; gives what is to be known of it."""
    given = ((files.documents, files.document_ids), (files.queries, files.query_ids))
    with ExitStack() as stack:
        opened = [stack.enter_context(open_vectors(reading, *pair)) for pair in given]
        first, second = opened
        if first.dimension != second.dimension:
            raise InputError(
                f"{first.name} has vectors of {first.dimension:,} numbers, and {second.name} of "
                f"{second.dimension:,}. Give documents and queries of one model."
            )
        about = {
            owner.what: write_matched(file, owner, folder / f"{owner.what}.npy")
            for file, owner in zip(opened, owners, strict=True)
        }
    return {"dimension": first.dimension, "rows": about[DOCUMENTS]["matched"], **about}


def _documents(collection: Collection, corpus: Corpus) -> Owners:
    return Owners(
        DOCUMENTS,
        collection.name,
        lambda rows: list(corpus.doc_ids.take(pa.array(rows)).to_pylist()),
        corpus.find,
        len(corpus),
    )


def _queries(collection: Collection) -> Owners:
    ids = pa.array(collection.queries.ids, pa.string())

    def find(wanted: list[str]) -> Rows:
        rows = pc.index_in(pa.array(wanted, pa.string()), value_set=ids)
        return np.asarray(pc.fill_null(rows, -1).to_numpy(zero_copy_only=False), np.int64)

    return Owners(
        QUERIES,
        collection.name,
        lambda rows: [ids[int(row)].as_py() for row in rows],
        find,
        len(ids),
    )
