"""A test collection: documents, queries and graded judgements, with one shape for every source."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evaluation.collections import attachments
from evaluation.collections.corpus import Corpus, corpus_of, join_title
from evaluation.collections.fingerprint import fingerprint_table
from evaluation.collections.vector_sets import open_sets
from evaluation.errors import UnknownNameError
from evaluation.files import open_table, read_json, write_array, write_json, write_table

__all__ = ["Collection", "Corpus", "Qrels", "Queries", "corpus_of", "join_title", "save_parts"]


CORPUS, INDEX = "corpus.arrow", "corpus_index.npy"


@dataclass(frozen=True, eq=False)
class Queries:
    """Queries: a table with the text columns `query_id, text` (+ columns of the uploader's)."""

    table: pa.Table

    def __len__(self) -> int:
        """Count the queries."""
        return int(self.table.num_rows)

    @cached_property
    def ids(self) -> list[str]:
        """All query ids, in file order."""
        return list(self.table["query_id"].to_pylist())

    @cached_property
    def texts(self) -> list[str]:
        """All query texts, in file order; an empty text where only the id is known."""
        return [text or "" for text in self.table["text"].to_pylist()]

    @cached_property
    def text_of(self) -> dict[str, str]:
        """Text of each query id."""
        return dict(zip(self.ids, self.texts, strict=True))

    @cached_property
    def fingerprint(self) -> str:
        """A hash of ids and texts, all that a system sees unless a stage names a column."""
        return fingerprint_table(self.table.select(["query_id", "text"]))

    @cached_property
    def column_fingerprints(self) -> dict[str, str]:
        """A hash of each of the uploader's columns, for the stages that read it."""
        columns = {name: self.table.select(["query_id", name]) for name in self.extra}
        return {name: fingerprint_table(table) for name, table in columns.items()}

    @property
    def extra(self) -> list[str]:
        """Names of the uploader's columns."""
        return [name for name in self.table.column_names if name not in ("query_id", "text")]

    def only(self, query_ids: Sequence[str]) -> "Queries":
        """Keep the given queries with all columns, in the given order.

        Ids that are not among the queries get an empty text, and null in the other columns.
        """
        known = self.text_of
        texts = [known.get(query_id, "") for query_id in query_ids]
        kept = Queries.of(dict(zip(query_ids, texts, strict=True))).table
        if self.extra:
            rows = pa.array([self._rows.get(query_id) for query_id in kept["query_id"].to_pylist()])
            for name in self.extra:
                kept = kept.append_column(name, self.table[name].take(rows.cast(pa.int64())))
        return Queries(kept)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {query_id: row for row, query_id in enumerate(self.ids)}

    @classmethod
    def of(cls, texts: dict[str, str]) -> "Queries":
        """Make queries from `{query_id: text}`."""
        ids, values = (
            pa.array(list(texts), pa.string()),
            pa.array(list(texts.values()), pa.string()),
        )
        return cls(pa.table({"query_id": ids, "text": values}))


@dataclass(frozen=True, eq=False)
class Qrels:
    """Judgements: a table `query_id: string, doc_id: string, relevance: int32`, pairs unique."""

    table: pa.Table

    def __len__(self) -> int:
        """Count the judgements."""
        return int(self.table.num_rows)

    @cached_property
    def query_ids(self) -> list[str]:
        """The judged queries, in order of their first judgement."""
        return list(pc.unique(self.table["query_id"]).to_pylist())

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all judgements in their order."""
        return fingerprint_table(self.table)

    @cached_property
    def by_query(self) -> dict[str, dict[str, int]]:
        """Grades as `{query_id: {doc_id: relevance}}`."""
        grades: dict[str, dict[str, int]] = {}
        columns = (self.table[name].to_pylist() for name in ("query_id", "doc_id", "relevance"))
        for query_id, doc_id, relevance in zip(*columns, strict=True):
            grades.setdefault(query_id, {})[doc_id] = relevance
        return grades

    def of(self, query_id: str) -> dict[str, int]:
        """Grades of one query, `{doc_id: relevance}`; empty if it is not judged."""
        part = self.table.filter(pc.equal(self.table["query_id"], query_id))
        pairs = zip(part["doc_id"].to_pylist(), part["relevance"].to_pylist(), strict=True)
        return dict(pairs)

    @classmethod
    def of_dict(cls, grades: dict[str, dict[str, int]]) -> "Qrels":
        """Make judgements from `{query_id: {doc_id: relevance}}`."""
        rows = [(q, d, r) for q, judged in grades.items() for d, r in judged.items()]
        columns = list(zip(*rows, strict=True)) or [(), (), ()]
        return cls(
            pa.table(
                {
                    "query_id": pa.array(columns[0], pa.string()),
                    "doc_id": pa.array(columns[1], pa.string()),
                    "relevance": pa.array(columns[2], pa.int32()),
                }
            )
        )


@dataclass(frozen=True, eq=False)
class Collection:
    """A corpus (none for a runs-only collection), queries, and judgements by split.

    Attributes:
        name: what people call it.
        about: licence, attribution, source and language, shown on the page; all optional.
        fingerprints: content hash per part: `corpus`, `queries`, `qrels/<split>`.
    """

    name: str
    corpus: Corpus | None
    queries: Queries
    qrels: dict[str, Qrels]
    about: dict[str, str] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)

    def split(self, name: str) -> Qrels:
        """Give the judgements of one split, or say which splits there are."""
        if name not in self.qrels:
            raise UnknownNameError("split", name, self.qrels)
        return self.qrels[name]

    def judged_queries(self, split: str) -> Queries:
        """Give the queries that the split judges, in order of their first judgement."""
        return self.queries.only(self.split(split).query_ids)

    @cached_property
    def corpus_fingerprint(self) -> str:
        """Hash of the documents: the stored one, else computed; "" without documents."""
        if self.corpus is None:
            return ""
        return self.fingerprints.get("corpus") or fingerprint_table(self.corpus.table)

    @cached_property
    def attached_fingerprints(self) -> dict[str, str]:
        """Hash of each table or vector set attached to the documents, by kind."""
        return attachments.fingerprints(self.corpus) if self.corpus is not None else {}

    @property
    def default_split(self) -> str:
        """The split shown first: `test` if there is one, else the first; `` without any."""
        return "test" if "test" in self.qrels else next(iter(self.qrels), "")

    def save(self, folder: Path) -> None:
        """Write everything into an existing empty folder."""
        if self.corpus is not None:
            write_table(folder / CORPUS, self.corpus.table)
            attachments.save_all(folder, self.corpus.attached)
        save_parts(folder, self)

    @classmethod
    def open(cls, folder: Path) -> "Collection":
        """Open a saved collection; texts are memory-mapped and read when they are used."""
        about = read_json(folder / "collection.json")
        corpus = folder / CORPUS
        splits = {
            name: folder / "qrels" / f"{number}.arrow"
            for number, name in enumerate(about["splits"])
        }
        return cls(
            name=about["name"],
            corpus=_open_corpus(folder) if corpus.exists() else None,
            queries=Queries(open_table(folder / "queries.arrow")),
            qrels={name: Qrels(open_table(path)) for name, path in splits.items()},
            about=about["about"],
            fingerprints=about["fingerprints"],
        )


def save_parts(folder: Path, collection: Collection) -> None:
    """Write queries, judgements and `collection.json` beside a corpus file already there.

    A reader that streams a large corpus writes `corpus.arrow` itself and calls this at the end.
    """
    write_table(folder / "queries.arrow", collection.queries.table)
    (folder / "qrels").mkdir()
    prints = {"queries": collection.queries.fingerprint}
    for number, (name, qrels) in enumerate(collection.qrels.items()):
        write_table(folder / "qrels" / f"{number}.arrow", qrels.table)
        prints[f"qrels/{name}"] = qrels.fingerprint
    documents = 0
    if (folder / CORPUS).exists():
        corpus = _open_corpus(folder)
        prints["corpus"], documents = fingerprint_table(corpus.table), len(corpus)
        write_array(folder / INDEX, corpus.index)
    record = {
        "name": collection.name,
        "about": collection.about,
        "splits": list(collection.qrels),
        "fingerprints": prints,
        "documents": documents,
        "queries": len(collection.queries),
        "judgements": {name: len(qrels) for name, qrels in collection.qrels.items()},
        "judged_queries": {name: len(qrels.query_ids) for name, qrels in collection.qrels.items()},
    }
    write_json(folder / "collection.json", record)


def _open_corpus(folder: Path) -> Corpus:
    """Open the documents in a folder, with their index where there is one."""
    index = folder / INDEX
    stored = np.load(index, mmap_mode="r", allow_pickle=False) if index.exists() else None
    attached = attachments.open_all(folder), open_sets(folder / attachments.FOLDER)
    return Corpus(open_table(folder / CORPUS), stored, *attached)
