"""Token vectors of an encoder that was not trained for them: the last state of every token."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from evaluation.models.encoding import Vectors, clipped, each_token, encode_tokens
from evaluation.models.folders import model_revision
from evaluation.models.network import Network
from evaluation.models.token_encoding import Encode, Encoded, Piece, Take, TokenModel
from evaluation.models.token_store import Half, TokenStore, Writer, open_store


@dataclass(frozen=True)
class StateEncoder:
    """Any encoder, which was not trained for late interaction: the last state of every token.

    Vectors of documents come from the store of token vectors where they are in it.
    """

    network: Network
    made_by: TokenModel
    trained: bool = False

    @property
    def dimension(self) -> int:
        """The length of its vectors."""
        return self.network.about.dimension

    def queries(self, texts: Sequence[str]) -> Iterator[Encoded]:
        """Encode queries: see `TokenEncoder`."""
        prompt = self.made_by.query_prompt
        for text, vectors in zip(texts, encode_tokens(self.network, texts, prompt), strict=True):
            yield Encoded(vectors, _fitting(self._names(text, prompt), len(vectors)))

    @contextmanager
    def documents(self) -> Iterator[Encode]:
        """Give a function that encodes documents: see `TokenEncoder`."""
        made_by, prompt = self.made_by, self.made_by.document_prompt
        revision = model_revision(made_by.model)
        store = open_store(made_by.model, revision, made_by.backend, made_by.max_length, prompt)
        with store.writer() as writer:

            def encode(texts: Sequence[str], take: Take) -> None:
                names = [self._names(text, prompt) for text in texts]  # not while it encodes

                def name(row: int, half: Half) -> None:
                    take(row, half, _fitting(names[row], len(half)))

                each_document(self.network, (store, writer), texts, prompt, name)

            yield encode

    def places(self, text: str) -> list[Piece]:
        """Name the tokens of a document with their places: see `TokenEncoder`."""
        prompt = self.made_by.document_prompt
        (whole,) = clipped(self.network, [text], prompt)
        shift = len(prompt)
        return [
            (token, start - shift, end - shift) if end > start >= shift else (token, 0, 0)
            for token, start, end in self.network.pieces(str(whole))
        ]

    def _names(self, text: str, prompt: str) -> list[str]:
        (whole,) = clipped(self.network, [text], prompt)
        return [token for token, *_ in self.network.pieces(str(whole))]


def _fitting(names: list[str], count: int) -> list[str]:
    """Give as many names as there are vectors: a text of nothing may have one without a name."""
    return (names + [""] * count)[:count]


def each_document(
    network: Network,
    kept: tuple[TokenStore, Writer],
    texts: Sequence[str],
    prompt: str,
    take: Callable[[int, Half], None],
) -> None:
    """Hand out token vectors of documents in 16 bits: those in the store, then encode the rest.

    Args:
        network: a loaded encoder.
        kept: a store of what this encoder makes, and its open writer, which takes what is new.
        texts: any number of documents.
        prompt: put in front of every text.
        take: called with the row of a text and its vectors, in any order; may raise to stop.
    """
    store, writer = kept
    missing = dict.fromkeys(range(len(texts)))
    for row, half in store.known(texts):
        del missing[row]
        take(row, half)
    rows = list(missing)

    def keep(place: int, vectors: Vectors) -> None:
        half = vectors.astype(np.float16)
        writer.add(texts[rows[place]], half)
        take(rows[place], half)

    each_token(network, [texts[row] for row in rows], keep, prompt)
