"""SMART files of the classic collections: .I .T .A .B .W records (Salton's system, Cornell)."""

import re
from collections.abc import Iterator, Sequence

from evaluation.collections.limits import MAX_LINE_BYTES
from evaluation.collections.records import (
    Document,
    Judgement,
    Query,
    checked_grade,
    checked_id,
)
from evaluation.collections.report import Notes
from evaluation.collections.sources import Lines, Reading, SourceFile
from evaluation.errors import InputError

# a tag stands alone at the start of a line, in upper case; only .I has something behind it
NUMBER = re.compile(r"\.I\s+(\S+)\s*")
TAG = re.compile(r"\.([A-Z])\s*")
EXTRA = {"A": "author", "B": "bib", "K": "keywords"}
NUMBER_IN_FILE = "num_in_file"


def documents(reading: Reading, file: SourceFile) -> Iterator[Document]:
    """Read documents: .I number, .T title, .W text; .A, .B and .K become columns.

    White space is folded to single spaces. Other tags are left out.

    Raises:
        InputError: the file does not begin with .I, or a record is too long.
    """
    with reading.lines(file) as lines:
        for number, fields in _records(lines):
            extra = {name: fields[tag] for tag, name in EXTRA.items() if tag in fields}
            yield Document(_number(number, lines), fields.get("T", ""), fields.get("W", ""), extra)


def queries(reading: Reading, file: SourceFile) -> Iterator[Query]:
    """Read queries: .I number, .W text (or .T where there is no .W).

    The number as the file writes it is kept beside: see `join` for what it may not mean.

    Raises:
        InputError: the file does not begin with .I.
    """
    with reading.lines(file) as lines:
        for number, fields in _records(lines):
            text = fields.get("W") or fields.get("T", "")
            yield Query(_number(number, lines), text, {NUMBER_IN_FILE: number})


def judgements(reading: Reading, file: SourceFile) -> Iterator[Judgement]:
    """Read judgements: query number, document number, and a code if there is one.

    The forms in use: `1 184 2` (Cranfield; the code is the grade), `1 28 0 0.000000` (CISI, CACM;
    every line is a relevant document) and `1 28`.

    Raises:
        InputError: a line has other columns, or one is no number.
    """
    with reading.lines(file) as lines:
        for line in lines.filled():
            cells = line.split()
            if not 2 <= len(cells) <= 4:
                raise lines.fault(
                    f"The line has {len(cells)} columns instead of 3.",
                    "Write query number, document number and code.",
                )
            grade = checked_grade(cells[2], lines) if len(cells) == 3 else 1
            yield Judgement(_number(cells[0], lines), _number(cells[1], lines), grade)


def join(queries: Sequence[Query], judged: set[str], notes: Notes) -> list[Query]:
    """Give the queries the ids that the judgements use.

    In Cranfield the judgements count the queries 1, 2, 3 ... in file order, while the query file
    numbers them 1, 2, 4, 8 ...: joined by number, most queries get the judgements of another one,
    without any error. Where the numbers in the file cannot be meant, because judged ones are
    missing there and all of them are possible places, the places are taken as ids; the number in
    the file stays as the column `num_in_file`.
    """
    places = [str(place) for place in range(1, len(queries) + 1)]
    known = {query.query_id for query in queries}
    if not judged or judged <= known or not judged <= set(places):
        return [Query(query.query_id, query.text) for query in queries]
    notes.add(
        "renumbered-queries",
        "The judgements count the queries in file order, not by the numbers in the query file; "
        "the queries were numbered that way.",
        advice="Check one query and its judged documents.",
    )
    return [
        Query(place, query.text, query.extra) for place, query in zip(places, queries, strict=True)
    ]


def _records(lines: Lines) -> Iterator[tuple[str, dict[str, str]]]:
    number, tag, size = "", "", 0
    fields: dict[str, list[str]] = {}
    for line in lines:
        begins, named = NUMBER.fullmatch(line), TAG.fullmatch(line)
        size = 0 if begins else size + len(line) + 1
        _check(line, bool(number or begins), size, lines)
        if begins:
            if number:
                yield number, _folded(fields)
            number, tag, fields = begins[1], "", {}
        elif named:
            tag = named[1]
            fields.setdefault(tag, [])
        elif tag:
            fields[tag].append(line)
    if not number:
        raise InputError(
            f"{lines.name} holds no .I line. Begin each record with `.I` and a number."
        )
    yield number, _folded(fields)


def _check(line: str, begun: bool, size: int, lines: Lines) -> None:
    if not begun and line.strip():
        raise lines.fault("The file does not begin with a .I line.", "Begin with `.I 1`.")
    if size > MAX_LINE_BYTES:
        raise lines.fault("The record is too long.", "Begin each record with a .I line.")


def _folded(fields: dict[str, list[str]]) -> dict[str, str]:
    return {tag: " ".join(" ".join(parts).split()) for tag, parts in fields.items()}


def _number(text: str, lines: Lines) -> str:
    """Give a number without leading zeros: SMART files write the same one as 1, 01 and 001."""
    checked = checked_id(text, ".I", lines)
    return str(int(checked)) if checked.isdecimal() and checked.isascii() else checked
