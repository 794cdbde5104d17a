"""The contract of a loaded model: texts in, arrays out, batch by batch."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from evaluation.errors import ModelError

Kind = Literal["encoder", "cross-encoder", "multi-vector"]
Output = Literal["vectors", "tokens", "scores"]
Text = str | tuple[str, str]
Rows = npt.NDArray[np.int64]
Values = Sequence[npt.NDArray[np.float32]] | npt.NDArray[np.float32]
Take = Callable[[Rows, Values], None]


@dataclass(frozen=True)
class About:
    """What a model says about itself.

    Attributes:
        max_length: longest input in tokens; what is longer is cut.
        limit: the longest that the model could take; 0 if it has no limit.
        dimension: length of its vectors (1 for a cross-encoder).
        prompts: texts it wants in front of queries and documents, by name.
        similarity: how its vectors are compared, `cosine` or `dot`.
    """

    max_length: int
    limit: int = 0
    dimension: int = 1
    prompts: dict[str, str] = field(default_factory=dict)
    similarity: str = "cosine"

    def length(self, name: str, wanted: int) -> int:
        """Give the longest input for a wanted `max_length` (0: the model's own).

        Raises:
            ModelError: the model cannot take inputs of that length.
        """
        if self.limit and wanted > self.limit:
            raise ModelError(
                f"max_length is {wanted}, but the model {name!r} takes at most {self.limit} tokens."
                " Give a smaller number, or 0 for the model's own."
            )
        return wanted or self.max_length


class Network(Protocol):
    """A model that was loaded on some back end."""

    @property
    def about(self) -> About:
        """What the model says about itself."""

    def run(self, texts: Sequence[Text], output: Output, take: Take) -> None:
        """Run the model over texts, in an order of its own.

        Args:
            texts: texts, or (query, document) pairs for a cross-encoder.
            output: `vectors` (one per text), `tokens` (the last hidden state of every token, the
                special ones included) or `scores` (one number per pair).
            take: called with `(rows, values)` for each finished batch in the calling thread:
                which texts these are, and one float32 array for each. It may raise to stop.
        """

    def pieces(self, text: str) -> list[tuple[str, int, int]]:
        """Cut a text as `tokens` does: each token with its place in characters, 0 to 0 for none."""


def token_batches(lengths: Sequence[int], budget: int) -> Iterator[Rows]:
    """Group texts of similar length, the longest first, into batches of so many tokens.

    Little is padded that way, and a processor likes its batches small.
    """
    order = np.argsort(-np.asarray(lengths), kind="stable")
    start = 0
    while start < len(order):
        size = max(1, budget // max(1, lengths[order[start]]))
        yield order[start : start + size]
        start += size


def threads() -> int:
    """How many threads a model or a vector search may use: OMP_NUM_THREADS, else two at most."""
    given = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, int(given)) if given.isdigit() else min(2, os.cpu_count() or 1)
