"""Indexes over token vectors that a test makes up, written as a retriever writes them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.models.encoding import unit
from evaluation.models.token_encoding import Take
from evaluation.progress import SILENT
from evaluation.token_index.building import Source, build
from evaluation.token_index.index import TokenIndex, open_index

Vectors = npt.NDArray[np.float32]
Document = tuple[Vectors, list[str]]


def fresh() -> tuple[int, np.random.Generator]:
    """Draw a seed; tests name it when they fail."""
    seed = int(np.random.default_rng().integers(2**31))
    print("seed", seed)  # noqa: T201 - pytest shows it where a test fails
    return seed, np.random.default_rng(seed)


def drawn(random: np.random.Generator, count: int, dimension: int, longest: int) -> list[Document]:
    """Draw documents of 1 to `longest` tokens, near to some directions as real ones are."""
    themes = unit(random.normal(size=(20, dimension)).astype(np.float32))
    found = []
    for length in random.integers(1, longest + 1, count).tolist():
        chosen = random.integers(0, len(themes), length)
        noise = random.normal(0, 0.5 / dimension**0.5, (length, dimension)).astype(np.float32)
        found.append((unit(themes[chosen] + noise), [f"theme{n}" for n in chosen.tolist()]))
    return found


def planted(folder: Path, documents: Sequence[Document], **options: Any) -> TokenIndex:
    """Write an index of documents and open it."""
    folder.mkdir(parents=True, exist_ok=True)

    def texts(rows: npt.NDArray[np.int64]) -> list[str]:
        return [str(row) for row in rows.tolist()]

    def encode(wanted: Sequence[str], take: Take) -> None:
        for place in np.random.default_rng(1).permutation(len(wanted)).tolist():
            vectors, tokens = documents[int(wanted[place])]
            take(place, vectors.astype(np.float16), tokens)

    dimension = documents[0][0].shape[1] if documents else 3
    settings = {"centroids": 0, "code_bytes": 0} | options
    source = Source(len(documents), texts, encode, dimension)
    build(source, folder, settings["centroids"], settings["code_bytes"], SILENT)
    return open_index(folder)
