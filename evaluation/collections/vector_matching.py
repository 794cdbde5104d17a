"""Matching vectors with the documents or queries they are of, while they are written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.collections.vector_blocks import Block, VectorFile, Vectors
from evaluation.collections.vector_sets import Given, Rows, VectorWriter
from evaluation.errors import InputError

SHOWN = 3  # ids named of those that do not fit


@dataclass(frozen=True)
class Owners:
    """What vectors are of.

    Attributes:
        what: for instance "documents".
        collection: its name.
        ids: gives the ids of some rows.
        find: gives the row of each id; -1 for an unknown one.
        count: how many there are.
    """

    what: str
    collection: str
    ids: Callable[[Rows], list[str]]
    find: Callable[[list[str]], Rows]
    count: int


@dataclass
class _Tally:
    """What is seen of vectors on their way."""

    rows: int = 0
    matched: int = 0
    unknown: int = 0
    strangers: list[str] = field(default_factory=list)
    lengths: tuple[float, float] = (np.inf, 0.0)


def write_matched(file: VectorFile, owners: Owners, path: Path) -> dict[str, Any]:
    """Write vectors in the order of what they are of.

    Args:
        file: the vectors; without ids its rows are in the order of the owners.
        owners: documents or queries.
        path: of the new `.npy` file; which rows have a vector is written beside it.

    Returns:
        `matched`, `missing` and `unknown` (how many ids fit, have no vector, belong to nothing
        here), examples of the last two, `lengths` (shortest and longest), `type` and `file`.

    Raises:
        InputError: the number of rows does not fit, an id stands there twice, or none fits.
    """
    if not file.named and file.rows != owners.count:
        raise InputError(
            f"{file.name} holds {file.rows:,} rows, and {owners.collection} has {owners.count:,} "
            f"{owners.what}. Give one row for each, in their order, or a file with the id of each "
            "row."
        )
    tally = _Tally()
    with VectorWriter(path, owners.count, file.dimension) as writer:
        for block in file.blocks:
            rows = _rows(block, owners, tally)
            if block.ids is not None:
                _check_once(rows, block.ids, writer.given, file.name)
            _put(writer, rows, block.vectors, tally)
        if not tally.matched:
            raise InputError(
                f"{file.name}: none of its {tally.rows:,} ids (such as "
                f"{', '.join(map(repr, tally.strangers))}) is among the {owners.what} of "
                f"{owners.collection}. Give vectors of its {owners.what}."
            )
        without = np.flatnonzero(~writer.given)
    return {
        "file": file.name,
        "type": file.kind,
        "matched": tally.matched,
        "missing": len(without),
        "missing_examples": owners.ids(without[:SHOWN]),
        "unknown": tally.unknown,
        "unknown_examples": tally.strangers,
        "lengths": list(tally.lengths),
    }


def _rows(block: Block, owners: Owners, tally: _Tally) -> Rows:
    """Give the row of each vector among the owners; -1 for one that is of nothing here."""
    if block.ids is None:
        return np.arange(tally.rows, tally.rows + len(block.vectors))
    rows = owners.find(block.ids)
    lost = np.flatnonzero(rows < 0)
    tally.unknown += len(lost)
    tally.strangers += [block.ids[place] for place in lost[: SHOWN - len(tally.strangers)]]
    return rows


def _check_once(rows: Rows, ids: list[str], given: Given, name: str) -> None:
    """Raise InputError if an id was there before, in this block or an earlier one."""
    seen = set[int]()
    for place in np.flatnonzero(rows >= 0).tolist():
        row = int(rows[place])
        if given[row] or row in seen:
            raise InputError(
                f"{name}: the id {ids[place]!r} stands there twice. Give one vector for each."
            )
        seen.add(row)


def _put(writer: VectorWriter, rows: Rows, vectors: Vectors, tally: _Tally) -> None:
    known = rows >= 0
    tally.rows += len(rows)
    tally.matched += int(known.sum())
    if not known.all():
        rows, vectors = rows[known], vectors[known]
    if len(rows):
        squares = np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64)
        low, high = float(np.sqrt(squares.min())), float(np.sqrt(squares.max()))
        tally.lengths = min(tally.lengths[0], low), max(tally.lengths[1], high)
        writer.put(rows, vectors)
