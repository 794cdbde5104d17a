"""Finding a few ids among very many, and a few codes among very many hits, quickly."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int64]
Index = npt.NDArray[np.uint64]

STRINGS = 1 << 15  # at a time, so that what is read and written fits the cache
NUMBERS = 1 << 17
TABLE = 1 << 20
THREADS = min(4, os.cpu_count() or 1)
MIX = np.uint64(0x9E3779B97F4A7C15)
HALF = np.uint64(32)
LOW = np.uint64(0xFFFFFFFF)


def find_ids(few: pa.Array, many: pa.Array, index: Index | None = None) -> Codes:
    """Give the place in `many` of each of a few ids; -1 where it has none.

    Args:
        few: the ids looked for, each once.
        many: distinct ids.
        index: `index_of(many)`; with it the many are not read, only looked up.
    """
    places = np.full(len(few), -1, np.int32)
    if index is None:
        known, numbers = members(many, few)
    else:
        rows = (index[positions_of(few, index)] & LOW).astype(np.int64)
        known, numbers = members(many.take(pa.array(rows)), few)
        known = rows[known]
    places[numbers] = known
    return places


def members(many: pa.Array, few: pa.Array) -> tuple[Rows, Rows]:
    """Find which of many ids are one of a few: their rows, and for each its place in `few`."""
    numbers = pc.index_in(many, value_set=few.cast(many.type))
    known = np.flatnonzero(numbers.is_valid().to_numpy(zero_copy_only=False))
    return known, numbers.drop_null().to_numpy().astype(np.int64)


def index_of(ids: pa.Array) -> Index:
    """Make an index for `find_ids`: a hash (high half) and a place (low half), sorted.

    Equal ids have equal hashes on every machine, so the index may be stored beside the ids.
    """
    index = _hashes(ids) << HALF
    index |= np.arange(len(ids), dtype=np.uint64)
    index.sort()
    return index


def positions_of(ids: pa.Array, index: Index) -> Rows:
    """Give the positions in the index that have the hash of one of some ids, ascending."""
    hashes = np.sort(_hashes(ids))
    hashes = hashes[np.append(True, hashes[1:] != hashes[:-1])[: len(hashes)]]
    position = np.searchsorted(index, hashes << HALF)
    found = []
    while len(position):  # mostly twice: few hashes stand there more than once
        inside = position < len(index)
        position, hashes = position[inside], hashes[inside]
        same = index[position] >> HALF == hashes
        position, hashes = position[same], hashes[same]
        found.append(position)
        position = position + 1
    return np.sort(np.concatenate([np.zeros(0, np.int64), *found]))


def rows_with(codes: Codes, numbers: Codes, limit: int) -> tuple[Rows, Rows]:
    """Find every one of `numbers` (all from 0 to below `limit`) that is one of the codes.

    Returns:
        rows in `numbers`, ascending, and for each the place in `codes` of what it holds.
    """
    # the low bits are looked up in a table that fits the cache; the few wrong rows that pass
    # are then looked up in one that may not
    table = np.zeros(TABLE, bool)
    table[codes & (TABLE - 1)] = True
    if len(numbers) <= TABLE:
        rows = _passing(numbers, table)
    else:
        cuts = np.linspace(0, len(numbers), THREADS + 1, dtype=int)
        with ThreadPoolExecutor(THREADS) as pool:
            parts = pool.map(lambda a, b: _passing(numbers[a:b], table) + a, cuts[:-1], cuts[1:])
            rows = np.concatenate(list(parts))
    places = np.zeros(limit, np.int32)
    places[codes] = np.arange(1, len(codes) + 1)
    found = places[numbers[rows]]
    return rows[found > 0], found[found > 0].astype(np.int64) - 1


def _passing(numbers: Codes, table: npt.NDArray[np.bool_]) -> Rows:
    rows = [np.zeros(0, np.int64)]
    places, passing = np.empty(NUMBERS, np.int64), np.empty(NUMBERS, bool)
    for start in range(0, len(numbers), NUMBERS):
        part = numbers[start : start + NUMBERS]
        np.bitwise_and(part, TABLE - 1, out=places[: len(part)])
        table.take(places[: len(part)], mode="clip", out=passing[: len(part)])
        rows.append(np.flatnonzero(passing[: len(part)]) + start)
    return np.concatenate(rows)


def _hashes(ids: pa.Array) -> Index:
    """Hash each id to 32 bits by its last eight bytes (all of them, where it is shorter)."""
    blocks = [_hash_block(ids.slice(start, STRINGS)) for start in range(0, len(ids), STRINGS)]
    return np.concatenate([np.zeros(0, np.uint64), *blocks])


def _hash_block(ids: pa.Array) -> Index:
    width = np.int64 if pa.types.is_large_string(ids.type) else np.int32
    _, bounds, content = ids.buffers()
    ends = np.frombuffer(bounds, width)[ids.offset : ids.offset + len(ids) + 1]
    first, last = int(ends[0]), int(ends[-1])
    text = np.zeros(last - first + 8, np.uint8)  # eight bytes to spare in front
    if last > first:
        text[8:] = np.frombuffer(content, np.uint8)[first:last]
    words = np.ndarray((last - first + 1,), np.uint64, text, strides=(1,))
    unwanted = (8 - np.minimum(np.diff(ends), 8)).astype(np.uint64) << np.uint64(3)
    tails = words[ends[1:] - first]
    tails = np.where(unwanted < 64, tails >> (unwanted & np.uint64(63)), 0)
    return (tails * MIX) >> HALF
