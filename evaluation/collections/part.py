"""What one given file is taken for, as a value that a visitor may correct."""

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from typing import Any

from evaluation.collections.mapping import Mapping, mapping_from_dict
from evaluation.collections.splits import clean_split
from evaluation.errors import InputError

ROLES = ("corpus", "queries", "qrels", "run", "ignored")
FORMS = {
    "corpus": ("beir", "trec", "smart", "table"),
    "queries": ("beir", "trec", "tab", "xml", "smart", "table"),
    "qrels": ("beir", "trec", "smart", "table"),
    "run": ("trec",),
    "ignored": ("",),
}


@dataclass(frozen=True)
class Part:
    """What one given file is taken for; a visitor may correct it.

    Attributes:
        name: the file's path inside what was given.
        role: corpus, queries, qrels, run or ignored.
        form: beir, trec, tab (topics with a tab), xml (topics), smart or table.
        split: name of the split, for judgements.
        mapping: for tables, which column is what.
    """

    name: str
    role: str
    form: str = ""
    split: str = ""
    mapping: Mapping | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the part as plain values."""
        mapping = self.mapping.to_dict() if self.mapping else None
        return {
            "name": self.name,
            "role": self.role,
            "form": self.form,
            "split": self.split,
            "mapping": mapping,
        }


def part_from_dict(value: object) -> Part:
    """Read a part. Raises InputError for anything that is not well-formed."""
    if not isinstance(value, MappingOf) or not isinstance(value.get("name"), str):
        raise InputError("A part of the import names no file. Give `name`, `role` and `form`.")
    role, form = str(value.get("role")), str(value.get("form") or "")
    if role not in ROLES or form not in FORMS[role]:
        raise InputError(
            f"{value['name']} cannot be read as {form or 'nothing'} for {role}. "
            f"Roles: {', '.join(ROLES)}; forms: {', '.join(FORMS.get(role, ()))}."
        )
    mapping = value.get("mapping")
    return Part(
        value["name"],
        role,
        form,
        clean_split(str(value.get("split") or "")),
        mapping_from_dict(mapping) if mapping else None,
    )
