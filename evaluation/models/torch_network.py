"""Models run by sentence-transformers on torch: the plain way, on any device."""

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.errors import ModelError
from evaluation.models.layers import keep_layers
from evaluation.models.model_files import faults, read_config, reading, reason
from evaluation.models.network import About, Kind, Output, Rows, Take, Text, Values, threads

BATCH = {"cpu": 32, "other": 128}  # 32 is the default of sentence-transformers
UNLIMITED = 1_000_000  # tokenizers say "no limit" with a number far above this


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the libraries' warnings and progress bars to themselves."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    for library in ("transformers", "sentence_transformers"):
        logging.getLogger(library).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def opening(name: str) -> Iterator[None]:
    """Turn whatever the libraries raise while they load a model into a ModelError, quietly."""
    try:
        with quiet():
            yield
    except faults() as error:
        raise ModelError(
            f"The model {name!r} cannot be loaded: {reason(error)} Choose another one, or fetch "
            "its files again."
        ) from error


def load_model(name: str, folder: Path, kind: Kind, layers: int = 0) -> Any:
    """Load a model of sentence-transformers from a folder, without any code of its own.

    `layers` keeps so many layers of an encoder, from the first; 0 keeps all.

    Raises:
        ModelError: it cannot be loaded, or it cannot be used as what was asked.
    """
    from sentence_transformers import CrossEncoder, MultiVectorEncoder, SentenceTransformer

    _check_head(name, folder, kind)
    makers = {"cross-encoder": CrossEncoder, "multi-vector": MultiVectorEncoder}
    make = makers.get(kind, SentenceTransformer)
    with opening(name):
        model = make(str(folder), local_files_only=True, model_kwargs=reading())
    model.eval()
    model.default_prompt_name = None  # prompts are put in front of the texts by the stages
    _check_use(name, model, kind)
    if layers:
        keep_layers(model, name, layers)
    return model


def describe(model: Any, kind: Kind) -> About:
    """Read what a loaded model says about itself."""
    limit = positions(model)
    own = model.max_seq_length
    own = int(own) if own and own < UNLIMITED else limit or 512
    if kind == "cross-encoder":
        return About(own, limit)
    dimension = int(model.get_embedding_dimension())
    prompts = {key: text for key, text in model.prompts.items() if text}
    return About(own, limit, dimension, prompts, "dot" if _uses_dot(model) else "cosine")


class TorchNetwork:
    """A loaded model on torch, used as sentence-transformers uses it."""

    def __init__(self, model: Any, name: str, kind: Kind, max_length: int) -> None:
        self.model, self.kind = model, kind
        self._about = describe(model, kind)
        if max_length:
            _shorten(model, self._about.length(name, max_length))

    @property
    def about(self) -> About:
        """What the model says about itself."""
        return self._about

    def run(self, texts: Sequence[Text], output: Output, take: Take) -> None:
        """Run the model over texts: see `Network.run`."""
        import torch

        torch.set_num_threads(threads())  # holds for the calling thread only
        lengths = [-len(text) if isinstance(text, str) else -sum(map(len, text)) for text in texts]
        order: Rows = np.argsort(np.array(lengths), kind="stable")
        size = BATCH["cpu" if str(self.model.device) == "cpu" else "other"]
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            take(rows, self._batch([texts[row] for row in rows], output, size))

    def pieces(self, text: str) -> list[tuple[str, int, int]]:
        """Cut a text into tokens: see `Network.pieces`."""
        bare = text.strip()  # as sentence-transformers does
        shift = text.find(bare)
        tokenizer = self.model.tokenizer
        if _is_static(self.model):
            plain = tokenizer.encode(bare, add_special_tokens=False)
            places = zip(plain.tokens, plain.offsets, strict=True)
            return [(token, start + shift, end + shift) for token, (start, end) in places]
        found = tokenizer(
            bare,
            truncation=True,
            max_length=self.model.max_seq_length,
            return_offsets_mapping=True,
        )
        tokens = tokenizer.convert_ids_to_tokens(found["input_ids"])
        return [
            (token, start + shift, end + shift) if end else (token, 0, 0)
            for token, (start, end) in zip(tokens, found["offset_mapping"], strict=True)
        ]

    def _batch(self, texts: list[Text], output: Output, size: int) -> Values:
        options = {"batch_size": size, "show_progress_bar": False}
        with quiet():
            if output == "scores":
                from torch.nn import Identity

                # Before the sigmoid that many models end in: it rounds good scores to equal ones.
                scores = self.model.predict(texts, activation_fn=Identity(), **options)
                return np.asarray(scores, np.float32).reshape(-1, 1)
            if output == "vectors":
                return np.asarray(self.model.encode(texts, **options), np.float32)
            if _is_static(self.model):
                raise ModelError(
                    "The model looks its words up in a table and gives no vectors of tokens in "
                    "their context. Choose an encoder that reads whole texts."
                )
            states = self.model.encode(texts, output_value="token_embeddings", **options)
            return [np.asarray(state.float().cpu().numpy(), np.float32) for state in states]


def _check_head(name: str, folder: Path, kind: Kind) -> None:
    """Refuse a model made for the other use: the missing parts would be filled at random."""
    made_for = read_config(folder, "config_sentence_transformers.json").get("model_type")
    made_as = str(read_config(folder, "config.json").get("architectures"))
    scores = "ForSequenceClassification" in made_as or "ForCausalLM" in made_as
    if kind == "cross-encoder" and made_for != "CrossEncoder" and not scores:
        raise ModelError(
            f"The model {name!r} is no cross-encoder: it has no trained head that scores pairs. "
            "Choose one made for re-ranking, such as `cross-encoder/ms-marco-MiniLM-L6-v2`."
        )
    if kind == "encoder" and (made_for == "CrossEncoder" or "ForSequenceClassification" in made_as):
        raise ModelError(
            f"The model {name!r} scores pairs of texts and gives no vectors. Choose an encoder, or "
            "use this one as a cross-encoder."
        )


def _check_use(name: str, model: Any, kind: Kind) -> None:
    if kind == "cross-encoder" and model.num_labels != 1:
        raise ModelError(
            f"The model {name!r} gives {model.num_labels} numbers per pair, and re-ranking needs "
            "one. Choose a cross-encoder made for relevance."
        )
    if any(getattr(module, "include_prompt", True) is False for module in model):
        raise ModelError(
            f"The model {name!r} leaves its instruction out of the pooling, which is not supported "
            "here. Choose a model whose prompts are part of the text."
        )


def positions(model: Any) -> int:
    """Count the tokens for which a model has positions; 0 if it has no such limit."""
    for place, module in model.named_modules():
        if place.endswith("position_embeddings") and hasattr(module, "num_embeddings"):
            before = 0 if module.padding_idx is None else module.padding_idx + 1  # as in RoBERTa
            return int(module.num_embeddings) - before
    config = getattr(model.transformers_model, "config", None)
    return int(getattr(config, "max_position_embeddings", None) or 0)


def _is_static(model: Any) -> bool:
    """Say whether a model is a table of word vectors (StaticEmbedding), of which it takes means."""
    return hasattr(model.tokenizer, "encode_batch_fast")  # a bare tokenizer, not one of a network


def _shorten(model: Any, tokens: int) -> None:
    if _is_static(model):
        model.tokenizer.enable_truncation(tokens)
    else:
        model.max_seq_length = tokens


def _uses_dot(model: Any) -> bool:
    return str(getattr(model, "similarity_fn_name", "cosine")) == "dot"
