"""Keyword queries: the words that tell a passage from all others."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from evaluation.collections.collection import Corpus
from evaluation.probes.base import Made, Probe, Question, collect
from evaluation.probes.passages import Passages
from evaluation.progress import Progress
from evaluation.stage import param
from evaluation.text import STOP_WORDS


@dataclass(frozen=True)
class Keywords(Probe):
    """The words of a passage with the highest TF-IDF, and the passage as the only answer."""

    name: ClassVar[str] = "keywords"
    label: ClassVar[str] = "Keyword queries"
    source: ClassVar[str] = "LexSemBridge, 2025"
    about: ClassVar[str] = (
        "Does a system find a passage by its most telling words? Lexical retrieval should; dense "
        "retrieval often does worse, because the words make no sentence."
    )

    words: int = param(5, "Words of a query.", bounds=(1, 50))
    stop_words: str = param("english", "Words that are never asked for.", choices=tuple(STOP_WORDS))

    def make(
        self, corpus: Corpus, count: int, random: np.random.Generator, progress: Progress
    ) -> Made:
        passages = Passages.of(corpus, progress)
        stops = passages.vocabulary.stops(self.stop_words)
        terms = ["", *passages.vocabulary.codes]
        rarity = np.log(len(corpus) / np.maximum(passages.frequencies, 1))

        def ask(row: int) -> Question | None:
            codes, times = np.unique(passages.codes[row], return_counts=True)
            weights = np.where(stops[codes], 0.0, times * rarity[codes])
            telling = [c for c in range(len(codes)) if weights[c] > 0]
            telling.sort(key=lambda place: (-weights[place], terms[codes[place]]))
            if len(telling) < self.words or not passages.unlike_others(row):
                return None
            text = " ".join(terms[codes[place]] for place in telling[: self.words])
            doc_id = passages.doc_id(row)
            return Question(text, {doc_id: 1}, {"source": doc_id})

        return Made(corpus, collect(random.permutation(len(corpus)), ask, count, progress))
