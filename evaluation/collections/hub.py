"""Collections from public hubs by id: `ir_datasets:<id>` and `hugging_face:<id>`.

Both libraries are optional; they download what is not on this machine yet.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from evaluation.collections.hugging_face import hugging_face_contents
from evaluation.collections.reading import Contents
from evaluation.collections.records import (
    Document,
    Judgement,
    Query,
    RowPlace,
    checked_grade,
    checked_id,
    checked_text,
)
from evaluation.collections.sources import Reading
from evaluation.errors import InputError

SOURCE = re.compile(r"(ir_datasets|hugging_face):(.{1,200})")
NAME = re.compile(r"[A-Za-z0-9][\w.+-]*(/[A-Za-z0-9][\w.+-]*)*")
SPLITS = ("train", "dev", "test", "validation", "eval")
TITLES = ("title", "headline")
TEXTS = ("text", "body", "contents", "abstract", "passage")
QUERY_TEXTS = ("text", "query", "title", "question")
REPORT_EVERY = 1_000
Record = TypeVar("Record")


def is_hub(sources: Sequence[str]) -> bool:
    """Whether source strings name something in a public hub."""
    return any(SOURCE.fullmatch(source) for source in sources)


def hub_contents(sources: Sequence[str], reading: Reading) -> Contents:
    """Say how to read a collection of a hub.

    Raises:
        InputError: the id is none, the library is not installed (the message has the pip line),
            or the hub cannot be reached.
    """
    found = SOURCE.fullmatch(sources[0])
    if found is None or len(sources) > 1:
        raise InputError("A collection of a hub was given with other sources. Give it alone.")
    kind, name = found[1], found[2].strip()
    if not NAME.fullmatch(name):
        raise InputError(f"{name[:80]!r} is no data set id. Write it as in `beir/scifact/test`.")
    if kind == "hugging_face":
        return hugging_face_contents(name, reading)
    return ir_datasets_contents(name, reading)


def ir_datasets_contents(name: str, reading: Reading) -> Contents:
    """Say how to read a data set of ir_datasets (MacAvaney et al., SIGIR 2021) by its id.

    Raises:
        InputError: as `hub_contents`, or the data set has no documents or no queries.
    """
    try:
        import ir_datasets
    except ImportError:
        raise InputError(
            "ir_datasets is not installed. Install it with `pip install ir-datasets`."
        ) from None
    try:
        dataset = ir_datasets.load(name)
    except KeyError:
        raise InputError(
            f"ir_datasets has no data set {name!r}. Look it up on ir-datasets.com."
        ) from None
    for part, word in (("docs", "documents"), ("queries", "queries")):
        if not getattr(dataset, f"has_{part}")():
            raise InputError(f"{name} in ir_datasets has no {word}. Choose one of its subsets.")
    read = partial(_read, dataset, name, reading)
    last = name.rsplit("/", 1)[-1]
    split = last if last in SPLITS else "test"
    qrels = {split: lambda: read("qrels", _judgement)} if dataset.has_qrels() else {}
    return Contents(lambda: read("docs", _document), lambda judged: read("queries", _query), qrels)


def _read(
    dataset: Any,
    name: str,
    reading: Reading,
    part: str,
    convert: Callable[[Any, RowPlace], Record],
) -> Iterator[Record]:
    """Go through one part of a data set, with progress."""
    place = RowPlace(f"{name}, {part}")
    unit = {"docs": "documents", "qrels": "judgements"}.get(part, part)
    try:
        total = getattr(dataset, f"{part}_count")()
        for item in getattr(dataset, f"{part}_iter")():
            if place.number % REPORT_EVERY == 0:
                reading.progress.report(place.number, total, unit)
            place.number += 1
            yield convert(item, place)
    except (OSError, RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise InputError(
            f"{name} could not be loaded by ir_datasets ({reason}). Check the network and the id."
        ) from error


def _document(item: Any, place: RowPlace) -> Document:
    text = _first(item, TEXTS)
    return Document(
        checked_id(item.doc_id, "doc_id", place),
        checked_text(_first(item, TITLES), "title", place, missing=""),
        checked_text(item.default_text() if text is None else text, "text", place),
    )


def _query(item: Any, place: RowPlace) -> Query:
    text = _first(item, QUERY_TEXTS)
    extra = {name: _first(item, (name,)) or "" for name in ("description", "narrative")}
    return Query(
        checked_id(item.query_id, "query_id", place),
        checked_text(item.default_text() if text is None else text, "text", place),
        {name: value for name, value in extra.items() if value},
    )


def _judgement(item: Any, place: RowPlace) -> Judgement:
    return Judgement(
        checked_id(item.query_id, "query_id", place),
        checked_id(item.doc_id, "doc_id", place),
        checked_grade(item.relevance, place),
    )


def _first(item: Any, names: Sequence[str]) -> str | None:
    values = (getattr(item, name, None) for name in names)
    return next((value for value in values if isinstance(value, str)), None)
