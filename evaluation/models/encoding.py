"""Turning texts into vectors, with progress: chunk by chunk, results in the order given."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from evaluation.errors import InputError
from evaluation.models.network import Network, Rows, Text, Values
from evaluation.progress import Progress

CHUNK = 2048  # texts that are tokenised and sorted by length together
CHARACTERS_PER_TOKEN = 200  # no language comes near; what is longer is no text, and only costs time

Vectors = npt.NDArray[np.float32]


def encode(
    network: Network,
    chunks: Iterable[Sequence[str]],
    out: Vectors,
    report: Callable[[int], None],
    prompt: str = "",
) -> None:
    """Encode texts into the rows of `out`, one after another.

    Vectors are cut to the width of `out` (Kusupati et al., Matryoshka representation learning,
    NeurIPS 2022), then brought to length one, unless the model compares by dot product.

    Args:
        network: a loaded encoder.
        chunks: the texts, some at a time, as many as `out` has rows.
        out: (texts, width) float32, filled in place; may be memory-mapped.
        report: called with the number of texts encoded so far; may raise to stop.
        prompt: put in front of every text.
    """
    normalised, done = network.about.similarity == "cosine", 0
    for texts in chunks:
        start = done

        def take(rows: Rows, values: Values, start: int = start) -> None:
            nonlocal done
            part = np.asarray(values, np.float32)[:, : out.shape[1]]
            out[start + rows] = unit(part) if normalised else part
            done += len(rows)
            report(done)

        network.run(clipped(network, texts, prompt), "vectors", take)


def each_token(
    network: Network, texts: Sequence[str], take: Callable[[int, Vectors], None], prompt: str = ""
) -> None:
    """Encode texts into one vector of length one per token, the special tokens included.

    Args:
        network: a loaded encoder.
        texts: any number; some are worked on at a time.
        take: called with the row of a text and its (tokens, dimension) vectors, in any order,
            which it need not keep; may raise to stop.
        prompt: put in front of every text.
    """
    for start in range(0, len(texts), CHUNK):

        def spread(rows: Rows, values: Values, start: int = start) -> None:
            for row, states in zip(rows.tolist(), values, strict=True):
                take(start + row, unit(states))

        network.run(clipped(network, texts[start : start + CHUNK], prompt), "tokens", spread)


def encode_tokens(network: Network, texts: Sequence[str], prompt: str = "") -> list[Vectors]:
    """Encode texts into token vectors, in the order given (see `each_token`)."""
    found: dict[int, Vectors] = {}
    each_token(network, texts, found.__setitem__, prompt)
    return [found[row] for row in range(len(texts))]


def score_pairs(
    network: Network, pairs: Sequence[tuple[str, str]], progress: Progress
) -> npt.NDArray[np.float32]:
    """Score (query, document) pairs with a cross-encoder, in the order given."""
    scores, done = np.empty(len(pairs), np.float32), 0
    limit = network.about.max_length * CHARACTERS_PER_TOKEN
    for start in range(0, len(pairs), CHUNK):

        def take(rows: Rows, values: Values, start: int = start) -> None:
            nonlocal done
            scores[start + rows] = np.asarray(values, np.float32)[:, 0]
            done += len(rows)
            progress.report(done, len(pairs), "pairs")

        part: list[Text] = [(q[:limit], d[:limit]) for q, d in pairs[start : start + CHUNK]]
        network.run(part, "scores", take)
    return scores


def clipped(network: Network, texts: Sequence[str], prompt: str) -> list[Text]:
    """Put the prompt in front and leave out what is far beyond the model's longest input."""
    limit = network.about.max_length * CHARACTERS_PER_TOKEN
    return [prompt + text[:limit] for text in texts]


def width(network: Network, truncate_dimension: int) -> int:
    """Give the length of the vectors after truncation (0: as the model gives them).

    Raises:
        InputError: the model's vectors are shorter than that.
    """
    return cut_width(network.about.dimension, truncate_dimension)


def cut_width(dimension: int, truncate_dimension: int) -> int:
    """Give the length of vectors of a dimension after truncation (see `width`)."""
    if truncate_dimension > dimension:
        raise InputError(
            f"truncate_dimension is {truncate_dimension}, but the model's vectors have "
            f"{dimension} dimensions. Give a smaller number, or 0 for all."
        )
    return truncate_dimension or dimension


def unit(vectors: Vectors) -> Vectors:
    """Bring each row to length one; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = vectors / np.maximum(lengths, np.float32(1e-12))
    return scaled
