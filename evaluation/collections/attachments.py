"""Attachments: tables that belong to the documents of a collection and that some stages read.

A collection has at most one of each kind: `concepts` (`name`, `description`) and `links`
(`source`, `target`, `weight`), kept in folders of their own beside the documents. Vector sets lie
among them, any number (see `vector_sets`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from evaluation.collections.corpus import Corpus
from evaluation.collections.fingerprint import fingerprint_table
from evaluation.collections.vector_sets import PREFIX
from evaluation.files import changed_at, drafted_folder, open_table, write_json, write_table
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


def fingerprints(corpus: Corpus) -> dict[str, str]:
    """Hash everything attached to documents, by kind; vector sets know their hashes."""
    tables = {kind: fingerprint(kind, table) for kind, table in corpus.attached.items()}
    return tables | {kind: found.fingerprint for kind, found in corpus.vectors.items()}


def open_all(folder: Path) -> dict[str, pa.Table]:
    """Open everything attached to the collection in a folder, by kind; memory-mapped."""
    paths = {kind: folder / FOLDER / kind / TABLE for kind in ATTACHED}
    found = {kind: path for kind, path in paths.items() if path.exists()}
    for kind, path in found.items():
        check(path.parent, f"The attachment ({ATTACHED[kind]})")
    return {kind: open_table(path) for kind, path in found.items()}


def missing(stage: Stage, corpus: Corpus | None, name: str) -> list[str]:
    """Say what a stage reads that the documents of a collection (its name) do not have."""
    if corpus is None:
        return []
    wanted = [kind for kind in stage.reads() if kind not in {*corpus.attached, *corpus.vectors}]
    return [
        f"{stage.label} needs {ATTACHED[kind]}, and {name} has none. Add it on the Collections "
        "page (Attachments), or choose another source in the stage."
        if kind in ATTACHED
        else _missing_set(stage.label, kind.removeprefix(PREFIX), corpus, name)
        for kind in wanted
    ]


def _missing_set(label: str, wanted: str, corpus: Corpus, name: str) -> str:
    """Say that a vector set is not there, or that none is chosen, and which there are."""
    known = ", ".join(kind.removeprefix(PREFIX) for kind in corpus.vectors)
    if not known:
        return (
            f"{label} needs vectors, and {name} has none. Add some on the Collections page "
            "(Attachments)."
        )
    called = f"vectors called {wanted[:60]!r}, and {name} has only: " if wanted else ""
    return f"{label} needs {called or 'the name of vectors. There are: '}{known}. Choose one."


def changed(folder: Path) -> tuple[int, ...]:
    """Give numbers that change with the record of a collection and with what is attached to it."""
    places = (folder / "collection.json", folder / FOLDER)
    return tuple(changed_at(place) for place in places)


def save_all(folder: Path, attached: Mapping[str, pa.Table]) -> None:
    """Write tables beside the documents of a collection."""
    for kind, table in attached.items():
        with drafted_folder(folder / FOLDER / kind, ATTACHED[kind]) as draft:
            fill(draft, kind, table, {})


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
