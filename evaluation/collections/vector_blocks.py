"""Vectors as they are read: a block at a time, checked, in single precision."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.collections.limits import MAX_DIMENSION
from evaluation.collections.records import RowPlace
from evaluation.errors import InputError

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Block:
    """Some vectors that follow each other in a file.

    Attributes:
        vectors: (rows, dimension), finite, none of zeros only.
        ids: one per row; None where the file holds none.
    """

    vectors: Vectors
    ids: list[str] | None = None


@dataclass(frozen=True, eq=False)
class VectorFile:
    """A file of vectors that is being read.

    Attributes:
        name: of the file.
        rows: how many vectors it says it holds.
        dimension: numbers per vector.
        kind: type of the numbers as they are stored, such as float16.
        named: whether each row has an id; else they are in the order of what they are of.
        blocks: all vectors, once.
    """

    name: str
    rows: int
    dimension: int
    kind: str
    named: bool
    blocks: Iterator[Block]


def check_size(name: str, rows: int, dimension: int) -> None:
    """Raise InputError for a file (its name) without vectors, or with far too long ones."""
    if not rows or not dimension:
        raise InputError(f"{name} holds no vectors. Give at least one.")
    if dimension > MAX_DIMENSION:
        raise InputError(
            f"{name} has vectors of {dimension:,} numbers. Give at most {MAX_DIMENSION:,}."
        )


def checked(given: npt.NDArray[Any], name: str, start: int) -> Vectors:
    """Give vectors in single precision.

    Args:
        given: (rows, dimension) floating-point numbers.
        name: of the file they are from.
        start: rows of the file before them.

    Raises:
        InputError: a number is missing, infinite or too large, or a row holds zeros only.
    """
    with np.errstate(over="ignore", under="ignore"):
        found: Vectors = given.astype(np.float32)
    faults = (
        (~np.isfinite(given).all(axis=1), "A number is missing or infinite (NaN or inf)."),
        (~np.isfinite(found).all(axis=1), "A number is too large for single precision."),
        (~found.any(axis=1), "All numbers are zero, so the vector has no direction."),
    )
    for lost, what in faults:
        if lost.any():
            place = RowPlace(name, start + int(np.flatnonzero(lost)[0]) + 1)
            raise place.fault(what, "Correct it, or leave the row out and give ids with the rest.")
    return found
