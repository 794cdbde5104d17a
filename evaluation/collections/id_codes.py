"""Turning columns of ids into integer codes, fast for the ids that most collections have.

Most ids are a number, often behind a fixed beginning: `7187158`, `D1234567`, `MED-10`,
`doc_000123`. Such ids are told apart as integers, several times faster than as text.
"""

import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evaluation.collections.limits import MAX_ID_LENGTH

Codes = npt.NDArray[np.int32]

NUMBER = re.compile(r"(.*?)(\d{1,9})", re.DOTALL)
THREADS = min(4, os.cpu_count() or 1)
CACHED = 1 << 19  # numbers looked at together, so that what is read and written fits the cache
SPREAD = 4  # a table over all numbers pays while there are at most this many numbers per hit


@dataclass(frozen=True)
class Numbered:
    """A form of ids: a fixed beginning and a number.

    Attributes:
        beginning: the text in front; may be empty.
        width: digits of every number, with zeros in front; 0 for numbers without such zeros.
    """

    beginning: str
    width: int

    def numbers(self, ids: pa.Array) -> Codes | None:
        """Give the numbers of ids; None if one of them is not of this form."""
        if self.beginning:
            if not pc.all(pc.starts_with(ids, self.beginning)).as_py():
                return None
            ids = _behind(ids, self.beginning).cast(pa.string())
        if not len(ids) or not self._written_so(ids):
            return None
        try:
            return np.asarray(ids.cast(pa.int32()).to_numpy(), np.int32)
        except pa.ArrowInvalid:
            return None

    def names(self, numbers: Codes) -> pa.Array:
        """Give the ids of numbers."""
        digits = pa.array(numbers).cast(pa.string())
        if self.width:
            digits = pc.ascii_lpad(digits, self.width, "0")
        return pc.binary_join_element_wise(self.beginning, digits, "") if self.beginning else digits

    def _written_so(self, digits: pa.Array) -> bool:
        """Say whether texts, if they are numbers, are written as `names` would write them."""
        _, bounds, content = digits.buffers()
        ends = np.frombuffer(bounds, np.int32)[digits.offset : digits.offset + len(digits) + 1]
        lengths = np.diff(ends)
        if lengths.min() < 1:
            return False
        first = np.frombuffer(content, np.uint8)[ends[:-1]]
        if self.width:
            return bool((lengths == self.width).all() and first.min() >= ord("0"))
        plain = (first >= ord("1")) & (first <= ord("9"))
        return bool((plain | ((first == ord("0")) & (lengths == 1))).all())


def form_of(ids: pa.Array) -> Numbered | None:
    """Guess the form of ids from some of them; None if the first does not end in a number."""
    found = NUMBER.fullmatch(ids[0].as_py())
    if found is None:
        return None
    lengths = pc.min_max(pc.binary_length(ids))
    digits = _behind(ids, found[1])
    padded = lengths["min"] == lengths["max"] and pc.any(pc.starts_with(digits, "0")).as_py()
    return Numbered(found[1], len(found[2]) if padded and len(found[2]) > 1 else 0)


def encode(parts: Sequence[pa.Array | Codes], form: Numbered | None) -> tuple[Codes, pa.Array]:
    """Give a code for each id, and the distinct ids by code.

    Args:
        parts: ids as string arrays, or as their numbers.
        form: what the numbers are numbers of; needed where there are any.
    """
    if form is not None and all(isinstance(part, np.ndarray) for part in parts):
        return _encode_numbers([np.asarray(part) for part in parts], form)
    names = [form.names(p) if form and isinstance(p, np.ndarray) else p for p in parts]
    chunks = pa.chunked_array(names, pa.string()).dictionary_encode().chunks
    return np.concatenate([chunk.indices.to_numpy() for chunk in chunks]), chunks[0].dictionary


def _behind(ids: pa.Array, beginning: str) -> pa.Array:
    # without an end, Arrow 26 fails with "Negative buffer resize"
    return pc.binary_slice(ids.cast(pa.binary()), len(beginning.encode()), MAX_ID_LENGTH)


def _encode_numbers(parts: Sequence[Codes], form: Numbered) -> tuple[Codes, pa.Array]:
    count = sum(map(len, parts))
    largest = max(int(part.max()) for part in parts)
    if largest > SPREAD * max(count, 1 << 16):
        coded = pa.array(np.concatenate(parts)).dictionary_encode()
        return coded.indices.to_numpy(), form.names(coded.dictionary.to_numpy())
    occurs, codes = np.zeros(largest + 1, bool), np.empty(largest + 1, np.int32)
    result = np.empty(count, np.int32)
    ends = np.cumsum([len(part) for part in parts]).tolist()
    sections = list(pairwise([*range(0, largest + 1, CACHED), largest + 1]))

    def number(section: tuple[int, int], before: int) -> None:
        part = codes[slice(*section)]
        np.cumsum(occurs[slice(*section)], dtype=np.int32, out=part)
        part += before - 1

    def name(section: tuple[int, int]) -> pa.Array:
        return form.names((np.flatnonzero(occurs[slice(*section)]) + section[0]).astype(np.int32))

    def write(part: Codes, end: int) -> None:
        codes.take(part, out=result[end - len(part) : end], mode="clip")

    with ThreadPoolExecutor(THREADS) as pool:
        for part in parts:
            np.put(occurs, part, True, mode="clip")
        counts = [np.count_nonzero(occurs[slice(*section)]) for section in sections]
        list(pool.map(number, sections, np.cumsum(counts) - counts))
        names = pool.map(name, sections)
        list(pool.map(write, parts, ends))
        return result, pa.concat_arrays(list(names))
