"""Broken and hostile files of vectors for the collection of `tests.sample`, each by its fault."""

import os
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from tests.evaluation.collections.uploads import Files, gzipped, zipped
from tests.evaluation.collections.vector_uploads import (
    Floats,
    drawn,
    headed,
    lines,
    listed,
    npy,
    parquet,
)

DOCS, QUERIES = 48, 8
NAMES = [f"d{n + 1}{place:02d}" for n in range(8) for place in range(6)]
WHOLE = drawn(DOCS)


class _Payload:
    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return os.system, ("echo opened > /tmp/vectors-were-unpickled",)


def _objects() -> bytes:
    array = np.empty((DOCS, 6), object)
    array[:] = [[_Payload()] * 6] * DOCS
    return npy(array, allow_pickle=True)


def _with(row: int, value: float, kind: str = "f4") -> Floats:
    changed = WHOLE.astype(kind)
    changed[row, 2] = value
    return changed


def _zeros() -> Floats:
    changed = WHOLE.copy()
    changed[17] = 0
    return changed


def _ragged() -> pa.Array:
    rows = [list(map(float, row)) for row in WHOLE]
    rows[30] = rows[30][:5]
    return pa.array(rows, pa.list_(pa.float32()))


def _emptied(place: int, value: Any) -> pa.Array:
    rows: list[Any] = [list(map(float, row)) for row in WHOLE]
    if value is None:
        rows[place] = None
    else:
        rows[place][1] = None
    return pa.array(rows, pa.list_(pa.float32()))


def _twice() -> list[str]:
    return [*NAMES[:-1], NAMES[3]]


HEAD = "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }"
HOSTILE: dict[str, tuple[Files, str]] = {
    "pickled objects": ({"d.npy": _objects()}, "d.npy holds Python objects, which could run code"),
    "objects without data": (
        {"d.npy": headed("{'descr': '|O', 'fortran_order': False, 'shape': (48, 6), }")},
        "never loaded",
    ),
    "whole numbers": (
        {"d.npy": npy(np.ones((DOCS, 6), np.int8))},
        "d.npy holds numbers of the type '|i1'. Give float16, float32 or float64",
    ),
    "complex numbers": ({"d.npy": npy(WHOLE.astype("c8"))}, "of the type '<c8'"),
    "texts": ({"d.npy": npy(np.full((DOCS, 6), "x"))}, "of the type '<U1'"),
    "records": ({"d.npy": npy(np.zeros(DOCS, [("a", "f4")]))}, "records with named fields"),
    "one dimension": ({"d.npy": npy(WHOLE.ravel())}, "d.npy has 1 dimensions (288)"),
    "three dimensions": ({"d.npy": npy(WHOLE.reshape(48, 2, 3))}, "3 dimensions (48 x 2 x 3)"),
    "a number alone": ({"d.npy": npy(np.float32(3))}, "0 dimensions (a single number)"),
    "too few rows": ({"d.npy": npy(WHOLE[:47])}, "47 rows, and Small has 48 documents. Give one"),
    "too many rows": ({"d.npy": npy(np.vstack([WHOLE, WHOLE[:1]]))}, "holds 49 rows, and Small"),
    "no rows": ({"d.npy": npy(WHOLE[:0])}, "d.npy holds no vectors"),
    "no columns": ({"d.npy": npy(WHOLE[:, :0])}, "d.npy holds no vectors"),
    "another dimension": ({"d.npy": npy(WHOLE[:, :5])}, "vectors of 5 numbers, and q.npy of 6"),
    "not a number": ({"d.npy": npy(_with(9, np.nan))}, "d.npy, row 10: A number is missing or inf"),
    "infinite": ({"d.npy": npy(_with(47, -np.inf))}, "d.npy, row 48: A number is missing or"),
    "too large": ({"d.npy": npy(_with(0, 1e300, "f8"))}, "row 1: A number is too large for single"),
    "zeros": ({"d.npy": npy(_zeros())}, "d.npy, row 18: All numbers are zero"),
    "zeros once in single precision": (
        {"d.npy": npy(np.full((DOCS, 6), 1e-300))},
        "row 1: All numbers are zero",
    ),
    "Fortran order": ({"d.npy": npy(np.asfortranarray(WHOLE))}, "(Fortran order). Save numpy.asc"),
    "cut off": ({"d.npy": npy(WHOLE)[:-5]}, "promises 48 rows of 6 numbers, and row 48 is not"),
    "cut off in its head": ({"d.npy": npy(WHOLE)[:40]}, "d.npy has a damaged head"),
    "goes on": ({"d.npy": npy(WHOLE) + npy(WHOLE)}, "d.npy goes on after the 48 rows"),
    "empty": ({"d.npy": b""}, "d.npy is not a .npy file"),
    "something else": ({"d.npy": b"PK\x03\x04 an archive"}, "d.npy is not a .npy file"),
    "a huge promise": ({"d.npy": headed(HEAD % "48, 999999999999")}, "vectors of 999,999,999,999"),
    "a huge number of rows": ({"d.npy": headed(HEAD % "9999999999, 6")}, "9,999,999,999 rows, and"),
    "endless digits": ({"d.npy": headed(HEAD % f"{'9' * 5000}, 6")}, "more rows than any file"),
    "negative rows": ({"d.npy": headed(HEAD % "-1, 6")}, "d.npy has a damaged head"),
    "code in the head": (
        {"d.npy": headed("{'descr': '<f4', 'fortran_order': False, 'shape': open('/etc/passwd')}")},
        "d.npy has a damaged head",
    ),
    "a deep head": ({"d.npy": headed("(" * 9000)}, "d.npy has a damaged head"),
    "a long head": ({"d.npy": headed("{" * 60_000)}, "a head of 60,000 bytes"),
    "an endless head": (
        {"d.npy": b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**32 - 1)},
        "a head of 4,294,967,295 bytes",
    ),
    "a later version": ({"d.npy": headed(HEAD % "48, 6")[:6] + b"\x09\x00xxxx"}, "of version 9"),
    "a damaged archive": ({"d.npy.gz": gzipped(npy(WHOLE))[:-9]}, "d.npy.gz is damaged or cut"),
    "a gzip bomb": (
        {
            "d.npy.gz": gzipped(npy(np.ones((DOCS, 65_536)))),
            "q.npy": npy(np.ones((QUERIES, 65_536), "f2")),
        },
        "d.npy.gz unpacks to more than 200 times its size",
    ),
    "several arrays in one": ({"d.npz": zipped({"a.npy": npy(WHOLE)})}, "d.npz is no file of vec"),
    "a table of text": ({"d.csvx": "id,vector\n1,0.5\n"}, "d.csvx is no file of vectors that can"),
    "ids of nothing": (
        {"d.npy": npy(WHOLE), "d.txt": lines([f"x{n}" for n in range(DOCS)])},
        "none of its 48 ids (such as 'x0', 'x1', 'x2') is among the documents of Small",
    ),
    "an id twice": ({"d.npy": npy(WHOLE), "d.txt": lines(_twice())}, "the id 'd103' stands there"),
    "too few ids": ({"d.npy": npy(WHOLE), "d.txt": lines(NAMES[:9])}, "d.txt ends after 9 ids"),
    "too many ids": ({"d.npy": npy(WHOLE), "d.txt": lines([*NAMES, "z"])}, "d.txt has more lines"),
    "an empty id": ({"d.npy": npy(WHOLE), "d.txt": "d100\n\n"}, "d.txt, line 2: `id` is empty"),
    "ids in UTF-16": (
        {"d.npy": npy(WHOLE), "d.txt": lines(NAMES).encode("utf-16")},
        "d.txt, line 1: The file is in UTF-16",
    ),
    "ids twice over": (
        {"d.parquet": parquet(id=NAMES, vector=listed(WHOLE)), "d.txt": lines(NAMES)},
        "d.parquet holds its own ids. Leave d.txt out",
    ),
    "no Parquet": ({"d.parquet": b"PAR1 not really PAR1"}, "d.parquet is damaged or not a Parquet"),
    "Parquet cut off": (
        {"d.parquet": parquet(id=NAMES, vector=listed(WHOLE))[:-40]},
        "d.parquet is damaged or not a Parquet",
    ),
    "packed Parquet": (
        {"d.parquet.gz": gzipped(parquet(id=NAMES, vector=listed(WHOLE)))},
        "d.parquet.gz is packed",
    ),
    "rows of different lengths": (
        {"d.parquet": parquet(id=NAMES, vector=_ragged())},
        "d.parquet, row 31: The vector has 5 numbers. Give 6 numbers in each row",
    ),
    "a row without a vector": (
        {"d.parquet": parquet(id=NAMES, vector=_emptied(12, None))},
        "d.parquet, row 13: There is no vector",
    ),
    "a hole in a vector": (
        {"d.parquet": parquet(id=NAMES, vector=_emptied(12, 1))},
        "d.parquet, row 13: A number is missing or infinite",
    ),
    "a first row without a vector": (
        {"d.parquet": parquet(id=NAMES, vector=_emptied(0, None))},
        "d.parquet holds no vectors",
    ),
    "a row of millions of numbers": (
        {"d.parquet": parquet(id=["d100"], vector=pa.array([np.ones(12_000_000, "f4")]))},
        "d.parquet unpacks to more than 20 times its size",
    ),
    "no ids": ({"d.parquet": parquet(vector=listed(WHOLE))}, "d.parquet has no column of ids"),
    "an id is missing": (
        {"d.parquet": parquet(id=[None, *NAMES[1:]], vector=listed(WHOLE))},
        "d.parquet, row 1: `id` is missing",
    ),
    "an id twice in Parquet": (
        {"d.parquet": parquet(id=_twice(), vector=listed(WHOLE))},
        "d.parquet: the id 'd103' stands there twice",
    ),
    "no lists": (
        {"d.parquet": parquet(id=NAMES, vector=[0.5] * DOCS)},
        "d.parquet has 0 columns of lists of float numbers",
    ),
    "lists of whole numbers": (
        {"d.parquet": parquet(id=NAMES, vector=pa.array([[1, 2]] * DOCS))},
        "d.parquet has 0 columns of lists of float numbers",
    ),
    "two columns of lists": (
        {"d.parquet": parquet(id=NAMES, a=listed(WHOLE), b=listed(WHOLE))},
        "d.parquet has 2 columns of lists of float numbers. Give one, called `vector`",
    ),
    "an empty table": (
        {"d.parquet": parquet(id=pa.array([], pa.string()), vector=listed([]))},
        "d.parquet holds no vectors",
    ),
    "zeros in Parquet": (
        {"d.parquet": parquet(id=NAMES, vector=listed(_zeros()))},
        "d.parquet, row 18: All numbers are zero",
    ),
}  # fmt: skip
