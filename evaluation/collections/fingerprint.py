"""Content hashes: two tables with the same content have the same one, whatever they are called."""

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def fingerprint_table(table: pa.Table) -> str:
    """Hash the content of a table: names and values, not column order or how it is cut up.

    >>> one, two = pa.chunked_array([[1, 23]]), pa.chunked_array([[1], [23]])
    >>> fingerprint_table(pa.table({"a": one})) == fingerprint_table(pa.table({"a": two}))
    True
    """
    whole = hashlib.blake2b(digest_size=16)
    for name in sorted(table.column_names):
        lengths, contents = hashlib.blake2b(), hashlib.blake2b()
        for chunk in table[name].chunks:
            _hash_values(chunk, lengths, contents)
        whole.update(f"{name}:{table.num_rows}:".encode())
        whole.update(lengths.digest() + contents.digest())
    return whole.hexdigest()


def _hash_values(chunk: pa.Array, lengths: hashlib.blake2b, contents: hashlib.blake2b) -> None:
    """Feed the values of an array to two hashes: their lengths (-1 for null) and their bytes."""
    if not pa.types.is_string(chunk.type) and not pa.types.is_large_string(chunk.type):
        contents.update("".join(f"{value!r}\x1f" for value in chunk.to_pylist()).encode())
        return
    sizes = pc.fill_null(pc.binary_length(chunk), -1).to_numpy(zero_copy_only=False)
    lengths.update(sizes.astype(np.int64).tobytes())
    if len(chunk):
        wide = pc.fill_null(chunk.cast(pa.large_string()), "")
        ends = np.frombuffer(wide.buffers()[1], np.int64)[wide.offset : wide.offset + len(wide) + 1]
        contents.update(memoryview(wide.buffers()[2] or b"")[int(ends[0]) : int(ends[-1])])
