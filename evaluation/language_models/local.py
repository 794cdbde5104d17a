"""A language model on this machine, with the cache of replies and the meter around it."""

import time
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from evaluation.language_models.base import Likelihood, Reply
from evaluation.language_models.replies import replies_of
from evaluation.metering import count
from evaluation.models.causal_network import CausalNetwork
from evaluation.models.causal_writing import write

Tick = Callable[[], None]


class LocalModel:
    """A causal language model from a folder. What it wrote is kept; numbers are computed anew."""

    def __init__(self, network: CausalNetwork, revision: str) -> None:
        self.network, self._revision = network, revision
        self.replies = replies_of(f"{network.name} {revision}")

    @property
    def revision(self) -> str:
        """Name the content of the model's files."""
        return self._revision

    def complete(self, prompts: Sequence[str], most_tokens: int, tick: Tick) -> list[Reply]:
        """Answer each prompt: see `LanguageModel.complete`."""
        found: dict[str, Reply] = {}
        for prompt in dict.fromkeys(prompts):
            reply = self.replies.find(most_tokens, prompt)
            if reply is not None:
                found[prompt] = reply
        missing = [prompt for prompt in dict.fromkeys(prompts) if prompt not in found]
        known, started = list(found.values()), time.perf_counter()
        for batch in write(self.network, missing, most_tokens, tick):
            seconds = (time.perf_counter() - started) / len(batch)
            for row, text, sent, written in batch:
                found[missing[row]] = Reply(text, sent, written, False, seconds)
                self.replies.keep(found[missing[row]], most_tokens, missing[row])
            started = time.perf_counter()
        count(
            calls=len(found),
            cached_calls=len(known),
            prompt_tokens=sum(reply.prompt_tokens for reply in found.values()),
            reply_tokens=sum(reply.reply_tokens for reply in found.values()),
            cached_tokens=sum(reply.prompt_tokens + reply.reply_tokens for reply in known),
            saved_ms=round(1000 * sum(reply.seconds for reply in known)),
        )
        return [found[prompt] for prompt in prompts]

    def choose(
        self, prompts: Sequence[str], labels: Sequence[str], tick: Tick
    ) -> npt.NDArray[np.float64]:
        """Give log-probabilities of labels: see `LanguageModel.choose`."""
        tick()
        ids = [self.network.prompt_ids(prompt) for prompt in prompts]
        count(calls=len(ids), prompt_tokens=sum(map(len, ids)))
        return self.network.choices(ids, labels, tick)

    def likelihood(
        self, prompts: Sequence[str], continuations: Sequence[str], tick: Tick
    ) -> list[Likelihood]:
        """Give log-probabilities of texts: see `LanguageModel.likelihood`."""
        tick()
        pairs = list(zip(prompts, continuations, strict=True))
        found = self.network.likelihoods(pairs, tick)
        count(calls=len(pairs), prompt_tokens=sum(read + len(ids) for ids, _, read in found))
        return [Likelihood(self.network.words(ids), values) for ids, values, _ in found]
