"""Files of vectors made from nothing, and what attaching them leaves, for the tests of it."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from evaluation.collections.attaching import attach_job
from evaluation.collections.vector_sets import VectorSet
from evaluation.progress import SILENT
from evaluation.workspace import Workspace
from tests.evaluation.collections.uploads import Files, upload

Floats = npt.NDArray[np.float32]


def npy(array: Any, **options: Any) -> bytes:
    """Give an array as numpy saves it."""
    target = io.BytesIO()
    np.save(target, array, **options)
    return target.getvalue()


def headed(text: str, data: bytes = b"", version: int = 1) -> bytes:
    """Give a `.npy` file with any text as its head."""
    head = text.encode()
    return (
        b"\x93NUMPY" + bytes([version, 0]) + len(head).to_bytes(2 * version, "little") + head + data
    )


def parquet(**columns: Any) -> bytes:
    """Give a table as a Parquet file in several row groups."""
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target, row_group_size=7)
    return target.getvalue()


def listed(vectors: Any, kind: pa.DataType | None = None) -> pa.Array:
    """Give vectors as an Arrow array of lists."""
    return pa.array([list(map(float, row)) for row in vectors], kind or pa.list_(pa.float32()))


def drawn(rows: int, seed: int = 1, dimension: int = 6) -> Floats:
    """Draw vectors."""
    return np.random.default_rng(seed).normal(size=(rows, dimension)).astype(np.float32)


def attach(
    workspace: Workspace, files: Files, name: str = "Tiny", roles: dict[str, str] | None = None
) -> dict[str, Any]:
    """Upload files and attach them to the collection `small`."""
    payload = {"collection": "small", "kind": "vectors", "name": name, "roles": roles or {}}
    return attach_job(workspace, payload | {"sources": [upload(workspace, files)]}, SILENT)


def attached(workspace: Workspace, kind: str = "vectors-tiny") -> VectorSet:
    """Open what was attached."""
    corpus = workspace.collection("small").corpus
    assert corpus is not None
    return corpus.vectors[kind]


def ids_of(workspace: Workspace) -> tuple[list[str], list[str]]:
    """Give the ids of documents and queries of the collection `small`."""
    collection = workspace.collection("small")
    assert collection.corpus is not None
    return collection.corpus.doc_ids.to_pylist(), collection.queries.ids


def both(workspace: Workspace, seed: int = 1) -> tuple[Floats, Floats]:
    """Draw a vector for each document and each query."""
    documents, queries = ids_of(workspace)
    return drawn(len(documents), seed), drawn(len(queries), seed + 1)


def lines(ids: Sequence[str]) -> str:
    """Write ids one per line."""
    return "".join(f"{one}\n" for one in ids)
