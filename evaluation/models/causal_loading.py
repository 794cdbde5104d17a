"""Loading a causal language model: which ones can be, kept in this process for the next call."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from evaluation.errors import ModelError
from evaluation.models.causal_network import CausalNetwork
from evaluation.models.folders import model_folder, model_revision
from evaluation.models.loading import patiently
from evaluation.models.model_files import faults, read_config, reading, reason


def load_causal(name: str, tick: Callable[[], None] = lambda: None) -> CausalNetwork:
    """Load a causal language model from a folder, in single precision, without code of its own.

    Args:
        name: of the model; see `folders`.
        tick: called again and again while it is loaded; may raise to stop waiting.

    Raises:
        ModelError: it cannot be found or loaded, or is no causal language model.
    """
    return patiently(lambda: _load(name, model_revision(name)), tick)


@lru_cache(maxsize=1)  # they are large
def _load(name: str, revision: str) -> CausalNetwork:
    del revision  # only part of the key: files that change are loaded again
    folder = model_folder(name)
    return CausalNetwork(name, *_read(name, folder))


def _read(name: str, folder: Path) -> tuple[Any, Any]:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from evaluation.models.torch_network import quiet

    _check(name, folder)
    options = {**reading(), "dtype": torch.float32}
    try:
        with quiet():
            tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
            model = AutoModelForCausalLM.from_pretrained(
                str(folder), local_files_only=True, **options
            )
    except faults() as error:
        raise ModelError(
            f"The language model {name!r} cannot be loaded: {reason(error)} Choose another one, or "
            "fetch its files again."
        ) from error
    if not tokenizer.is_fast:
        raise ModelError(
            f"The language model {name!r} has no tokenizer.json, so places in its texts cannot be "
            "told. Choose one that has it."
        )
    return _placed(model, "cuda" if torch.cuda.is_available() else "cpu"), tokenizer


def _placed(model: Any, device: str) -> Any:
    return model.eval().to(device)


def _check(name: str, folder: Path) -> None:
    """Refuse what is no causal language model, or comes with code of its own."""
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    config = read_config(folder, "config.json")
    made_as = str(config.get("architectures"))
    known = config.get("model_type") in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES
    if not known or not ("CausalLM" in made_as or "LMHead" in made_as):
        raise ModelError(
            f"The model {name!r} is no causal language model that can be run without code of its "
            "own. Choose one that writes text, such as `Qwen/Qwen2.5-0.5B-Instruct`."
        )
    if "auto_map" in read_config(folder, "tokenizer_config.json"):
        raise ModelError(
            f"The tokenizer of the model {name!r} is code of its own, which is never run. Choose "
            "another model."
        )
