"""What readers yield: documents, queries and judgements with checked ids, whatever the format."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from evaluation.collections.limits import MAX_GRADE, MAX_ID_LENGTH
from evaluation.errors import InputError

# control characters, line and paragraph separators, lone surrogates: no file format carries them
UNFIT_IN_IDS = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
RESERVED = ("doc_id", "query_id", "title", "text")
WHOLE = re.compile(r"[+-]?\d{1,12}(\.0*)?", re.ASCII)


class Document(NamedTuple):
    """One document; `extra` holds further text columns."""

    doc_id: str
    title: str
    text: str
    extra: dict[str, str] = {}  # noqa: RUF012 - never changed, and a tuple field needs a value


class Query(NamedTuple):
    """One query; `extra` holds further text columns."""

    query_id: str
    text: str
    extra: dict[str, str] = {}  # noqa: RUF012 - never changed, and a tuple field needs a value


class Judgement(NamedTuple):
    """How relevant a document is to a query; 0 and below is not relevant."""

    query_id: str
    doc_id: str
    relevance: int


class Place(Protocol):
    """Somewhere in a file, able to make the error for what is wrong there."""

    def fault(self, what: str, advice: str) -> InputError:
        """Make the error: place, what is wrong, what to do."""


@dataclass
class RowPlace:
    """A row of a table without lines."""

    name: str
    number: int = 0

    def fault(self, what: str, advice: str) -> InputError:
        """Make the error for something wrong in the present row."""
        return InputError(f"{self.name}, row {self.number}: {what} {advice}")


def checked_id(value: object, field: str, place: Place) -> str:
    """Give an id as text. Raises InputError for anything that cannot be one."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        kind = "missing" if value is None else f"{_shown(value)}, which is not text"
        raise place.fault(f"`{field}` is {kind}.", "Write each id as text.")
    if not value or value.isspace():
        raise place.fault(f"`{field}` is empty.", "Give each record an id.")
    if len(value) > MAX_ID_LENGTH:
        raise place.fault(
            f"`{field}` has {len(value):,} characters.",
            f"Use ids of at most {MAX_ID_LENGTH} characters.",
        )
    found = UNFIT_IN_IDS.search(value)
    if found:
        raise place.fault(
            f"`{field}` {_shown(value)} holds {found[0]!a}, which cannot be in an id.",
            "Use ids of visible characters.",
        )
    return value


def checked_text(value: object, field: str, place: Place, missing: str | None = None) -> str:
    """Give a text. Raises InputError if it is none, or missing with no `missing` to stand in."""
    if value is None and missing is not None:
        return missing
    if not isinstance(value, str):
        kind = "missing" if value is None else f"{_shown(value)}, which is not text"
        raise place.fault(f"`{field}` is {kind}.", f"Write `{field}` as text.")
    if "\0" in value:
        raise place.fault(f"`{field}` holds a NUL character.", "Take it out.")
    if not value.isascii():
        _check_pairs(value, field, place)
    return value


def extra_text(found: Mapping[str, Any], place: Place) -> dict[str, str]:
    """Give further entries of a record as text columns; null ones are left out.

    Texts stay as they are, other values are written as JSON. Names that are ours get a prefix.
    """
    columns = {}
    for key, value in found.items():
        if value is not None:
            name = f"other_{key}" if key in RESERVED else checked_text(key[:100], "a name", place)
            plain = isinstance(value, str)
            text = value if plain else json.dumps(value, ensure_ascii=False, default=str)
            columns[name] = checked_text(text, name, place)
    return columns


def checked_grade(value: object, place: Place) -> int:
    """Give a grade as a whole number; `1.0` counts as 1. Raises InputError for anything else."""
    text = str(value).strip()
    if isinstance(value, bool) or not WHOLE.fullmatch(text):
        raise place.fault(
            f"The grade {_shown(value)} is not a whole number.",
            "Write grades as 0, 1, 2 and so on.",
        )
    grade = int(text.split(".")[0])
    if abs(grade) > MAX_GRADE:
        raise place.fault(
            f"The grade {text} is out of range.",
            f"Use grades from -{MAX_GRADE} to {MAX_GRADE}.",
        )
    return grade


def _check_pairs(value: str, field: str, place: Place) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        shown = ascii(value[max(0, error.start - 20) : error.start + 20])
        raise place.fault(
            f"`{field}` holds half of a character pair ({shown}), which is no text.",
            "Write the file again with whole \\u escapes.",
        ) from None


def _shown(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}…{text[-1]}"
