"""What is to be imported, as plain values that a page fills in and a worker carries out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evaluation.collections.part import Part, part_from_dict
from evaluation.collections.report import Report
from evaluation.errors import InputError

ABOUT_LENGTH = 2_000


@dataclass(frozen=True)
class ImportRequest:
    """One import.

    Attributes:
        name: what the collection will be called.
        sources: source strings (`upload:...`, `root:...`, `demo:...`; see `locations.py`), or one
            id in a public hub (`ir_datasets:...`, `hugging_face:...`; see `hub.py`).
        parts: what single files are, where a visitor corrected the guess.
        about: licence, attribution, source, language, summary; all optional.
        collection: id of a collection that the runs among the sources are added to; empty for a
            new collection.
        origin: id of the job whose work this is; what that stored already is not stored again.
    """

    name: str
    sources: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    about: dict[str, str] = field(default_factory=dict)
    collection: str = ""
    origin: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the request as plain values."""
        return {
            "name": self.name,
            "sources": list(self.sources),
            "parts": [part.to_dict() for part in self.parts],
            "about": dict(self.about),
            "collection": self.collection,
        }


def request_from_dict(value: object) -> ImportRequest:
    """Read a request. Raises InputError for anything that is not well-formed."""
    if not isinstance(value, Mapping):
        raise InputError("The import request is not a mapping. Give `name` and `sources`.")
    sources, parts, about = (value.get(name) for name in ("sources", "parts", "about"))
    if not isinstance(sources, list | tuple) or not sources:
        raise InputError("The import names nothing to read. Upload files or choose a source.")
    if not isinstance(parts or [], list | tuple) or not isinstance(about or {}, Mapping):
        raise InputError("The import request is not well-formed: `parts` is a list, `about` maps.")
    return ImportRequest(
        str(value.get("name") or "").strip()[:200] or "Collection",
        tuple(str(source) for source in sources),
        tuple(part_from_dict(part) for part in parts or ()),
        {str(k)[:60]: str(v)[:ABOUT_LENGTH] for k, v in (about or {}).items() if v},
        str(value.get("collection") or ""),
        str(value.get("origin") or ""),
    )


@dataclass(frozen=True)
class ImportOutcome:
    """What an import gave.

    Attributes:
        collection: id of the collection; empty if it was refused, and then nothing was stored.
        report: the health report.
        runs: one per run that was added: `{id, name, findings}`.
    """

    collection: str
    report: Report
    runs: tuple[dict[str, Any], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give the outcome as plain values."""
        return {
            "collection": self.collection,
            "report": self.report.to_dict(),
            "runs": list(self.runs),
        }
