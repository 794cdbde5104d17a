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
READ = csv.ReadOptions(column_names=COLUMNS, block_size=(1 << 31) - 1, use_threads=False)
PARSE = {mark: csv.ParseOptions(delimiter=mark, quote_char=False) for mark in " \t"}
CONVERT = {
    is_ascii: csv.ConvertOptions(
        column_types=TYPES, include_columns=list(TYPES), null_values=[], check_utf8=not is_ascii
    )
    for is_ascii in (False, True)
}
TO_BLANKS = bytes.maketrans(b"\t\r\v\f", b"    ")
SCORE = re.compile(rb"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
MARK = b"\xef\xbb\xbf"  # of UTF-8; at the start of a file only, where the reader takes it off
CACHED = 1 << 18
NEWLINE, BLANK, ASCII = 10, 32, 128
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


Text = bytes | bytearray
Columns = tuple[pa.Array, pa.Array, npt.NDArray[np.float64]]


def read_block(text: Text, form: Numbered | None) -> Block | None:
    """Read complete lines; None if all of them are blank.

    Args:
        text: the lines.
        form: which document ids to turn into numbers.

    Raises:
        BlockError: a line is no line of a run file.
    """
    columns = _parsed(text)
    block = _block(columns, form) if columns else None
    if block is None:
        block = _block(_read_lines(bytes(text)), form)
    return block if block is not None and len(block.scores) else None


def _block(columns: Columns, form: Numbered | None) -> Block | None:
    """Put columns together; None if there is anything in them that does not belong."""
    queries, documents, exact = columns
    with np.errstate(over="ignore"):
        scores = exact.astype(np.float32)
    stretches = pc.run_end_encode(queries)
    numbers = form.numbers(documents) if form else None
    fine = np.isfinite(scores).all() and _fit(stretches.values)
    if not fine or (numbers is None and not _fit(documents)):
        return None
    ends = stretches.run_ends.to_numpy()
    return Block(stretches.values, ends, documents if numbers is None else numbers, scores)


def _fit(ids: pa.Array) -> bool:
    """Say whether ids have a length that ids may have."""
    lengths = pc.min_max(pc.binary_length(ids)).as_py()
    return not len(ids) or (lengths["min"] >= 1 and lengths["max"] <= MAX_ID_LENGTH)


def _parsed(text: Text) -> Columns | None:
    """Read by Arrow's parser; None if it cannot."""
    first = text[: text.find(b"\n")]
    mark = "\t" if first.count(b"\t") == len(COLUMNS) - 1 else " "
    plain, is_ascii = _plain(text, mark)
    if not is_ascii and (text.startswith(MARK) or b"\n" + MARK in text):
        return None
    if not plain:
        if b"\0" in text:
            return None
        text, mark = _folded(text), " "
    if not text:
        return pa.array([], pa.string()), pa.array([], pa.string()), np.zeros(0)
    try:
        table = csv.read_csv(pa.BufferReader(text), READ, PARSE[mark], CONVERT[is_ascii])
    except pa.ArrowInvalid:
        return None
    queries, documents, scores = (table[name].chunk(0) for name in TYPES)
    return queries, documents, scores.to_numpy()


def _plain(text: Text, mark: str) -> tuple[bool, bool]:
    """Say whether cells are apart by one mark each, with no other blank, and whether all is ASCII.

    Looks at a part at a time, for which all questions are answered while it is in the cache.
    """
    codes, largest = np.frombuffer(text, np.uint8), 0
    least = ord("\t") if mark == "\t" else NEWLINE
    if codes[0] <= BLANK or (codes[-1] == BLANK and mark == " "):
        return False, text.isascii()
    for start in range(0, len(codes), CACHED):
        part = codes[start : start + CACHED + 1]
        # the larger of two neighbours is small only where both are; below zero it begins anew at
        # 255, so that what lies between a line break and a blank becomes the smallest
        doubled = np.maximum(part[1:], part[:-1]).min(initial=255) <= BLANK
        if doubled or part.min() < least or (part - NEWLINE - 1).min() < BLANK - NEWLINE - 1:
            return False, text.isascii()
        largest = max(largest, int(part.max()))
    return True, largest < ASCII


def _folded(text: Text) -> bytes:
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
    if line.startswith(MARK):
        raise BlockError(number, "The line begins with a byte order mark.", "Take it out.")
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
