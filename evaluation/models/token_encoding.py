"""The contract of what gives token vectors of queries and documents."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from evaluation.models.encoding import Vectors
from evaluation.models.token_store import Half

Piece = tuple[str, int, int]
Take = Callable[[int, Half, list[str]], None]
Encode = Callable[[Sequence[str], Take], None]


@dataclass(frozen=True)
class TokenModel:
    """What makes token vectors, as a stage names it: a model, its back end, lengths and prompts.

    Attributes:
        model: see `folders`.
        backend: a resolved one.
        max_length: longest input in tokens; 0 for the model's own.
        query_prompt: put before queries; "" for the model's own.
        document_prompt: put before documents; "" for the model's own.
    """

    model: str
    backend: str
    max_length: int = 0
    query_prompt: str = ""
    document_prompt: str = ""


@dataclass(frozen=True, eq=False)
class Encoded:
    """The token vectors of a query, each of length one, and what the tokens are called."""

    vectors: Vectors
    tokens: list[str]


class TokenEncoder(Protocol):
    """A model that gives one vector per token."""

    @property
    def trained(self) -> bool:
        """Whether it was trained for late interaction."""

    @property
    def dimension(self) -> int:
        """The length of its vectors."""

    def queries(self, texts: Sequence[str]) -> Iterator[Encoded]:
        """Encode queries, one after another, in the order given."""

    def documents(self) -> AbstractContextManager[Encode]:
        """Give a function that encodes documents.

        It calls `take(row, vectors in 16 bits, tokens)` in any order; that may raise to stop.
        """

    def places(self, text: str) -> list[Piece]:
        """Name the tokens of a document with their places in characters; 0 and 0 for none."""
