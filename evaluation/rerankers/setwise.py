"""Setwise: a language model picks the best of a few candidates, and a heap does the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from evaluation.ranking_by_model.heap import heap_sort
from evaluation.ranking_by_model.prompts import choice_prompt
from evaluation.ranking_by_model.reading import Reading, read_choice
from evaluation.ranking_by_model.sorting import Sorting
from evaluation.rerankers.asking import AskingReranker, Comparison
from evaluation.stage import param


@dataclass(frozen=True)
class Setwise(AskingReranker):
    """A language model reasons about a few passages and picks the best (Rank-R1, 2025).

    The picks sort the top of the ranking through a heap (Zhuang and others, SIGIR 2024): with 20
    passages in a request at most 25 requests for the best 10 of 100 candidates; the others keep
    their order. A reply that cannot be read picks the first passage, which is the one that the
    stage before ranks higher, and is counted. What the model wrote is kept for each comparison.
    """

    name: ClassVar[str] = "setwise"
    label: ClassVar[str] = "Setwise with reasoning"
    source: ClassVar[str] = "Zhuang and others, arXiv 2503.06034, 2025"

    children: int = param(
        19, "Children of a node of the heap; a request has one passage more.", bounds=(1, 999)
    )
    top: int = param(10, "How many of the best are sorted.", bounds=(1, 1000))

    def sorting(self, candidates: int) -> Sorting:
        return heap_sort(candidates, self.children, self.top)

    def prompt(self, query: str, passages: Sequence[str]) -> str:
        return choice_prompt(query, passages, self.passage_characters)

    def read(self, reply: str, passages: int) -> Reading:
        return read_choice(reply, passages)

    def heading(self, comparison: Comparison) -> str:
        return f"chose [{comparison.reading.order[0] + 1}]"
