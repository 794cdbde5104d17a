"""What can go wrong at an endpoint, as sentences."""

from collections.abc import Callable
from typing import Any

from evaluation.errors import ModelError
from evaluation.language_models.settings import KEY, MODEL, TIMEOUT, URL, Settings

LATER = "What was answered is kept: run it again later to go on."
STATUS = {
    401: f"refused the key. Set {KEY} to a valid one.",
    403: f"does not allow this key to use the model. Check {KEY} and {MODEL}.",
    404: f"knows no such model or address. Check {URL} and {MODEL}.",
    413: "finds the text too long. Let fewer or shorter documents be read.",
    429: f"had too many requests, again and again. {LATER}",
}


def answered(settings: Settings, ask: Callable[[], Any]) -> Any:
    """Ask, and give the answer; None where the server sent something that is no answer.

    Raises:
        ModelError: the server cannot be reached, is too slow, or refuses. What the library raised
            does not come along: it may hold secrets, and what comes along is printed into logs.
    """
    from openai import (
        APIConnectionError,
        APIResponseValidationError,
        APIStatusError,
        APITimeoutError,
        OpenAIError,
    )

    place = f"The endpoint of the language model {settings.model}"
    try:
        return ask()
    except (APIResponseValidationError, ValueError, RecursionError):
        return None  # no JSON
    except APITimeoutError:
        raise ModelError(
            f"{place} did not answer within {settings.timeout_s:g} s, again and again. "
            f"Give it more time ({TIMEOUT}). {LATER}"
        ) from None
    except APIConnectionError:
        raise ModelError(f"{place} cannot be reached. Check {URL} and the network.") from None
    except APIStatusError as error:
        raise ModelError(f"{place} {_refusal(error.status_code, settings, error)}") from None
    except OpenAIError as error:
        raise ModelError(f"{place} failed: {_safe(error, settings)}. {LATER}") from None


def _refusal(status: int, settings: Settings, error: Exception) -> str:
    if status in STATUS:
        return STATUS[status]
    if 300 <= status < 400:
        return f"sends elsewhere, where nothing is sent. Set {URL} to its final address."
    if status >= 500:
        return f"failed with status {status}, again and again. {LATER}"
    return f"refused with status {status}: {_safe(error, settings)}. Check {MODEL}."


def _safe(error: Exception, settings: Settings) -> str:
    """Give the beginning of what the server said, without secrets."""
    return settings.without_secrets(" ".join(str(error).split()))[:200].rstrip(".")
