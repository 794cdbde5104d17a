"""A made-up collection of any size, as BEIR files: words by Zipf's law, one answer per query."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

WORDS = 60  # of a document
ASKED = 6  # words of a query, all from the document that answers it
VOCABULARY = 500_000
COMMON = 50  # the words that stand in for stop words: queries are made of others
BATCH = 20_000
SYLLABLES = [a + b for a in "bdfghjklmnprstvz" for b in "aeiou"]

Codes = npt.NDArray[np.int64]


def write_collection(folder: Path, documents: int, queries: int, seed: int = 1) -> None:
    """Write `corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv` into a new folder.

    Word r of the vocabulary comes with a chance in proportion to 1 / (r + 2.7) (Mandelbrot, 1953).
    Each query is made of words of one document, which answers it; another one is judged 0.
    """
    (folder / "qrels").mkdir(parents=True)
    random = np.random.default_rng(seed)
    vocabulary = np.array([word(number) for number in range(VOCABULARY)], object)
    chances = np.cumsum(1 / (np.arange(VOCABULARY) + 2.7))
    answers = np.sort(random.choice(documents, min(queries, documents), replace=False))
    with (
        (folder / "corpus.jsonl").open("w", encoding="utf-8") as corpus,
        (folder / "queries.jsonl").open("w", encoding="utf-8") as asked,
        (folder / "qrels" / "test.tsv").open("w", encoding="utf-8") as judged,
    ):
        judged.write("query-id\tcorpus-id\tscore\n")
        for start, codes in _batches(random, documents, chances):
            for row, words in enumerate(vocabulary[codes].tolist(), start):
                corpus.write(
                    _line(f"doc{row}", title=" ".join(words[:4]), text=" ".join(words[4:]))
                )
            for row in answers[(answers >= start) & (answers < start + len(codes))].tolist():
                chosen = _asked(random, codes[row - start])
                asked.write(_line(f"query{row}", text=" ".join(vocabulary[chosen])))
                judged.write(
                    f"query{row}\tdoc{row}\t1\nquery{row}\tdoc{(row + 1) % documents}\t0\n"
                )


def word(number: int) -> str:
    """Give the word of a place in the vocabulary: common words are short, no two are the same."""
    count = len(SYLLABLES)
    parts = [SYLLABLES[number % count]]
    while number >= count:
        number = number // count - 1
        parts.append(SYLLABLES[number % count])
    return "".join(parts) + "k"


def _batches(
    random: np.random.Generator, documents: int, chances: npt.NDArray[np.float64]
) -> Iterator[tuple[int, Codes]]:
    for start in range(0, documents, BATCH):
        shape = min(BATCH, documents - start), WORDS
        yield start, np.searchsorted(chances, random.random(shape) * chances[-1])


def _asked(random: np.random.Generator, codes: Codes) -> Codes:
    rare = codes[codes >= COMMON]
    return random.choice(rare if len(rare) else codes, ASKED)


def _line(record_id: str, **fields: str) -> str:
    return json.dumps({"_id": record_id, **fields}) + "\n"
