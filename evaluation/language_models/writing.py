"""Several texts per query, written by a language model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from evaluation.language_models.base import Reply
from evaluation.language_models.opening import open_model
from evaluation.language_models.prompts import fill
from evaluation.metering import count
from evaluation.progress import Progress

AT_ONCE = 32  # prompts between two reports
TOKENS_PER_WORD = 2  # generous: replies are asked for by words and cut by tokens


@dataclass(frozen=True)
class Writer:
    """Who writes what.

    Attributes:
        model: name of the model.
        prompt: template with `{query}`, `{words}`, `{number}` and `{of}`, in which the number
            makes the texts of a query differ although each is the most likely one.
        texts: how many per query.
        words: how long each should be.
    """

    model: str
    prompt: str
    texts: int
    words: int

    def write(self, queries: Sequence[str], report: Callable[[int], None]) -> list[list[Reply]]:
        """Give the texts of each query; `report` hears how many queries are done, and may stop.

        An empty reply is left out and counted as malformed; a query may so end without any.

        Raises:
            ModelError: the model cannot be had, or refuses.
        """
        prompts = [prompt for query in queries for prompt in self._prompts(query)]
        replies: list[Reply] = []

        def tick() -> None:
            report(len(replies) // max(1, self.texts))

        model = open_model(self.model, tick)
        for start in range(0, len(prompts), AT_ONCE):
            most = self.words * TOKENS_PER_WORD
            replies += model.complete(prompts[start : start + AT_ONCE], most, tick)
            tick()
        count(malformed_replies=sum(not reply.text for reply in replies))
        found = [replies[n * self.texts : (n + 1) * self.texts] for n in range(len(queries))]
        return [[reply for reply in each if reply.text] for each in found]

    def _prompts(self, query: str) -> list[str]:
        return [
            fill(self.prompt, query=query, words=self.words, number=number + 1, of=self.texts)
            for number in range(self.texts)
        ]


@dataclass
class Halves:
    """A listener that is told of the second half of the work, the first half being writing.

    Attributes:
        progress: hears of the whole.
        queries: how many there are.
        searched: whether the second half has begun.
    """

    progress: Progress
    queries: int
    done: int = field(default=0, init=False)

    def written(self, queries: int) -> None:
        """Say for how many queries the texts are written."""
        self._say(queries // 2)

    def tick(self) -> None:
        """Say that the work goes on."""
        self._say(self.done)

    def report(self, done: int, total: int | None, unit: str = "documents") -> None:
        """Take a report of the search."""
        del unit
        share = done / total if total else 1.0
        self._say(self.queries // 2 + round(share * (self.queries - self.queries // 2)))

    def _say(self, done: int) -> None:
        self.done = max(self.done, done)
        self.progress.report(self.done, self.queries, "queries")


def described(reply: Reply) -> str:
    """Say what a reply cost, in words."""
    origin = "from the cache of replies" if reply.cached else f"written in {reply.seconds:.1f} s"
    return f"{reply.prompt_tokens} tokens read, {reply.reply_tokens} written; {origin}"
