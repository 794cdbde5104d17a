"""Which column of a table is what: guessed from names and a few rows, corrected by the visitor."""

import re
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from evaluation.errors import InputError

TARGETS = {
    "corpus": ("doc_id", "title", "text"),
    "queries": ("query_id", "text"),
    "qrels": ("query_id", "doc_id", "relevance"),
}
NEEDED = {
    "corpus": ("doc_id", "text"),
    "queries": ("query_id", "text"),
    "qrels": TARGETS["qrels"][:2],
}
DOC_IDS = ("docid", "docno", "documentid", "corpusid", "pid", "passageid", "did", "paragraphid")
QUERY_IDS = ("queryid", "qid", "topicid", "topic", "querynumber", "num", "questionid", "claimid")
TEXTS = ("text", "body", "contents", "content", "abstract", "passage", "document", "description")
NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "corpus": {
        "doc_id": (*DOC_IDS, "id"),
        "title": ("title", "headline", "heading", "name"),
        "text": TEXTS,
    },
    "queries": {
        "query_id": (*QUERY_IDS, "id"),
        "text": ("text", "query", "querytext", "question", "claim", "title", "keywords", *TEXTS),
    },
    "qrels": {
        "query_id": QUERY_IDS,
        "doc_id": DOC_IDS,
        "relevance": (
            "score",
            "relevance",
            "rel",
            "label",
            "grade",
            "judgement",
            "judgment",
            "qrel",
        ),
    },
}


@dataclass(frozen=True)
class Mapping:
    """Where the parts of a record stand in a table.

    Attributes:
        role: corpus, queries or qrels.
        columns: our name -> their column, e.g. `{"doc_id": "pid", "text": "passage"}`.
        keep: further columns to keep, under their own names.
        header: whether the first line of a text table names the columns; without it they are
            called `column 1`, `column 2` ...
    """

    role: str
    columns: dict[str, str] = field(default_factory=dict)
    keep: tuple[str, ...] = ()
    header: bool = True

    def missing(self) -> list[str]:
        """Name what the role needs and no column gives."""
        return [name for name in NEEDED[self.role] if not self.columns.get(name)]

    def to_dict(self) -> dict[str, Any]:
        """Give the mapping as plain values."""
        return {
            "role": self.role,
            "columns": dict(self.columns),
            "keep": list(self.keep),
            "header": self.header,
        }


def mapping_from_dict(value: object) -> Mapping:
    """Read a mapping. Raises InputError for anything that is not well-formed."""
    if not isinstance(value, MappingOf) or value.get("role") not in TARGETS:
        raise InputError(
            f"A column mapping has no role. Choose one of: {', '.join(sorted(TARGETS))}."
        )
    role, columns = str(value["role"]), value.get("columns") or {}
    if not isinstance(columns, MappingOf) or set(columns) - set(TARGETS[role]):
        raise InputError(
            f"A column mapping for {role} names other things than {', '.join(TARGETS[role])}. "
            "Map those only."
        )
    keep = value.get("keep") or ()
    if not isinstance(keep, list | tuple):
        raise InputError("`keep` in a column mapping is not a list. Give a list of columns.")
    named = {str(ours): str(theirs) for ours, theirs in columns.items() if theirs}
    return Mapping(role, named, tuple(map(str, keep)), bool(value.get("header", True)))


def guess_mapping(
    columns: Sequence[str], sample_rows: Sequence[Sequence[object]], role: str = ""
) -> Mapping:
    """Guess what the columns of a table are.

    Args:
        columns: the cells of the first line, or the names of the columns.
        sample_rows: some rows after it, as lists of cells.
        role: what the table is; guessed from the columns if not given.

    Returns:
        A mapping; what could not be guessed is not in it (see `Mapping.missing`). Where the first
        line looks like data, `header` is False and columns are called `column 1` and so on.
    """
    header = _is_header(columns, sample_rows)
    if not header:
        sample_rows = [list(columns), *sample_rows]
        columns = numbered(len(columns))
    role = role or _guess_role(columns, sample_rows)
    found = _by_name(columns, NAMES[role]) if header else {}
    if any(name not in found for name in NEEDED[role]):
        found = (
            _by_place(columns, sample_rows, role)
            if not header
            else _by_look(columns, sample_rows, role, found)
        )
    taken = set(found.values())
    keep = tuple(c for c in columns if c not in taken) if header and role != "qrels" else ()
    return Mapping(role, found, keep, header)


def numbered(count: int) -> list[str]:
    """Give the names of columns that have none."""
    return [f"column {number}" for number in range(1, count + 1)]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _is_header(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bool:
    known = {name for names in NAMES.values() for options in names.values() for name in options}
    if any(_plain(column) in known for column in columns):
        return True
    short = all(0 < len(column) <= 40 and not _number(column) for column in columns)
    like_data = any(_shape(columns[0]) == _shape(str(row[0])) for row in rows if row)
    return short and len(set(columns)) == len(columns) and bool(rows) and not like_data


def _guess_role(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    names = {_plain(column) for column in columns}
    if names & set(QUERY_IDS) and names & set(DOC_IDS):
        return "qrels"
    if names & {"query", "question", "claim", *QUERY_IDS}:
        return "queries"
    last = [row[-1] for row in rows if row]
    if 3 <= len(columns) <= 4 and last and all(_number(cell) for cell in last):
        return "qrels"
    return "corpus"


def _by_name(columns: Sequence[str], names: dict[str, tuple[str, ...]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for ours, options in names.items():
        ranked = [(options.index(_plain(c)), c) for c in columns if _plain(c) in options]
        free = [pair for pair in ranked if pair[1] not in found.values()]
        if free:
            found[ours] = min(free)[1]
    return found


def _by_place(
    columns: Sequence[str], rows: Sequence[Sequence[object]], role: str
) -> dict[str, str]:
    """Take the usual order of columns for a table without names."""
    targets = list(TARGETS[role])
    if role == "corpus" and len(columns) == 2:
        targets = ["doc_id", "text"]
    if role == "qrels" and len(columns) == 4:
        targets = ["query_id", "", "doc_id", "relevance"]
    return {ours: theirs for ours, theirs in zip(targets, columns, strict=False) if ours}


def _by_look(
    columns: Sequence[str], rows: Sequence[Sequence[object]], role: str, found: dict[str, str]
) -> dict[str, str]:
    """Complete a guess: ids are the first free column, text is the one with the longest cells."""
    found = dict(found)
    longest = sorted(
        (c for c in columns if c not in found.values()),
        key=lambda c: (
            -sum(len(str(row[columns.index(c)])) for row in rows if len(row) == len(columns))
        ),
    )
    if role != "qrels" and "text" not in found and longest:
        found["text"] = longest[0]
    for ours in NEEDED[role]:
        free = [column for column in columns if column not in found.values()]
        if ours not in found and free:
            found[ours] = free[0]
    return found


def _shape(cell: str) -> str:
    """Give a cell with its numbers taken out, so that ids such as d1 and d22 look the same."""
    return re.sub(r"\d+", "0", cell)


def _number(cell: object) -> bool:
    return bool(re.fullmatch(r"[+-]?\d+(\.\d*)?", str(cell).strip()))
