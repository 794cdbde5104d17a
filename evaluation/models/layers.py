"""The first layers of an encoder: how many there are, and a model cut after some of them."""

from pathlib import Path
from typing import Any

from evaluation.errors import InputError, ModelError
from evaluation.models.folders import find_model
from evaluation.models.model_files import read_config, read_modules

COUNTS = ("num_hidden_layers", "n_layers", "n_layer", "num_layers")  # as configurations call it


def layer_count(name: str) -> int:
    """Say how many layers an encoder on this machine has; 0 where that is not told."""
    folder = find_model(name)
    if folder is None:
        return 0
    config = _config(folder)
    found = (config.get(key) for key in COUNTS)
    return next((int(value) for value in found if type(value) is int), 0)


def vector_width(name: str) -> int:
    """Say how long the vectors of an encoder on this machine are; 0 where that is not told."""
    folder = find_model(name)
    if folder is None:
        return 0
    width = _config(folder).get("hidden_size") or _config(folder).get("dim") or 0
    for module in read_modules(folder):
        if str(module.get("type")).endswith(".Dense"):
            about = read_config(folder / str(module.get("path", "")), "config.json")
            width = about.get("out_features", width)
    return width if type(width) is int else 0


def keep_layers(model: Any, name: str, layers: int) -> None:
    """Cut a loaded encoder after its first layers, in place; what follows them stays.

    The hidden states of that layer are pooled as those of the last one would be (Li et al.,
    2D Matryoshka sentence embeddings, arXiv 2402.14776, 2024).

    Args:
        model: a SentenceTransformer.
        name: of the model, for messages.
        layers: how many to keep.

    Raises:
        InputError: it has fewer.
        ModelError: it is not known where its layers are.
    """
    network = model.transformers_model
    total = next((n for key in COUNTS if (n := getattr(network.config, key, None))), 0)
    stacks = [place for place, part in network.named_modules() if _is_stack(part, total)]
    if len(stacks) != 1:
        raise ModelError(
            f"The model {name!r} has no single stack of layers, so it cannot be cut after "
            f"{layers}. Choose another model, or 0 for all layers."
        )
    if layers > total:
        raise InputError(
            f"layers is {layers}, but the model {name!r} has {total}. Give a smaller number, or 0 "
            "for all."
        )
    owner, _, last = stacks[0].rpartition(".")
    whole = network.get_submodule(owner) if owner else network
    setattr(whole, last, getattr(whole, last)[:layers])


def _is_stack(part: Any, total: int) -> bool:
    return type(part).__name__ == "ModuleList" and len(part) == total > 0


def _config(folder: Path) -> dict[str, Any]:
    """Read the configuration of the transformer, which may be in a folder of its own."""
    first = next(iter(read_modules(folder)), {})
    return read_config(folder / str(first.get("path", "")), "config.json")
