"""Parquet: damaged footers, claims that are lies, types that no text is, bombs."""

import io
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.hostile.actions import GOOD, Act, Built, as_corpus
from tests.hostile.case import Case

IDS = [f"d{n}" for n in range(1, 6)]


def table(columns: dict[str, Any], **options: Any) -> bytes:
    """Write a table."""
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, **options)
    return buffer.getvalue()


def parquet(build: Built) -> Act:
    """Import documents from Parquet."""
    return as_corpus("corpus.parquet", build)


def with_column(values: Any, name: str = "more") -> Act:
    """Import documents with one more column."""
    return parquet(lambda: table({"id": IDS, "text": ["the text"] * 5, name: values}))


def spoiled(place: int, new: bytes) -> Act:
    """Import documents with bytes exchanged."""

    def build() -> bytes:
        data = bytearray(table({"id": IDS, "text": ["the text"] * 5}))
        data[place : len(data) if place + len(new) == 0 else place + len(new)] = new
        return bytes(data)

    return parquet(build)


def one_text(size: int, rows: int) -> bytes:
    """Write one text once that stands in very many rows."""
    text = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), ["x" * size])
    ids = [f"d{n}" for n in range(rows)]
    return table({"id": ids, "text": text}, compression="none", dictionary_pagesize_limit=1 << 30)


def nothing(rows: int) -> bytes:
    """Write very many rows of the same."""
    same = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int8()), rows), ["x"])
    return table({"id": same, "text": same}, row_group_size=1 << 30)


def packed(size: int) -> bytes:
    """Write one text of blanks, which packs to nearly nothing."""
    return table({"id": ["d1"], "text": [" " * size]}, compression="zstd", use_dictionary=False)


def lists(count: int) -> bytes:
    """Write one row that is a list of very many nothings."""
    nulls = pa.ListArray.from_arrays(pa.array([0, count], pa.int32()), pa.nulls(count, pa.int8()))
    return table({"id": ["d1"], "text": ["x"], "more": nulls})


def broken_text() -> bytes:
    """Write texts that are no UTF-8, which Arrow does not look at."""
    raw = pa.array([b"\xff\xfe"] * 5, pa.binary())
    return table({"id": IDS, "text": pa.Array.from_buffers(pa.string(), 5, raw.buffers())})


SOUND = GOOD | {"documents": dict.fromkeys(IDS, "the text")}
DAMAGED = "corpus.parquet is damaged or not a Parquet file"
CASES = (
    Case("a footer of zeros", spoiled(-400, b"\0" * 390), DAMAGED),
    Case("a footer longer than the file", spoiled(-8, b"\xff\xff\xff\x7f"), DAMAGED),
    Case("a footer of no length", spoiled(-8, b"\0\0\0\0"), DAMAGED),
    Case("pages of zeros", spoiled(4, b"\0" * 60), DAMAGED),
    Case("pages of ones", spoiled(4, b"\xff" * 60), DAMAGED),
    Case("an empty file", parquet(lambda: b""), DAMAGED),
    Case("a text", parquet(lambda: "id,text\nd1,a\n"), DAMAGED),
    Case("marks alone", parquet(lambda: b"PAR1" * 3), DAMAGED),
    Case("an encrypted footer", spoiled(-4, b"PARE"), DAMAGED),
    Case("no columns", parquet(lambda: table({})), "corpus.parquet"),
    Case(
        "no rows",
        parquet(
            lambda: table({"id": pa.array([], pa.string()), "text": pa.array([], pa.string())})
        ),
        "The corpus holds no documents|corpus",
    ),
    Case(
        "null as an id",
        parquet(lambda: table({"id": ["d1", None], "text": ["a", "b"]})),
        "corpus.parquet, row 2: `id` is missing",
    ),
    Case(
        "numbers as texts",
        parquet(lambda: table({"id": IDS, "text": [1, 2, 3, 4, 5]})),
        "row 1: `text` is 1, which is not text",
    ),
    Case(
        "bytes as texts",
        parquet(lambda: table({"id": IDS, "text": [b"a"] * 5})),
        "row 1: `text` is b'a', which is not text",
    ),
    Case(
        "lists as ids",
        parquet(lambda: table({"id": [["a"]] * 5, "text": ["x"] * 5})),
        "row 1: `id` is \\['a'\\], which is not text",
    ),
    Case(
        "decimals as ids",
        parquet(
            lambda: table({"id": pa.array([1] * 5).cast(pa.decimal128(30, 2)), "text": ["x"] * 5})
        ),
        "which is not text",
    ),
    Case("texts that are no UTF-8", parquet(broken_text), DAMAGED),
    Case(
        "2,000 columns",
        parquet(
            lambda: table({"id": ["d1"], "text": ["x"]} | {f"c{n}": [1] for n in range(2_000)})
        ),
        "corpus.parquet has 2,002 columns",
    ),
    Case("a column of structures and lists", with_column([{"a": [{"b": "c"}]}] * 5), gives=SOUND),
    Case("a column of times", with_column([datetime(2020, 1, 1)] * 5), gives=SOUND),
    Case(
        "a column of times beyond the year 9999",
        with_column(pa.array([2**48] * 5, pa.timestamp("ms"))),
        DAMAGED,
    ),
    Case(
        "a column of categories",
        parquet(lambda: table({"id": IDS, "text": pa.array(["the text"] * 5).dictionary_encode()})),
        gives=SOUND,
    ),
    Case(
        "a column of large texts",
        parquet(
            lambda: table(
                {
                    "id": pa.array(IDS, pa.large_string()),
                    "text": pa.array(["the text"] * 5, pa.large_string()),
                }
            )
        ),
        gives=SOUND,
    ),
    Case("a column without any value", with_column(pa.nulls(5)), gives=SOUND),
    Case(
        "a text of 100 kB in 50,000 rows",
        parquet(lambda: one_text(100_000, 50_000)),
        "corpus.parquet unpacks to more than 200 times",
    ),
    Case(
        "a text of 40 MB",
        parquet(lambda: one_text(40_000_000, 3)),
        "corpus.parquet, row 1: A cell is longer than 10 MB|unpacks to more",
    ),
    Case(
        "a text of 60 MB, packed to nothing",
        parquet(lambda: packed(60_000_000)),
        "corpus.parquet unpacks to more than 200 times",
    ),
    Case(
        "two million rows of the same",
        parquet(lambda: nothing(2_000_000)),
        "corpus.parquet unpacks to more than 200 times",
    ),
    Case(
        "a list of 6 million nothings",
        parquet(lambda: lists(6_000_000)),
        "corpus.parquet has lists of 6,000,000 values",
    ),
)
