"""The contract of a language model: prompts in, replies or numbers out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

ENDPOINT = "endpoint"  # as a model's name: the one that the settings of this server name


@dataclass(frozen=True)
class Reply:
    """What a model wrote.

    Attributes:
        text: of the reply; "" where it gave none that can be read, which is for the caller to
            count (metering.MALFORMED) and to do without.
        prompt_tokens: sent, as the model counts them.
        reply_tokens: written.
        cached: whether it came from the cache of replies.
        seconds: that it took when it was written.
    """

    text: str
    prompt_tokens: int = 0
    reply_tokens: int = 0
    cached: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, eq=False)
class Likelihood:
    """How likely a model finds a continuation, token by token.

    Attributes:
        tokens: of the continuation, as text.
        values: the log-probability of each.
    """

    tokens: tuple[str, ...]
    values: npt.NDArray[np.float64]

    @property
    def total(self) -> float:
        """Log-probability of the whole continuation."""
        return float(self.values.sum())


class LanguageModel(Protocol):
    """A language model, opened. Every call goes through the cache of replies and the meter."""

    @property
    def revision(self) -> str:
        """Name the content behind the model's name, for the keys of caches."""

    def complete(
        self, prompts: Sequence[str], most_tokens: int, tick: Callable[[], None]
    ) -> list[Reply]:
        """Answer each prompt, most likely words first (temperature 0).

        Args:
            prompts: what a user would write; each becomes one message.
            most_tokens: the longest reply.
            tick: called again and again while the model works; may raise to stop.

        Raises:
            ModelError: the model cannot be loaded or reached, or refused.
        """

    def choose(
        self, prompts: Sequence[str], labels: Sequence[str], tick: Callable[[], None]
    ) -> npt.NDArray[np.float64]:
        """Give the log-probability of each label as the next token: (prompts, labels).

        A label that is not among what an endpoint tells gets the least that it tells, at most.

        Raises:
            ModelError: a label is more than one token, or the endpoint tells no probabilities.
        """

    def likelihood(
        self, prompts: Sequence[str], continuations: Sequence[str], tick: Callable[[], None]
    ) -> list[Likelihood]:
        """Give the log-probability of each token of a continuation after its prompt.

        Raises:
            ModelError: the model tells no probabilities of given text, as many endpoints do not.
        """
