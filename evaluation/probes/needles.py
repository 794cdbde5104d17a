"""A needle in a haystack: one sentence, planted at a depth of a text of a length."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import ClassVar

import numpy as np

from evaluation.collections.collection import Corpus, corpus_of
from evaluation.errors import InputError
from evaluation.probes.base import Made, Probe, Question
from evaluation.probes.passages import Passages
from evaluation.probes.whole_numbers import whole_numbers
from evaluation.progress import Progress
from evaluation.stage import param

LONGEST, MOST_WORDS = 100_000, 20_000_000
SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[\u3002\uff01\uff1f])")
CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeiou"
DEPTH, LENGTH = "depth", "length"


@dataclass(frozen=True)
class Needles(Probe):
    """Texts put together from the documents, each with one made-up fact that one query asks for."""

    name: ClassVar[str] = "needles"
    label: ClassVar[str] = "Needles in haystacks"
    source: ClassVar[str] = "InfiniRetri, 2025"
    about: ClassVar[str] = (
        "Does a system find a fact wherever it stands in a long text? A model that reads only the "
        "beginning of a text cannot. The documents are new: haystacks made of the old ones."
    )

    depths: str = param(
        "0, 25, 50, 75, 100", "Where the needle is planted, in per cent of the text."
    )
    lengths: str = param("100, 250, 500, 1000, 2000", "Words of a haystack.")

    def __post_init__(self) -> None:
        """Check both lists, too."""
        super().__post_init__()
        self.cells()

    def cells(self) -> list[tuple[int, int]]:
        """Give every combination of depth and length."""
        depths = whole_numbers("depths", self.depths, (0, 100))
        return list(product(depths, whole_numbers("lengths", self.lengths, (10, LONGEST))))

    def make(
        self, corpus: Corpus, count: int, random: np.random.Generator, progress: Progress
    ) -> Made:
        cells = self.cells()
        each = max(1, round(count / len(cells)))
        words = each * sum(length for _, length in cells)
        if words > MOST_WORDS:
            raise InputError(
                f"The haystacks would have {words:,} words, and at most {MOST_WORDS:,} are made. "
                "Ask for fewer queries or shorter haystacks."
            )
        passages = Passages.of(corpus, progress)
        hay = _Hay(passages, random)
        documents, questions = [], []
        for number, (depth, length) in enumerate(cells * each, 1):
            name, code = hay.name(), str(random.integers(100_000, 1_000_000))
            needle = f"The access code of {name} is {code}."
            doc_id = f"haystack-{number}"
            documents.append((doc_id, "", plant(hay.text(length), needle, depth)))
            about = {DEPTH: depth, LENGTH: length, "answer": code}
            asked = f"What is the access code of {name}?"
            questions.append(Question(asked, {doc_id: 1}, about))
            progress.report(number, len(cells) * each, "queries")
        return Made(corpus_of(documents), questions)


def plant(hay: str, needle: str, depth: int) -> str:
    """Put a needle between two sentences, nearest to a depth in per cent; 100 is the end."""
    ends = [match.end() for match in SENTENCE_END.finditer(hay)]
    place = min([0, *ends, len(hay)], key=lambda end: abs(end - len(hay) * depth / 100))
    parts = (hay[:place].strip(), needle, hay[place:].strip())
    return " ".join(part for part in parts if part)


class _Hay:
    """Draws hay, and names that stand in none of it."""

    def __init__(self, passages: Passages, random: np.random.Generator) -> None:
        self.passages, self.random = passages, random
        self.names: set[str] = set()
        self.rows = [row for row, codes in enumerate(passages.codes) if len(codes)]
        if not self.rows:
            raise InputError("The documents hold no words. Take a collection that has texts.")

    def name(self) -> str:
        """Make up a name of four syllables that nothing else holds."""
        while True:
            letters = [self.random.choice(list(kind)) for kind in (CONSONANTS, VOWELS) * 4]
            name = "".join(map(str, letters)).capitalize()
            if name not in self.names and name.lower() not in self.passages.vocabulary.codes:
                self.names.add(name)
                return name

    def text(self, words: int) -> str:
        """Put documents drawn at random together until there are enough words, and cut there."""
        parts: list[str] = []
        while words > 0:
            for row in self.random.permutation(self.rows).tolist():
                text = self.passages.text(row)
                parts.append(_first(text, self.passages.places(text), words))
                words -= len(self.passages.codes[row])
                if words <= 0:
                    break
        return " ".join(parts)


def _first(text: str, places: Sequence[tuple[int, int]], words: int) -> str:
    return text if words >= len(places) else text[: places[words - 1][1]]
