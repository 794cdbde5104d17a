"""The head of a `.npy` file, read by hand: nothing in it is run, and nothing is allocated for it.

The format is NumPy's own (numpy.lib.format, versions 1 and 2): a mark, the length of the head, and
the head as the text of a dictionary with type, order and shape. Python objects in such a file are
pickled; they are never loaded.
"""

import re
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from evaluation.errors import InputError

MARK = b"\x93NUMPY"
LENGTH_BYTES = {1: 2, 2: 4}  # by version
DIGITS = 12  # of a number of rows or columns
LONGEST = 10_000  # characters of a head; numpy's own limit
ENTRY = re.compile(
    r"""\s*(['"])(descr|fortran_order|shape)\1\s*:\s*(True|False|\([\d\s,L]*\)|'[^']*'|"[^"]*")\s*,?"""
)
FLOATS = re.compile(r"[<>=|]?f[248]")
SAVE_AGAIN = "Save a two-dimensional array of float32 with numpy.save."


@dataclass(frozen=True)
class Head:
    """What a `.npy` file says it holds.

    Attributes:
        kind: the type of its numbers: float16, float32 or float64, in either byte order.
        rows: one per vector.
        dimension: numbers per row.
    """

    kind: np.dtype[np.floating]
    rows: int
    dimension: int


def read_head(stream: BinaryIO, name: str) -> Head:
    """Read the head of a `.npy` file; the stream then stands at the first number.

    Raises:
        InputError: it is no such file, or holds anything but rows of floating-point numbers.
    """
    start = stream.read(8)
    if start[:6] != MARK or len(start) < 8:
        raise InputError(f"{name} is not a .npy file: it does not begin as one. {SAVE_AGAIN}")
    size = LENGTH_BYTES.get(start[6])
    if size is None:
        raise InputError(f"{name} is of version {start[6]} of the .npy format. {SAVE_AGAIN}")
    length = int.from_bytes(stream.read(size), "little")
    if length > LONGEST:
        raise InputError(f"{name} has a head of {length:,} bytes, which is no array. {SAVE_AGAIN}")
    found = _entries(stream.read(length).decode("latin-1"), name)
    kind = _kind(found["descr"].strip("'\""), name)
    if found["fortran_order"] != "False":
        raise InputError(
            f"{name} is stored column by column (Fortran order). "
            "Save numpy.ascontiguousarray(vectors)."
        )
    return Head(kind, *_shape(found["shape"], name))


def _entries(text: str, name: str) -> dict[str, str]:
    """Cut the text of a head into its three entries."""
    text = text.strip()
    inner, found, place = text[1:-1], dict[str, str](), 0
    while match := ENTRY.match(inner, place):
        found[match[2]], place = match[3], match.end()
    whole = text[:1] + text[-1:] == "{}" and not inner[place:].strip()
    if "'descr': [" in text or '"descr": [' in text:
        raise InputError(f"{name} holds records with named fields, not vectors. {SAVE_AGAIN}")
    if not whole or len(found) < 3:
        raise InputError(f"{name} has a damaged head. {SAVE_AGAIN}")
    return found


def _kind(described: str, name: str) -> np.dtype[np.floating]:
    if FLOATS.fullmatch(described):
        return np.dtype(described)
    if "O" in described:
        raise InputError(
            f"{name} holds Python objects, which could run code and are never loaded. {SAVE_AGAIN}"
        )
    raise InputError(
        f"{name} holds numbers of the type {described[:20]!a}. Give float16, float32 or float64; "
        "vectors in whole numbers must be scaled back first."
    )


def _shape(text: str, name: str) -> tuple[int, int]:
    numbers = re.findall(r"\d+", text)
    if any(len(number) > DIGITS for number in numbers):
        raise InputError(f"{name} promises more rows than any file holds. {SAVE_AGAIN}")
    if len(numbers) != 2:
        shown = " x ".join(numbers[:6]) or "a single number"
        raise InputError(
            f"{name} has {len(numbers)} dimensions ({shown}). Give one row of numbers per vector: "
            "two dimensions."
        )
    return int(numbers[0]), int(numbers[1])
