"""Models trained for late interaction (ColBERT and the like), run by sentence-transformers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from evaluation.models.encoding import CHARACTERS_PER_TOKEN, unit
from evaluation.models.folders import model_folder, model_revision
from evaluation.models.loading import patiently
from evaluation.models.network import threads
from evaluation.models.token_encoding import Encode, Encoded, Piece, Take, TokenModel
from evaluation.models.torch_network import BATCH, load_model, quiet

MERGED = "[merged]"  # what a vector is called that a model made of several tokens


@dataclass(frozen=True)
class MultiVectorModel:
    """A `MultiVectorEncoder`: it knows which tokens count and how queries are made longer."""

    model: Any
    made_by: TokenModel
    trained: bool = True

    @property
    def dimension(self) -> int:
        """The length of its vectors."""
        return int(self.model.get_embedding_dimension())

    def queries(self, texts: Sequence[str]) -> Iterator[Encoded]:
        """Encode queries: see `TokenEncoder`."""
        size = self._batch_size()
        for start in range(0, len(texts), size):
            yield from self._encode(texts[start : start + size], "query")

    @contextmanager
    def documents(self) -> Iterator[Encode]:
        """Give a function that encodes documents: see `TokenEncoder`."""

        def encode(texts: Sequence[str], take: Take) -> None:
            size, row = self._batch_size(), 0
            for start in range(0, len(texts), size):
                for found in self._encode(texts[start : start + size], "document"):
                    take(row, found.vectors.astype(np.float16), found.tokens)
                    row += 1

        yield encode

    def places(self, text: str) -> list[Piece]:
        """Name the tokens of a document; where they stand in it is not told by these models."""
        (found,) = self._encode([text], "document")
        return [(token, 0, 0) for token in found.tokens]

    def _batch_size(self) -> int:
        return BATCH["cpu" if str(self.model.device) == "cpu" else "other"]

    def _encode(self, texts: Sequence[str], task: str) -> list[Encoded]:
        import torch

        torch.set_num_threads(threads())  # holds for the calling thread only
        limit = int(self.model.max_seq_length or 512) * CHARACTERS_PER_TOKEN
        own = self.made_by.query_prompt if task == "query" else self.made_by.document_prompt
        run = self.model.encode_query if task == "query" else self.model.encode_document
        options = {"prompt": own} if own else {}
        with quiet():
            found = run(
                [text[:limit] for text in texts],
                output_value=None,
                batch_size=self._batch_size(),
                show_progress_bar=False,
                **options,
            )
        return [self._counted(features) for features in found]

    def _counted(self, features: dict[str, Any]) -> Encoded:
        """Keep the vectors that count, and name their tokens."""
        counts = features["attention_mask"].bool().cpu()
        vectors = features["token_embeddings"].float().cpu()[counts].numpy()
        codes = features.get("input_ids")
        if codes is None or len(codes) != len(counts) or self._merges():
            return Encoded(unit(vectors), [MERGED] * len(vectors))
        names = self.model.tokenizer.convert_ids_to_tokens(codes.cpu()[counts].tolist())
        return Encoded(unit(vectors), list(names))

    def _merges(self) -> bool:
        from sentence_transformers.multi_vector_encoder.modules import BaseTokenPooling

        return any(isinstance(module, BaseTokenPooling) for module in self.model)


def load_multi_vector(made_by: TokenModel, tick: Callable[[], None]) -> MultiVectorModel:
    """Load a multi-vector model, kept in this process for the next call.

    Raises:
        ModelError: it cannot be found or loaded.
    """
    revision = model_revision(made_by.model)
    return patiently(lambda: _load(made_by, revision), tick)


@lru_cache(maxsize=4)
def _load(made_by: TokenModel, revision: str) -> MultiVectorModel:
    del revision  # so that a model whose files changed is loaded again
    model = load_model(made_by.model, model_folder(made_by.model), "multi-vector")
    if made_by.max_length:
        model.max_seq_length = made_by.max_length
        model[0].query_length = model[0].document_length = None
    return MultiVectorModel(model, made_by)
