"""Part-of-passage queries: a stretch of a passage, word for word."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from evaluation.collections.collection import Corpus
from evaluation.probes.base import Made, Probe, Question, collect
from evaluation.probes.passages import Passages
from evaluation.progress import Progress
from evaluation.stage import param

TRIES = 10  # stretches of a passage that are looked at for one that stands nowhere else


@dataclass(frozen=True)
class Parts(Probe):
    """A stretch of a passage that stands nowhere else, and the passage as the only answer."""

    name: ClassVar[str] = "parts"
    label: ClassVar[str] = "Part-of-passage queries"
    source: ClassVar[str] = "LexSemBridge, 2025"
    about: ClassVar[str] = (
        "Does a system find a passage by a stretch of its own text? A vector of the whole passage "
        "may have lost it."
    )

    words: int = param(12, "Words of the stretch.", bounds=(1, 500))

    def make(
        self, corpus: Corpus, count: int, random: np.random.Generator, progress: Progress
    ) -> Made:
        passages = Passages.of(corpus, progress)

        def ask(row: int) -> Question | None:
            codes = passages.codes[row]
            last = len(codes) - self.words
            if last < 0:
                return None
            starts = random.integers(0, last + 1, TRIES).tolist()
            counts = passages.index.counts([codes[s : s + self.words].tolist() for s in starts])
            alone = [start for start, found in zip(starts, counts, strict=True) if found == 1]
            if not alone:
                return None
            text, doc_id = passages.text(row), passages.doc_id(row)
            places = passages.places(text)[alone[0] : alone[0] + self.words]
            asked = text[places[0][0] : places[-1][1]]
            share = round(100 * alone[0] / max(last, 1))
            return Question(asked, {doc_id: 1}, {"source": doc_id, "begins at": share})

        return Made(corpus, collect(random.permutation(len(corpus)), ask, count, progress))
