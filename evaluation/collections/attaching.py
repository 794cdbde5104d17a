"""Attaching a table to a collection: read from CSV, TSV, JSON lines or Parquet, and checked."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from evaluation.collections.attaching_vectors import VECTORS, attach_vectors_job
from evaluation.collections.attachments import (
    ATTACHED,
    CONCEPTS,
    LINKS,
    concepts_of,
    link_ends,
)
from evaluation.collections.collection import Collection
from evaluation.collections.importing import source_files
from evaluation.collections.records import Place, checked_id, checked_text
from evaluation.collections.sources import Reading, SourceFile
from evaluation.collections.tables import table_rows
from evaluation.errors import InputError, UnknownNameError, shown
from evaluation.origins import attached
from evaluation.progress import Progress
from evaluation.workspace import Workspace

Row = Mapping[str, Any]
Rows = Iterator[tuple[Row, Place]]
MOST = {CONCEPTS: 50_000, LINKS: 5_000_000}
COLUMNS = {  # ours: what they may be called; those after the first two are optional
    CONCEPTS: {
        "name": ("name", "concept", "label", "title", "term", "skill"),
        "description": ("description", "text", "definition", "gloss"),
    },
    LINKS: {
        "source": ("source", "from", "citing", "doc_id", "document"),
        "target": ("target", "to", "cited", "linked"),
        "weight": ("weight", "count", "strength"),
    },
}


def attach_job(workspace: Workspace, payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Attach an uploaded table to a collection, in place of the one of its kind, for the worker.

    Args:
        workspace: where the collection is.
        payload: `collection`, `kind` (see ATTACHED) and `source` (of one file); for the kind
            `vectors` see `attach_vectors_job`.
        progress: hears how much is read.

    Raises:
        InputError: the file is not such a table; the message says what, where, and what to do.
    """
    collection_id, kind = str(payload["collection"]), str(payload["kind"])
    if kind == VECTORS:
        return attach_vectors_job(workspace, payload, progress)
    if kind not in ATTACHED:
        raise UnknownNameError("kind of attachment", kind, ATTACHED)
    source, origin = str(payload["source"]), str(payload.get("origin") or "")
    before = attached(workspace, origin, collection_id, kind)
    if before is not None:  # the worker was killed right after it
        workspace.places.forget(source)
        return {"collection": collection_id, "kind": kind, "rows": before}
    files = source_files(workspace, [source], Reading())
    if len(files) != 1:
        raise InputError(f"{len(files)} files were given. Give one file with {ATTACHED[kind]}.")
    found = attach_table(workspace, collection_id, kind, files[0], progress, origin)
    workspace.places.forget(source)
    return found


def attach_table(
    workspace: Workspace,
    collection_id: str,
    kind: str,
    file: SourceFile,
    progress: Progress,
    origin: str = "",
) -> dict[str, Any]:
    """Attach a table of one of the kinds ATTACHED; `origin` is the job whose work it is.

    Raises:
        InputError: as `read_attachment` does.
    """
    reading = Reading(progress, total=file.size)
    collection = workspace.collection(collection_id)
    table, about = read_attachment(reading, file, kind, collection)
    about |= {"file": file.name} | ({"origin": origin} if origin else {})
    workspace.add_attachment(collection_id, kind, table, about)
    return {"collection": collection_id, "kind": kind, "rows": table.num_rows}


def read_attachment(
    reading: Reading, file: SourceFile, kind: str, collection: Collection
) -> tuple[pa.Table, dict[str, Any]]:
    """Read and check one table for a collection.

    Returns:
        the table, and `left_out`: how many of its rows mean nothing in this collection.

    Raises:
        InputError: a column or a value is missing or wrong, a concept stands there twice, or no
            link joins two documents of the collection.
    """
    if collection.corpus is None:
        raise InputError(
            f"{collection.name} holds run files only, and {ATTACHED[kind]} would belong to its "
            "documents. Import a corpus first."
        )
    rows = table_rows(reading, file, None)
    first = next(rows, None)
    if first is None:
        raise InputError(f"{file.name} holds no rows. Give {ATTACHED[kind]}, under a head line.")
    columns = _columns(kind, list(first[0]), file.name)
    every = _limited(chain([first], rows), kind)
    if kind == CONCEPTS:
        return _concepts(every, columns), {"left_out": 0}
    table = _links(every, columns)
    kept = _joining(table, collection.corpus.doc_ids)
    if not kept.num_rows:
        some = f"{table['source'][0]} to {table['target'][0]}"
        raise InputError(
            f"{file.name}: none of its {table.num_rows:,} links (such as {some}) joins two "
            f"documents of {collection.name}. Give links between ids of its documents."
        )
    return kept, {"left_out": table.num_rows - kept.num_rows}


def _columns(kind: str, names: Sequence[str], file: str) -> dict[str, str]:
    """Find our columns among those of a file, by their names."""
    plain = {name.strip().lower().replace(" ", "_"): name for name in reversed(names)}
    found = {
        ours: next((plain[option] for option in options if option in plain), "")
        for ours, options in COLUMNS[kind].items()
    }
    for ours in list(COLUMNS[kind])[:2]:
        if not found[ours]:
            raise InputError(
                f"{file} has no column called `{ours}`. "
                f"Its columns: {', '.join(map(shown, names[:20]))}. "
                f"Name the columns {' and '.join(list(COLUMNS[kind])[:2])} in the first line."
            )
    return found


def _limited(rows: Rows, kind: str) -> Rows:
    for number, (row, place) in enumerate(rows, 1):
        if number > MOST[kind]:
            raise place.fault(f"There are more than {MOST[kind]:,} {kind}.", "Give fewer.")
        yield row, place


def _concepts(rows: Rows, columns: dict[str, str]) -> pa.Table:
    found: dict[str, str] = {}
    for row, place in rows:
        name = checked_text(row.get(columns["name"]), "name", place).strip()
        if not name:
            raise place.fault("`name` is empty.", "Give each concept a name.")
        if name in found:
            raise place.fault(
                f"The concept {name[:60]!a} stands there twice.", "Give each concept once."
            )
        found[name] = checked_text(row.get(columns["description"]), "description", place, "")
    return concepts_of(found)


def _links(rows: Rows, columns: dict[str, str]) -> pa.Table:
    sources, targets, weights = list[str](), list[str](), list[float]()
    for row, place in rows:
        sources.append(checked_id(row.get(columns["source"]), "source", place))
        targets.append(checked_id(row.get(columns["target"]), "target", place))
        weights.append(_weight(row.get(columns["weight"]), place) if columns["weight"] else 1.0)
    ends = {"source": pa.array(sources, pa.string()), "target": pa.array(targets, pa.string())}
    return pa.table(ends | {"weight": pa.array(weights, pa.float64())})


def _weight(value: object, place: Place) -> float:
    """Give a weight above zero. Raises InputError for anything else."""
    known = isinstance(value, str | int | float) and not isinstance(value, bool)
    try:
        weight = float(value) if known else math.nan  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        weight = math.nan
    if not (math.isfinite(weight) and weight > 0):
        raise place.fault(
            f"`weight` is {ascii(value)[:60]}.", "Write each weight as a number above zero."
        )
    return weight


def _joining(table: pa.Table, doc_ids: pa.Array) -> pa.Table:
    """Keep the links that join two different documents."""
    first, second = link_ends(table, doc_ids)  # null for an unknown one, and then for the pair
    return table.filter(pc.fill_null(pc.not_equal(first, second), False))
