"""Choosing and loading what gives token vectors: a model made for it, or any encoder."""

from collections.abc import Callable

from evaluation.models.folders import downloads_allowed, find_model, model_folder
from evaluation.models.loading import load, resolve_backend
from evaluation.models.model_files import read_config
from evaluation.models.multi_vector import load_multi_vector
from evaluation.models.token_encoding import TokenEncoder, TokenModel
from evaluation.models.token_states import StateEncoder

MULTI_VECTOR = ("MultiVectorEncoder", "ColBERT")  # as sentence-transformers and PyLate call it
STANFORD = "HF_ColBERT"  # as the authors of ColBERT call it


def is_multi_vector(model: str) -> bool:
    """Say whether a model was made for late interaction, by what its files say."""
    folder = model_folder(model) if downloads_allowed() else find_model(model)
    if folder is None:
        return False
    made_for = read_config(folder, "config_sentence_transformers.json").get("model_type")
    made_as = read_config(folder, "config.json").get("architectures") or []
    return made_for in MULTI_VECTOR or STANFORD in made_as


def token_backend(model: str, backend: str) -> str:
    """Say what a back end means for token vectors: a multi-vector model always runs on torch."""
    return "torch" if is_multi_vector(model) else resolve_backend(model, backend)


def load_token_encoder(made_by: TokenModel, tick: Callable[[], None]) -> TokenEncoder:
    """Load a multi-vector model as it is, and any other encoder for the states of its tokens.

    Args:
        made_by: the model and how it is asked.
        tick: called again and again meanwhile; may raise to stop waiting.
    """
    if is_multi_vector(made_by.model):
        return load_multi_vector(made_by, tick)
    network = load(made_by.model, "encoder", made_by.backend, made_by.max_length, tick)
    return StateEncoder(network, made_by)
