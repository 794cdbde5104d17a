"""Vectors of texts that a model wrote, made as those of documents are."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.models.encoding import Vectors, encode, unit, width
from evaluation.models.loading import load, resolve_backend
from evaluation.models.network import Network
from evaluation.retrievers.dense import Dense, own_prompt


def document_vectors(stage: Dense, texts: Sequence[str], tick: Callable[[], None]) -> Vectors:
    """Encode texts as the index of a retriever does documents: (texts, dimension)."""
    network = _network(stage, tick)
    found = np.empty((len(texts), width(network, stage.truncate_dimension)), np.float32)
    prompt = stage.document_prompt or own_prompt(network.about, "document")
    encode(network, [texts], found, lambda _: tick(), prompt)
    return found


def as_compared(
    stage: Dense, vectors: npt.NDArray[np.floating[Any]], tick: Callable[[], None]
) -> Vectors:
    """Bring vectors to length one, unless the model compares by dot product."""
    cosine = _network(stage, tick).about.similarity == "cosine"
    found: Vectors = vectors.astype(np.float32)
    return unit(found) if cosine else found


def _network(stage: Dense, tick: Callable[[], None]) -> Network:
    backend = resolve_backend(stage.model, stage.backend)
    return load(stage.model, "encoder", backend, stage.max_length, tick)
