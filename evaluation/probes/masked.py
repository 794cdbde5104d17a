"""Masked-span questions: a passage with names and numbers hidden that other passages tell."""

import re
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from evaluation.collections.collection import Corpus
from evaluation.probes.base import Made, Probe, Question, collect
from evaluation.probes.passages import Passages
from evaluation.probes.whole_numbers import whole_numbers
from evaluation.progress import Progress
from evaluation.stage import param

MASK = "[MASK]"
SPAN = re.compile(
    r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])"  # numbers
    r"|\b(?=\w*[A-Z]\w*[A-Z]|\w*[A-Za-z]\d|\w*\d[A-Za-z])[\w-]*\w"  # abbreviations: DNA, p53, H1N1
    r"|(?<=[a-z,;] )[A-Z][\w-]*\w(?: [A-Z][\w-]*\w)*"  # names within a sentence
)
SHORTEST = 2


@dataclass(frozen=True)
class Masked(Probe):
    """A stretch of a passage with names or numbers masked that other passages hold.

    Those are the answers, graded by how many of the masked spans they hold; the passage itself is
    judged not relevant. Spans are found by their letters and digits, without a model.
    """

    name: ClassVar[str] = "masked"
    label: ClassVar[str] = "Masked-span questions"
    source: ClassVar[str] = "MaskSearch, 2025"
    about: ClassVar[str] = (
        "Does a system find other passages that tell what is missing from a text? Difficult: the "
        "passage itself looks most alike, and does not count."
    )

    masks: str = param("1, 2, 3", "How many spans are masked; shared out over the queries.")
    words: int = param(60, "Words of the longest query.", bounds=(5, 1000))
    most_answers: int = param(
        20, "A span that more other passages hold is too common.", bounds=(1, 1000)
    )

    def __post_init__(self) -> None:
        """Check the list, too."""
        super().__post_init__()
        self.amounts()

    def amounts(self) -> list[int]:
        """Give the numbers of masks that are asked for."""
        return whole_numbers("masks", self.masks, (1, 20))

    def make(
        self, corpus: Corpus, count: int, random: np.random.Generator, progress: Progress
    ) -> Made:
        passages, asked = Passages.of(corpus, progress), 0
        amounts = self.amounts()

        def ask(row: int) -> Question | None:
            nonlocal asked
            question = self._ask(passages, row, amounts[asked % len(amounts)], random)
            asked += question is not None
            return question

        return Made(corpus, collect(random.permutation(len(corpus)), ask, count, progress))

    def _ask(
        self, passages: Passages, row: int, masks: int, random: np.random.Generator
    ) -> Question | None:
        text = self._window(passages, passages.text(row), random)
        spans = sorted({s for s in SPAN.findall(text) if len(s) >= SHORTEST})
        answers: dict[str, list[int]] = {}
        for span in random.permutation(spans).tolist() if spans else []:
            held = self._holders(passages, str(span), row)
            if held and len(answers) < masks and not any(span in a or a in span for a in answers):
                answers[str(span)] = held
        query = text
        for answer in answers:
            query = whole(answer).sub(MASK, query)
        told = any(answer.lower() in query.lower() for answer in answers)
        if len(answers) < masks or told:
            return None
        grades = {passages.doc_id(row): 0}
        for held in answers.values():
            for other in held:
                doc_id = passages.doc_id(other)
                grades[doc_id] = grades.get(doc_id, 0) + 1
        columns = {"masks": masks, "answers": "; ".join(answers), "source": passages.doc_id(row)}
        return Question(query, grades, columns)

    def _window(self, passages: Passages, text: str, random: np.random.Generator) -> str:
        """Cut a stretch of the longest allowed length out of a text, at random."""
        places = passages.places(text)
        if len(places) <= self.words:
            return text
        start = int(random.integers(0, len(places) - self.words + 1))
        return text[places[start][0] : places[start + self.words - 1][1]]

    def _holders(self, passages: Passages, span: str, row: int) -> list[int]:
        """Give the other documents that hold a span as it is; none if they are too many."""
        codes = passages.vocabulary.read(span).tolist()
        low, high = passages.index.intervals([codes])
        if not codes or high[0] - low[0] > 20 * self.most_answers:
            return []
        positions = passages.index.positions(int(low[0]), int(high[0]))
        rows = np.unique(passages.index.documents(positions)).tolist()
        found = [r for r in rows if r != row and whole(span).search(passages.text(r))]
        return found if len(found) <= self.most_answers else []


def whole(span: str) -> re.Pattern[str]:
    """Find a span where it is not a part of a longer word or number."""
    return re.compile(rf"(?<![\w]){re.escape(span)}(?![\w])")
