"""Opening a language model by its name: the configured endpoint, or a local one."""

from collections.abc import Callable

from evaluation.language_models.base import ENDPOINT, LanguageModel
from evaluation.language_models.endpoint import EndpointModel
from evaluation.language_models.local import LocalModel
from evaluation.language_models.settings import configured, endpoint
from evaluation.models.causal_loading import load_causal
from evaluation.models.folders import model_revision


def open_model(name: str, tick: Callable[[], None] = lambda: None) -> LanguageModel:
    """Open a language model.

    Args:
        name: `endpoint` for the one that the settings of this server name; else a local causal
            language model, by hub id or folder (see `models.folders`).
        tick: called again and again while a local one is loaded; may raise to stop waiting.

    Raises:
        ModelError: no endpoint is configured, or the model cannot be found or loaded.
    """
    if name == ENDPOINT:
        return EndpointModel(configured())
    return LocalModel(load_causal(name, tick), model_revision(name))


def revision_of(name: str) -> str:
    """Name the content behind a model's name without opening it; "" where it is not known here."""
    if name != ENDPOINT:
        return model_revision(name)
    found = endpoint()
    return found.revision if found else ""
