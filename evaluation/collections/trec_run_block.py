"""One block of lines of a TREC run file, from bytes to columns.

Three ways, from fast to thorough, of which each hands to the next what it cannot read: Arrow's
parser on the bytes as they are, the same after runs of blanks are folded, and line by line in
Python, which alone says what is wrong with which line.
"""

import math
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from evaluation.collections.id_codes import Codes, Numbered
from evaluation.collections.limits import MAX_ID_LENGTH

COLUMNS = ("query", "q0", "document", "rank", "score", "tag")
TYPES = {"query": pa.string(), "document": pa.string(), "score": pa.float64()}
CONVERT = csv.ConvertOptions(column_types=TYPES, include_columns=list(TYPES), null_values=[])
TO_BLANKS = bytes.maketrans(b"\t\r\v\f", b"    ")
SCORE = re.compile(rb"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
CACHED = 1 << 18
NEWLINE, BLANK = 10, 32
SHOWN = 40


class BlockError(Exception):
    """Something wrong on a line: its number within the block from 1, what it is, what to do."""

    def __init__(self, line: int, what: str, advice: str) -> None:
        super().__init__(what)
        self.line, self.what, self.advice = line, what, advice


@dataclass(frozen=True, eq=False)
class Block:
    """The hits of one block.

    Attributes:
        queries: query id of each stretch of lines with the same one.
        ends: row after the last of each stretch.
        documents: document id of each hit; as a number where all have one form.
        scores: score of each hit, finite.
    """

    queries: pa.Array
    ends: Codes
    documents: pa.Array | Codes
    scores: npt.NDArray[np.float32]


def read_block(text: bytes, form: Numbered | None) -> Block | None:
    """Read complete lines; None if all of them are blank.

    Raises:
        BlockError: a line is no line of a run file.
    """
    columns = _read(text)
    if columns is None:
        columns = _read_lines(text)
    queries, documents, exact = columns
    if not len(queries):
        return None
    with np.errstate(over="ignore"):
        scores = exact.astype(np.float32)
    stretches = pc.run_end_encode(queries)
    numbers = form.numbers(documents) if form else None
    return Block(
        stretches.values,
        stretches.run_ends.to_numpy(),
        documents if numbers is None else numbers,
        scores,
    )


Columns = tuple[pa.Array, pa.Array, npt.NDArray[np.float64]]


def _read(text: bytes) -> Columns | None:
    """Read by Arrow's parser; None if a closer look is needed."""
    first = text[: text.find(b"\n")]
    delimiter = "\t" if first.count(b"\t") == 5 else " "
    if not _plain(text, delimiter):
        if b"\0" in text:
            return None
        text, delimiter = _folded(text), " "
    if not text:
        return pa.array([], pa.string()), pa.array([], pa.string()), np.zeros(0)
    reading = csv.ReadOptions(column_names=COLUMNS, block_size=len(text) + 1, use_threads=False)
    parsing = csv.ParseOptions(delimiter=delimiter, quote_char=False)
    try:
        table = csv.read_csv(pa.BufferReader(text), reading, parsing, CONVERT)
    except pa.ArrowInvalid:
        return None
    queries, documents, scores = (table[name].chunk(0) for name in TYPES)
    lengths = [pc.min_max(pc.binary_length(ids)).as_py() for ids in (queries, documents)]
    if any(length["min"] < 1 or length["max"] > MAX_ID_LENGTH for length in lengths):
        return None
    exact = scores.to_numpy()
    largest = float(np.finfo(np.float32).max)
    return (queries, documents, exact) if np.abs(exact).max() <= largest else None


def _plain(text: bytes, delimiter: str) -> bool:
    """Say whether cells are apart by one delimiter each, and no line is blank or indented."""
    codes = np.frombuffer(text, np.uint8)
    least = ord("\t") if delimiter == "\t" else ord("\n")
    if codes[0] <= BLANK:
        return False
    for start in range(0, len(codes), CACHED):
        part = codes[start : start + CACHED + 1]
        # the larger of two neighbours is small only where both are
        if part.min() < least or np.maximum(part[1:], part[:-1]).min(initial=255) <= BLANK:
            return False
    return True


def _folded(text: bytes) -> bytes:
    """Fold runs of blanks to one, drop them at the ends of lines, and drop blank lines."""
    codes = np.frombuffer(text.translate(TO_BLANKS), np.uint8)
    gap = (codes == BLANK) | (codes == NEWLINE)
    codes = codes[~((codes == BLANK) & np.append(gap[1:], True))]
    gap = (codes == BLANK) | (codes == NEWLINE)
    return bytes(codes[~(gap & np.append(True, codes[:-1] == NEWLINE))])


def _read_lines(text: bytes) -> Columns:
    """Read line by line. Raises BlockError."""
    rows = []
    for number, line in enumerate(text.split(b"\n"), 1):
        if line.strip():
            rows.append(_cells(number, line))
    queries, documents, scores = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.array(queries, pa.string()), pa.array(documents, pa.string()), np.array(scores, float)


def _cells(number: int, line: bytes) -> tuple[str, str, float]:
    """Read one line: query id, document id, score."""
    if b"\0" in line:
        place = line.index(0) + 1
        raise BlockError(number, f"Byte {place} is NUL, which no text holds.", "Save it as UTF-8.")
    cells = [cell.strip() for cell in line.split(b"\t")]
    if len(cells) != len(COLUMNS):
        cells = line.split()
    if len(cells) != len(COLUMNS):
        raise BlockError(
            number,
            f"{_counted(len(cells))} where six belong.",
            "Write query id, Q0, document id, rank, score and a tag, with blanks between them.",
        )
    query = _id(number, cells[0], "query id")
    return query, _id(number, cells[2], "document id"), _score(number, cells[4])


def _id(number: int, cell: bytes, what: str) -> str:
    try:
        text = cell.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = cell[error.start]
        raise BlockError(
            number,
            f"The {what} holds the byte 0x{byte:02x}, which is not UTF-8.",
            "Save it as UTF-8.",
        ) from None
    if not 1 <= len(cell) <= MAX_ID_LENGTH:
        state = "empty" if not cell else f"longer than {MAX_ID_LENGTH} bytes"
        raise BlockError(number, f"The {what} is {state}.", "Give each one a short id.")
    return text


def _score(number: int, cell: bytes) -> float:
    shown = cell[:SHOWN].decode("utf-8", "replace")
    value = float(cell) if SCORE.fullmatch(cell) else math.nan
    if abs(value) <= float(np.finfo(np.float32).max):
        return value
    numeric = not math.isnan(value) or cell.lower().lstrip(b"+-") in (b"nan", b"inf", b"infinity")
    what = "is not a finite number in single precision" if numeric else "is not a number"
    raise BlockError(number, f"The score {shown!r} {what}.", "Give each hit a number as its score.")


def _counted(columns: int) -> str:
    words = ("No", "One", "Two", "Three", "Four", "Five")
    word = words[columns] if columns < len(words) else f"{columns:,}"
    return f"{word} column{'' if columns == 1 else 's'}"
