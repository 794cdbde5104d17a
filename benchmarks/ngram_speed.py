"""How fast n-grams are counted by the suffix array, beside counting in the tokens themselves.

    python -m benchmarks.ngram_speed [documents] [n-grams]

Documents are drawn (seeded) from words as frequent as in English (Zipf); the n-grams, of one to
five words, are taken out of them. The other way compares all tokens at once with each n-gram, by
numpy. Both must count the same.
"""

import sys
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from evaluation.ngrams.suffix_array import SuffixArray

WORDS, LENGTH, SCANNED = 50_000, 60, 50
T = TypeVar("T")


def main(documents: int, ngrams: int) -> None:
    """Make documents, count, compare, print."""
    random = np.random.default_rng(1)
    frequent = random.zipf(1.2, documents * LENGTH * 2)
    words = frequent[frequent <= WORDS][: documents * LENGTH].astype(np.int32)
    parts = np.split(words, range(LENGTH, len(words), LENGTH))
    index, built = timed(lambda: SuffixArray.of(parts))
    asked = [drawn(random, index.tokens) for _ in range(ngrams)]
    ours, seconds = timed(lambda: index.counts(asked))
    scanned, theirs = timed(lambda: [count(index.tokens, ngram) for ngram in asked[:SCANNED]])
    if ours[:SCANNED].tolist() != scanned:
        raise SystemExit("the counts differ")
    theirs *= ngrams / len(scanned)
    print(f"{documents:,} documents, {index.size:,} tokens, {ngrams:,} n-grams")
    print(f"index built in {built:.1f} s; counting {seconds:.3f} s")
    ratio = f"{theirs / seconds:.0f} times"
    print(f"numpy over all tokens: {theirs:.1f} s ({ratio}), from {SCANNED} of them")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Do work; gives what it gives, and the seconds it took."""
    started = time.perf_counter()
    return work(), time.perf_counter() - started


def drawn(random: np.random.Generator, tokens: npt.NDArray[np.int32]) -> tuple[int, ...]:
    """Take an n-gram out of a document."""
    length = int(random.integers(1, 6))
    while True:
        start = int(random.integers(len(tokens) - length))
        ngram = tokens[start : start + length]
        if ngram.all():
            return tuple(ngram.tolist())


def count(tokens: npt.NDArray[np.int32], ngram: tuple[int, ...]) -> int:
    """Count an n-gram in all tokens."""
    places = np.flatnonzero(tokens[: len(tokens) - len(ngram) + 1] == ngram[0])
    for shift, token in enumerate(ngram[1:], 1):
        places = places[tokens[places + shift] == token]
    return len(places)


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[1:3]]
    main(*[*given, *(100_000, 10_000)[len(given) :]])
