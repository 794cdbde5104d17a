"""The BEIR layout: corpus.jsonl, queries.jsonl and qrels/<split>.tsv (Thakur et al., 2021)."""

from collections.abc import Iterator, Mapping
from typing import Any

from evaluation.collections.jsonl import json_objects
from evaluation.collections.records import (
    Document,
    Judgement,
    Query,
    checked_grade,
    checked_id,
    checked_text,
    extra_text,
)
from evaluation.collections.sources import Lines, Reading, SourceFile

OWN = ("_id", "title", "text", "metadata")
QRELS_HEADER = ["query-id", "corpus-id", "score"]


def documents(reading: Reading, file: SourceFile) -> Iterator[Document]:
    """Read a corpus: `_id` and `text` on every line, `title` and `metadata` if there are any.

    Entries of `metadata` and further keys become columns of text.

    Raises:
        InputError: a line is not such an object; the message names file and line.
    """
    with reading.lines(file) as lines:
        for item in json_objects(lines):
            yield Document(
                checked_id(item.get("_id"), "_id", lines),
                checked_text(item.get("title"), "title", lines, missing=""),
                checked_text(item.get("text"), "text", lines),
                _extra(item, lines),
            )


def queries(reading: Reading, file: SourceFile) -> Iterator[Query]:
    """Read queries: `_id` and `text` on every line, `metadata` if there is any.

    Raises:
        InputError: a line is not such an object; the message names file and line.
    """
    with reading.lines(file) as lines:
        for item in json_objects(lines):
            yield Query(
                checked_id(item.get("_id"), "_id", lines),
                checked_text(item.get("text"), "text", lines),
                _extra(item, lines),
            )


def judgements(reading: Reading, file: SourceFile) -> Iterator[Judgement]:
    """Read one split: a header line, then query id, document id and grade between tabs.

    A file without the header is read from its first line, and the report says so.

    Raises:
        InputError: a line has another number of columns, or a grade is no whole number.
    """
    with reading.lines(file) as lines:
        for line in lines.filled():
            cells = [cell.strip() for cell in line.split("\t")]
            if lines.number == 1 and _is_header(cells):
                continue
            if lines.number == 1:
                reading.notes.add(
                    "missing-header",
                    "A file of judgements has no header line; it was read from its first line.",
                    file.name,
                    "Check that no judgement is missing.",
                )
            yield _judgement(cells, lines)


def _extra(item: Mapping[str, Any], lines: Lines) -> dict[str, str]:
    """Give the entries of `metadata` and the further keys of a record as text columns."""
    metadata = item.get("metadata")
    found = {key: value for key, value in item.items() if key not in OWN}
    if isinstance(metadata, dict):
        found = metadata | found
    elif metadata is not None:
        found["metadata"] = metadata
    return extra_text(found, lines) if found else {}


def _is_header(cells: list[str]) -> bool:
    names = [cell.lower().replace("_", "-") for cell in cells]
    return names == QRELS_HEADER or not cells[-1].lstrip("+-")[:1].isdigit()


def _judgement(cells: list[str], lines: Lines) -> Judgement:
    if len(cells) != 3:
        raise lines.fault(
            f"The line has {len(cells)} columns instead of 3.",
            "Write query id, document id and grade with a tab between them.",
        )
    return Judgement(
        checked_id(cells[0], "query-id", lines),
        checked_id(cells[1], "corpus-id", lines),
        checked_grade(cells[2], lines),
    )
