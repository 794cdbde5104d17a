"""Learned sparse encoders: texts in, weighted terms out, run by sentence-transformers on torch.

Query and document may be encoded differently: by a prompt, or by a router that sends them to
different networks (for inference-free models the query side is a table of weights).
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evaluation.errors import ModelError
from evaluation.lexical.lists import Lists
from evaluation.models.encoding import CHARACTERS_PER_TOKEN, CHUNK
from evaluation.models.folders import model_folder, model_revision
from evaluation.models.loading import patiently
from evaluation.models.model_files import read_config, read_modules, reading
from evaluation.models.network import About, threads
from evaluation.models.torch_network import BATCH, UNLIMITED, opening, positions, quiet

Role = Literal["query", "document"]
MADE_FOR_IT = {"SpladePooling", "SparseAutoEncoder", "SparseStaticEmbedding"}


@dataclass(eq=False)
class SparseNetwork:
    """A loaded sparse encoder.

    Attributes:
        model: of sentence-transformers.
        about: what it says about itself.
        names: the term behind each code, known once a text was encoded.
    """

    model: Any
    about: About
    names: list[str] = field(default_factory=list)

    def encode(self, texts: Sequence[str], role: Role, report: Callable[[int], None]) -> Lists:
        """Encode texts as queries or documents, in the order given.

        Models that compare by cosine give weights of length one, so that a score is always the
        sum of products. `report` hears how many texts are done; it may raise to stop.
        """
        found: dict[int, tuple[npt.NDArray[Any], npt.NDArray[Any]]] = {}
        for start in range(0, len(texts), CHUNK):
            chunk = texts[start : start + CHUNK]
            order = np.argsort([-len(text) for text in chunk], kind="stable")
            for row, terms, weights in self._rows([chunk[row] for row in order], role):
                found[start + int(order[row])] = terms, weights
                report(len(found))
        both = [found[row] for row in range(len(texts))]
        starts = np.append(0, np.cumsum([len(terms) for terms, _ in both])).astype(np.int64)
        codes = np.concatenate([np.zeros(0, np.int32), *(terms for terms, _ in both)])
        values = np.concatenate([np.zeros(0, np.float32), *(weights for _, weights in both)])
        return Lists(starts, codes.astype(np.int32), values)

    def _rows(self, texts: list[str], role: Role) -> Iterator[tuple[int, Any, Any]]:
        import torch

        torch.set_num_threads(threads())  # holds for the calling thread only
        encode = self.model.encode_query if role == "query" else self.model.encode_document
        limit = self.about.max_length * CHARACTERS_PER_TOKEN
        size = BATCH["cpu" if str(self.model.device) == "cpu" else "other"]
        for start in range(0, len(texts), size):
            part = [text[:limit] for text in texts[start : start + size]]
            with quiet():
                dense = encode(
                    part, batch_size=size, show_progress_bar=False, convert_to_sparse_tensor=False
                )
            values = np.asarray(dense.float().cpu().numpy(), np.float32)
            self.names = self.names or term_names(self.model, values.shape[1])
            if self.about.similarity == "cosine":
                values /= np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-12)
            for row, numbers in enumerate(values):
                terms = np.flatnonzero(numbers)
                yield start + row, terms, numbers[terms]


def load_sparse(
    name: str, max_length: int = 0, tick: Callable[[], None] = lambda: None
) -> SparseNetwork:
    """Load a sparse encoder, kept in this process for the next call (until its files change).

    Args:
        name: a hub id, or a folder below the model root.
        max_length: longest input in tokens; 0 for the model's own.
        tick: called again and again while it is loaded; may raise to stop waiting.

    Raises:
        ModelError: it cannot be found or loaded, or is no sparse encoder.
    """
    return patiently(lambda: _load(name, model_revision(name), max_length), tick)


@lru_cache(maxsize=2)
def _load(name: str, revision: str, max_length: int) -> SparseNetwork:
    del revision
    folder = model_folder(name)
    _check(name, folder)
    from sentence_transformers import SparseEncoder

    with opening(name):
        model = SparseEncoder(str(folder), local_files_only=True, model_kwargs=reading())
    model.eval()
    similarity = str(model.similarity_fn_name)
    if similarity not in ("dot", "cosine"):
        raise ModelError(
            f"The model {name!r} compares by {similarity} distance, which no inverted index can "
            "do. Choose a sparse encoder that compares by dot product or cosine."
        )
    limit, own = positions(model), model.max_seq_length
    own = int(own) if own and own < UNLIMITED else limit or 512
    about = About(own, limit, similarity=similarity)
    if max_length:
        about = About(about.length(name, max_length), limit, similarity=similarity)
        _shorten(model, max_length)
    return SparseNetwork(model, about)


def _shorten(model: Any, length: int) -> None:
    """Cut longer inputs, on both sides of a router."""
    model.max_seq_length = length
    for module in model.modules():
        if type(module).__name__ == "SparseStaticEmbedding":  # asks its tokenizer only
            module.tokenizer.model_max_length = length


def _check(name: str, folder: Path) -> None:
    """Refuse what is no sparse encoder (missing parts would be made up), and unsafe files."""
    made_for = read_config(folder, "config_sentence_transformers.json").get("model_type")
    kinds = {str(module.get("type")).rpartition(".")[2] for module in read_modules(folder)}
    masked = "ForMaskedLM" in str(read_config(folder, "config.json").get("architectures"))
    if made_for != "SparseEncoder" and not kinds & MADE_FOR_IT and (kinds or not masked):
        raise ModelError(
            f"The model {name!r} is no sparse encoder: it gives no weights of terms. Choose one "
            "made for that, such as a SPLADE model, or use this one in `dense`."
        )
    for config in folder.rglob("config.json"):
        path = read_config(config.parent, config.name).get("path")
        if path is not None and Path(str(path)).name != path:
            raise ModelError(
                f"The model {name!r} reads weights from {json.dumps(path)[:80]}, outside of its "
                "folder. Choose another model."
            )


def term_names(model: Any, dimension: int) -> list[str]:
    """Name each dimension: the token it stands for, else its number (an auto-encoder has none)."""
    latent = any(type(module).__name__ == "SparseAutoEncoder" for module in model.modules())
    tokenizer = None if latent else model.tokenizer
    known = (
        [] if tokenizer is None else tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    )
    names = list(known[:dimension])
    names += [f"dimension {code}" for code in range(len(names), dimension)]
    return names if len(set(names)) == len(names) else [f"dimension {c}" for c in range(dimension)]
