"""Features that take a pass over the documents or an encoder: made by a job, kept in the cache."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from evaluation.cache import Cache, Entry
from evaluation.collections.collection import Collection, Queries
from evaluation.environment import environment
from evaluation.errors import EvaluationError
from evaluation.files import open_table, write_table
from evaluation.progress import Progress
from evaluation.retrievers.dense import Dense
from evaluation.slices import clusters, documents
from evaluation.slices.feature import Feature
from evaluation.stage import make_stage
from evaluation.system import System, digest
from evaluation.workspace import Workspace

VERSION = 1  # raise it when the same data would give other features
SEED = 42
SAMPLE = 100  # documents that are looked at for their script
TABLE = "features.arrow"
Step = Callable[[str], Progress]


@dataclass(frozen=True, eq=False)
class Source:
    """What features are made from: the judged queries of a split, and an encoder.

    Attributes:
        collection: the data.
        split: whose judgements count.
        encoder: for groups of queries; None to leave them out.
    """

    collection: Collection
    split: str
    encoder: Dense | None

    @property
    def queries(self) -> Queries:
        """The queries that have features."""
        return self.collection.judged_queries(self.split)

    @property
    def count(self) -> int:
        """How many queries these are."""
        return len(self.collection.split(self.split).query_ids)

    def keys(self) -> dict[str, str]:
        """Give the cache key of each part that can be made: `words` and `clusters`.

        Words need documents, clusters an encoder and enough queries; both need query texts.
        """
        prints, keys = self.collection.fingerprints, {}
        if not any(text.strip() for text in self.collection.queries.texts):
            return {}
        base = {"features": VERSION, "split": prints.get(f"qrels/{self.split}", "")}
        base["queries"] = prints.get("queries", "")
        if self.collection.corpus is not None:
            language = self.collection.about.get("language", "")
            corpus = self.collection.corpus_fingerprint
            keys["words"] = digest(base | {"corpus": corpus, "language": language})
        if self.encoder is not None and clusters.cluster_count(self.count) > 1:
            about = [self.encoder.resolved().parameters(), self.encoder.revision()]
            keys["clusters"] = digest(base | {"encoder": about, "seed": SEED})
        return keys


def encoder_of(systems: Sequence[System]) -> Dense:
    """Give the encoder to group queries by: that of the first dense retriever, or the default."""
    nodes = [node for system in systems for node in system.root.walk()]
    return next((node.stage for node in nodes if isinstance(node.stage, Dense)), Dense())


def why_no_encoder(encoder: Dense) -> str:
    """Say why an encoder cannot be used on this machine; "" if it can."""
    try:
        encoder.revision()
    except EvaluationError as error:
        return str(error)
    return ""


def stored_features(cache: Cache, source: Source) -> tuple[list[Feature], list[str]]:
    """Give the features that are there, and the names of the parts that a job could still make."""
    found: list[Feature] = []
    missing = []
    for part, key in source.keys().items():
        entry = cache.find("feature", key)
        if entry is None:
            missing.append(part)
        else:
            found += _read(cache, entry, part, source)
    return found, missing


def features_job(workspace: Workspace, payload: dict[str, Any], step: Step) -> dict[str, Any]:
    """Make every part that is missing and store it.

    Args:
        workspace: where collection and cache are.
        payload: `collection`, `split`, and `encoder` (parameters of a dense retriever, or None).
        step: gives a progress listener for the piece of work that a line describes.

    Returns:
        `{"features": [...]}`, the parts that were made.

    Raises:
        EvaluationError: the collection is gone, or the model cannot be loaded; what was finished
            before stays.
    """
    given = payload["encoder"]
    encoder = make_stage("dense", given) if given is not None else None
    collection = workspace.collection(str(payload["collection"]))
    source = Source(collection, str(payload["split"]), encoder)  # type: ignore[arg-type]
    made = []
    for part, key in source.keys().items():
        if workspace.cache.find("feature", key) is None:
            workspace.cache.add("feature", key, _writer(part, source, step))
            made.append(part)
    return {"features": made}


def _writer(part: str, source: Source, step: Step) -> Callable[[Path], dict[str, Any]]:
    make = {"words": _words, "clusters": _clusters}[part]
    labels = {"words": "Words of queries and documents", "clusters": "Groups of queries"}

    def write(folder: Path) -> dict[str, Any]:
        columns = {"query_id": pa.array(source.queries.ids, pa.string()), **make(source, step)}
        write_table(folder / TABLE, pa.table(columns))
        return {
            "stage": "features",
            "label": labels[part],
            "parameters": {},
            "collection": source.collection.name,
            "environment": environment(),
        }

    return write


def _words(source: Source, step: Step) -> dict[str, pa.Array]:
    corpus, queries = source.collection.corpus, source.queries
    if corpus is None:
        raise EvaluationError("The collection has no documents. Choose one that has.")
    language = source.collection.about.get("language", "")
    analyser = documents.analyser_for(corpus.texts(0, SAMPLE), language)
    qrels = source.collection.split(source.split)
    shared = documents.overlaps(
        corpus, queries, qrels, analyser, step("Reading the relevant documents")
    )
    rarest = documents.rarest_frequencies(
        corpus, queries, analyser, step("Counting the documents that hold each term")
    )
    return {"rarest": pa.array(rarest), "overlap": pa.array(shared)}


def _clusters(source: Source, step: Step) -> dict[str, pa.Array]:
    queries = source.queries
    if source.encoder is None:
        raise EvaluationError("Queries cannot be grouped without an encoder. Choose one.")
    progress = step(f"Encoding queries: {source.encoder.title()}")
    vectors = source.encoder.query_vectors(
        queries, lambda done: progress.report(done, len(queries), "queries")
    )
    names = clusters.cluster_names(vectors, queries.texts, SEED)
    return {"cluster": pa.array(names, pa.string())}


def _read(cache: Cache, entry: Entry, part: str, source: Source) -> list[Feature]:
    table = open_table(cache.content(entry) / TABLE)
    if part == "words":
        columns = (table[name].to_numpy() for name in ("rarest", "overlap"))
        return documents.document_features(*columns)
    model = source.encoder.model if source.encoder else ""
    return [clusters.cluster_feature(table["cluster"].to_pylist(), model)]
