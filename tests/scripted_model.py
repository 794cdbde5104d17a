"""Language models that read the prompts of our rerankers and answer as they are told to."""

import re
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from evaluation.language_models.base import Likelihood, Reply

PASSAGE = re.compile(r"^\[(\d+)\] (.*)$", re.M)
Script = Callable[[str], str]


def passages_of(prompt: str) -> list[str]:
    """Give the passages of a prompt, in the order of their numbers."""
    listed = prompt.rpartition("<passages>")[2].partition("</passages>")[0]
    found = PASSAGE.findall(listed)
    assert [int(number) for number, _ in found] == list(range(1, len(found) + 1))
    return [text for _, text in found]


def oracle(worth: Callable[[str], float]) -> Script:
    """Answer either kind of prompt without a mistake."""

    def script(prompt: str) -> str:
        passages = passages_of(prompt)
        order = sorted(range(len(passages)), key=lambda place: -worth(passages[place]))
        if "<answer>" in prompt:
            return f"<think>I like {passages[order[0]]}</think><answer>[{order[0] + 1}]</answer>"
        return " > ".join(f"[{place + 1}]" for place in order)

    return script


class Scripted:
    """A language model that answers by a script, and remembers what it was asked."""

    revision = "scripted"

    def __init__(self, script: Script) -> None:
        self.script = script
        self.prompts: list[str] = []

    def complete(
        self, prompts: Sequence[str], most_tokens: int, tick: Callable[[], None]
    ) -> list[Reply]:
        del most_tokens
        tick()
        known = set(self.prompts)
        self.prompts += prompts
        return [
            Reply(text := self.script(p), len(p.split()), len(text.split()), p in known)
            for p in prompts
        ]

    def choose(
        self, prompts: Sequence[str], labels: Sequence[str], tick: Callable[[], None]
    ) -> npt.NDArray[np.float64]:
        raise NotImplementedError

    def likelihood(
        self, prompts: Sequence[str], continuations: Sequence[str], tick: Callable[[], None]
    ) -> list[Likelihood]:
        raise NotImplementedError
