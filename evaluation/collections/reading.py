"""Every reader under its role and form, put together to what an import brings."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from evaluation.collections import beir, smart, tables, trec, trec_topics, xml_topics
from evaluation.collections.part import Part
from evaluation.collections.records import Document, Judgement, Query
from evaluation.collections.sources import Reading, SourceFile
from evaluation.errors import InputError

Reader = TypeVar("Reader")


@dataclass(frozen=True)
class Given:
    """A file and what it is taken for."""

    file: SourceFile
    part: Part


DOCUMENTS: dict[str, Callable[[Reading, SourceFile], Iterator[Document]]] = {
    "beir": beir.documents,
    "trec": trec.documents,
    "smart": smart.documents,
}
QUERIES: dict[str, Callable[[Reading, SourceFile], Iterator[Query]]] = {
    "beir": beir.queries,
    "trec": trec_topics.topics,
    "tab": trec_topics.tab_topics,
    "xml": xml_topics.xml_topics,
    "smart": smart.queries,
}
JUDGEMENTS: dict[str, Callable[[Reading, SourceFile], Iterator[Judgement]]] = {
    "beir": beir.judgements,
    "trec": trec.judgements,
    "smart": smart.judgements,
}


@dataclass(frozen=True)
class Contents:
    """What an import brings, not read yet.

    Attributes:
        documents: starts reading the documents; None if there are none.
        queries: starts reading the queries, given the ids that the judgements use; None if none.
        judgements: starts reading one split, by split.
        runs: run files.
    """

    documents: Callable[[], Iterator[Document]] | None
    queries: Callable[[set[str]], Iterator[Query]] | None
    judgements: dict[str, Callable[[], Iterator[Judgement]]]
    runs: tuple[Given, ...] = ()


def contents(reading: Reading, files: Sequence[Given]) -> Contents:
    """Say how to read given files."""
    roles = {role: [g for g in files if g.part.role == role] for role in ("corpus", "queries")}
    return Contents(
        partial(_documents, reading, roles["corpus"]) if roles["corpus"] else None,
        partial(_queries, reading, roles["queries"]) if roles["queries"] else None,
        {g.part.split: partial(_judgements, reading, g) for g in files if g.part.role == "qrels"},
        tuple(given for given in files if given.part.role == "run"),
    )


def _documents(reading: Reading, files: Iterable[Given]) -> Iterator[Document]:
    """Go through the documents of several files."""
    for given in files:
        if given.part.mapping:
            yield from tables.documents(reading, given.file, given.part.mapping)
        else:
            yield from _chosen(DOCUMENTS, given)(reading, given.file)


def _queries(reading: Reading, files: Sequence[Given], judged: set[str]) -> Iterator[Query]:
    """Go through the queries of several files; those of SMART files are joined to `judged`."""
    for given in files:
        if given.part.mapping:
            yield from tables.queries(reading, given.file, given.part.mapping)
            continue
        found = _chosen(QUERIES, given)(reading, given.file)
        smart_form = given.part.form == "smart"
        yield from smart.join(list(found), judged, reading.notes) if smart_form else found


def _judgements(reading: Reading, given: Given) -> Iterator[Judgement]:
    """Go through the judgements of one file."""
    if given.part.mapping:
        return tables.judgements(reading, given.file, given.part.mapping)
    return _chosen(JUDGEMENTS, given)(reading, given.file)


def _chosen(readers: dict[str, Reader], given: Given) -> Reader:
    if given.part.form not in readers:
        raise InputError(
            f"{given.file.name} is a table without a column mapping. Choose what its columns are."
        )
    return readers[given.part.form]
