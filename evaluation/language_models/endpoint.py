"""The language model at the configured endpoint, asked with the protocol of OpenAI."""

import json
import math
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.errors import ModelError
from evaluation.language_models.base import Likelihood, Reply
from evaluation.language_models.refusals import answered
from evaluation.language_models.replies import replies_of
from evaluation.language_models.settings import Settings
from evaluation.metering import count

RETRIES = 4  # after the first time; waits as the server says (Retry-After), else ever longer
MOST_TOLD = 20  # words whose probability such servers tell at most
TICK_S = 0.1
HALF = re.compile("[\ud800-\udfff]")  # of a character pair, which no file can hold
Tick = Callable[[], None]


class EndpointModel:
    """A language model on another machine. What it was once asked is not asked again."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.replies = replies_of(settings.revision)

    @property
    def revision(self) -> str:
        """Name the model and, as a hash, where it is."""
        return self.settings.revision

    def complete(self, prompts: Sequence[str], most_tokens: int, tick: Tick) -> list[Reply]:
        """Answer each prompt: see `LanguageModel.complete`."""
        return self._answer(prompts, {"max_tokens": most_tokens}, _text, tick)

    def choose(
        self, prompts: Sequence[str], labels: Sequence[str], tick: Tick
    ) -> npt.NDArray[np.float64]:
        """Give log-probabilities of labels: see `LanguageModel.choose`.

        What the server tells is taken together by word, whatever its case and the spaces around
        it. Where it tells of none of the labels, all get the same, and that is counted.
        """
        wanted = {"max_tokens": 1, "logprobs": True, "top_logprobs": MOST_TOLD}
        found = self._answer(prompts, wanted, self._told, tick)
        rows = [_labelled(reply.text, labels) for reply in found]
        return np.array(rows, np.float64).reshape(len(prompts), len(labels))

    def likelihood(
        self, prompts: Sequence[str], continuations: Sequence[str], tick: Tick
    ) -> list[Likelihood]:
        """Give log-probabilities of texts: see `LanguageModel.likelihood`.

        Asks for the text to be repeated (`echo` of the older completions, which vLLM and others
        serve). A token over the border belongs to the continuation.
        """
        texts = [prompt + text for prompt, text in zip(prompts, continuations, strict=True)]
        wanted = {"max_tokens": 1, "echo": True, "logprobs": 1}
        found = self._answer(texts, wanted, self._read_back, tick)
        return [
            _continuation(reply.text, len(prompt), len(text))
            for reply, prompt, text in zip(found, prompts, texts, strict=True)
        ]

    def _answer(
        self,
        prompts: Sequence[str],
        wanted: dict[str, Any],
        read: Callable[[Any], str],
        tick: Tick,
    ) -> list[Reply]:
        """Answer prompts from the cache or the server, and count what that takes."""
        tick()
        found = {
            prompt: reply
            for prompt in dict.fromkeys(prompts)
            if (reply := self.replies.find(wanted, prompt)) is not None
        }
        known = list(found.values())
        missing = [prompt for prompt in dict.fromkeys(prompts) if prompt not in found]
        if missing:
            found |= self._ask(missing, wanted, read, tick)
        self._count([found[prompt] for prompt in missing], known)
        return [found[prompt] for prompt in prompts]

    def _ask(
        self, prompts: list[str], wanted: dict[str, Any], read: Callable[[Any], str], tick: Tick
    ) -> dict[str, Reply]:
        """Ask the server, several at once; each reply is kept as soon as it is there."""
        _ = self._client  # made here, once, and not by each of the threads
        pool = ThreadPoolExecutor(min(self.settings.parallel, len(prompts)))
        try:
            asked = {prompt: pool.submit(self._one, prompt, wanted, read) for prompt in prompts}
            _wait(list(asked.values()), tick)
            return {prompt: future.result() for prompt, future in asked.items()}
        finally:  # what is under way ends unseen, if it was stopped or one has failed
            pool.shutdown(wait=False, cancel_futures=True)

    def _one(self, prompt: str, wanted: dict[str, Any], read: Callable[[Any], str]) -> Reply:
        started = time.perf_counter()
        answer = answered(self.settings, lambda: self._create(prompt, wanted))
        usage, seconds = getattr(answer, "usage", None), time.perf_counter() - started
        tokens = [
            _counted(getattr(usage, f"{side}_tokens", 0)) for side in ("prompt", "completion")
        ]
        text = self.settings.without_secrets(read(answer))
        reply = Reply(text, tokens[0], tokens[1], False, seconds)
        self.replies.keep(reply, wanted, prompt)
        return reply

    def _create(self, prompt: str, wanted: dict[str, Any]) -> Any:
        fixed = {"model": self.settings.model, "temperature": 0}
        if "echo" in wanted:
            return self._client.completions.create(prompt=prompt, **fixed, **wanted)
        messages = [{"role": "user", "content": prompt}]
        return self._client.chat.completions.create(messages=messages, **fixed, **wanted)

    @cached_property
    def _client(self) -> Any:
        from openai import DefaultHttpxClient, OpenAI

        return OpenAI(
            # documents go where the settings say, and nowhere that a server there sends them
            http_client=DefaultHttpxClient(follow_redirects=False),
            api_key=self.settings.key or "none",
            base_url=self.settings.url,
            timeout=self.settings.timeout_s,
            max_retries=RETRIES,
        )

    def _told(self, answer: Any) -> str:
        """Read the probabilities of the first word, as JSON; "" where there is no answer at all."""
        choices = getattr(answer, "choices", None)
        if not choices:
            return ""
        content = getattr(getattr(choices[0], "logprobs", None), "content", None)
        found = getattr(content[0], "top_logprobs", None) if isinstance(content, list) else None
        pairs = [_pair(told) for told in found or ()] if isinstance(found, list) else []
        if not pairs or None in pairs:
            raise ModelError(
                f"The endpoint does not tell the probabilities of what {self.settings.model} "
                "writes (top_logprobs), which this stage needs. Choose a local model, or a "
                "reranker that reads what is written."
            )
        return json.dumps(pairs)

    def _read_back(self, answer: Any) -> str:
        """Read each token of the text with its log-probability and place, as JSON."""
        choices = getattr(answer, "choices", None)
        told = getattr(choices[0], "logprobs", None) if choices else None
        tokens, values = getattr(told, "tokens", None), getattr(told, "token_logprobs", None)
        places = getattr(told, "text_offset", None)
        if not tokens or not values or not places or not len(tokens) == len(values) == len(places):
            raise ModelError(
                "The endpoint does not tell how likely a given text is (completions with `echo`). "
                "Choose a local model for this stage, or a server that does, such as vLLM."
            )
        return json.dumps([[t, v, p] for t, v, p in zip(tokens, values, places, strict=True)])

    def _count(self, fresh: list[Reply], known: list[Reply]) -> None:
        every = fresh + known
        sent, written = sum(r.prompt_tokens for r in every), sum(r.reply_tokens for r in every)
        times = [reply.seconds for reply in known]
        saved = max([sum(times) / self.settings.parallel, *times])  # several were under way at once
        count(
            calls=len(every),
            cached_calls=len(known),
            prompt_tokens=sent,
            reply_tokens=written,
            cached_tokens=sum(r.prompt_tokens + r.reply_tokens for r in known),
            paid_prompt_tokens=sent,
            paid_reply_tokens=written,
            saved_ms=round(1000 * saved),
        )


def _wait(asked: list[Future[Reply]], tick: Tick) -> None:
    """Wait for all, or the first that fails, with `tick` called meanwhile."""
    left = set(asked)
    while left:
        done, left = wait(left, TICK_S, FIRST_COMPLETED)
        for future in done:
            future.result()
        tick()


def _text(answer: Any) -> str:
    """Read what was written; "" where the answer holds nothing that can be read."""
    choices = getattr(answer, "choices", None)
    message = getattr(choices[0], "message", None) if choices else None
    text = getattr(message, "content", None)
    return HALF.sub("\ufffd", text.strip()) if isinstance(text, str) else ""


def _counted(value: object) -> int:
    """Give a number of tokens; 0 for what is none."""
    return value if type(value) is int and value > 0 else 0


def _pair(told: Any) -> list[Any] | None:
    """Give a word with its log-probability; None for what is none."""
    word, value = getattr(told, "token", None), getattr(told, "logprob", None)
    if not isinstance(word, str) or not isinstance(value, int | float) or math.isnan(value):
        return None
    return [HALF.sub("\ufffd", word), value]


def _continuation(told: str, start: int, end: int) -> Likelihood:
    """Take the tokens between two places of a text, in characters; the first has no chance told."""
    kept = [
        (token, value)
        for token, value, place in json.loads(told)
        if place < end and place + len(token) > start and value is not None
    ]
    return Likelihood(tuple(token for token, _ in kept), np.array([v for _, v in kept], np.float64))


def _labelled(told: str, labels: Sequence[str]) -> list[float]:
    """Give the log-probability of each label by what the server told."""
    words: dict[str, float] = {}
    for token, value in json.loads(told) if told else ():
        word = token.strip().casefold()
        words[word] = float(np.logaddexp(words.get(word, -math.inf), value))
    known = [label.strip().casefold() for label in labels]
    if not set(known) & words.keys():
        count(malformed_replies=1)
        return [-math.log(len(labels))] * len(labels)
    least = min(value for _, value in json.loads(told))
    return [words.get(label, least) for label in known]
