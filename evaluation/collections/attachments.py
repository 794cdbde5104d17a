"""Attachments: tables that belong to the documents of a collection and that some stages read.

A collection has at most one of each kind: `concepts` (`name`, `description`) and `links`
(`source`, `target`, `weight`), kept in folders of their own beside the documents.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from evaluation.collections.corpus import Corpus
from evaluation.collections.fingerprint import fingerprint_table
from evaluation.files import drafted_folder, open_table, write_json, write_table
from evaluation.seals import check, seal
from evaluation.stage import Stage

Table = pa.Table
CONCEPTS, LINKS = "concepts", "links"
ATTACHED = {CONCEPTS: "a list of concepts", LINKS: "links between documents"}
FOLDER, TABLE, RECORD = "attachments", "table.arrow", "record.json"


def concepts_of(concepts: Mapping[str, str]) -> pa.Table:
    """Make a list of concepts from `{name: description}`."""
    columns = {"name": list(concepts), "description": list(concepts.values())}
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def links_of(links: Mapping[tuple[str, str], float]) -> pa.Table:
    """Make a table of links from `{(source, target): weight}`, ids of documents."""
    ends = [pa.array([pair[side] for pair in links], pa.string()) for side in (0, 1)]
    weights = pa.array(links.values(), pa.float64())
    return pa.table({"source": ends[0], "target": ends[1], "weight": weights})


def concept_texts(table: pa.Table) -> list[str]:
    """Give the text of each concept that a model reads: its description, else its name."""
    pairs = zip(table["name"].to_pylist(), table["description"].to_pylist(), strict=True)
    return [description if (description or "").strip() else name for name, description in pairs]


def fingerprint(kind: str, table: pa.Table) -> str:
    """Hash what results depend on: of concepts the texts, so that a name may change freely."""
    if kind == CONCEPTS:
        return fingerprint_table(pa.table({"text": pa.array(concept_texts(table), pa.string())}))
    return fingerprint_table(table)


def open_all(folder: Path) -> dict[str, pa.Table]:
    """Open everything attached to the collection in a folder, by kind; memory-mapped."""
    paths = {kind: folder / FOLDER / kind / TABLE for kind in ATTACHED}
    found = {kind: path for kind, path in paths.items() if path.exists()}
    for kind, path in found.items():
        check(path.parent, f"The attachment ({ATTACHED[kind]})")
    return {kind: open_table(path) for kind, path in found.items()}


def missing(stage: Stage, corpus: Corpus | None, name: str) -> list[str]:
    """Say what a stage reads that the documents of a collection (its name) do not have."""
    attached = corpus.attached if corpus is not None else ATTACHED
    return [
        f"{stage.label} needs {ATTACHED[kind]}, and {name} has none. Add it on the Collections "
        "page (Attachments), or choose another source in the stage."
        for kind in stage.reads()
        if kind not in attached
    ]


def changed(folder: Path) -> tuple[int, ...]:
    """Give numbers that change with the record of a collection and with what is attached to it."""
    places = (folder / "collection.json", folder / FOLDER)
    return tuple(place.stat().st_mtime_ns if place.exists() else 0 for place in places)


def save_all(folder: Path, attached: Mapping[str, pa.Table]) -> None:
    """Write tables beside the documents of a collection."""
    for kind, table in attached.items():
        save(folder, kind, table, {})


def save(folder: Path, kind: str, table: pa.Table, about: dict[str, Any]) -> None:
    """Write one table beside the documents of a collection, where none of its kind is yet."""
    with drafted_folder(folder / FOLDER / kind) as draft:
        fill(draft, kind, table, about)


def fill(draft: Path, kind: str, table: pa.Table, about: dict[str, Any]) -> None:
    """Write one table and its record into an empty folder."""
    write_table(draft / TABLE, table)
    record = {"name": ATTACHED[kind].capitalize(), "rows": table.num_rows, **about}
    write_json(draft / RECORD, record)
    seal(draft)


def link_ends(table: pa.Table, doc_ids: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Give the row of both ends of each link among the documents; null for an unknown one."""
    ends = (pc.index_in(table[side], value_set=doc_ids) for side in ("source", "target"))
    first, second = (end.combine_chunks() for end in ends)
    return first, second
