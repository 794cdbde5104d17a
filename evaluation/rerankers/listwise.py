"""Listwise: a language model orders whole lists of candidates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from evaluation.ranking_by_model.prompts import order_prompt
from evaluation.ranking_by_model.reading import Reading, read_order
from evaluation.ranking_by_model.sliding import sliding
from evaluation.ranking_by_model.sorting import Sorting
from evaluation.rerankers.asking import AskingReranker, Comparison
from evaluation.stage import param

MODES = ("sliding", "full")
SHOWN = 6  # numbers in a heading


@dataclass(frozen=True)
class Listwise(AskingReranker):
    """A language model writes the order of a list of passages: `[3] > [1] > ...`.

    `sliding` asks about a window that moves from the end of the ranking to its beginning (Sun and
    others, EMNLP 2023): with a window of 20 and a step of 10, 9 requests for 100 candidates, and
    the first 10 are settled. `full` asks once about all of them (Liu and others, 2024), which
    needs a model that reads that much. Passages that a reply leaves out keep their order; one
    that cannot be read keeps everything as it was, and is counted.
    """

    name: ClassVar[str] = "listwise"
    label: ClassVar[str] = "Listwise by a language model"
    source: ClassVar[str] = "Sun and others, EMNLP 2023; Liu and others, 2024"

    mode: str = param("sliding", "A window that slides, or all candidates at once.", choices=MODES)
    window: int = param(20, "Passages in a request, when sliding.", bounds=(2, 1000))
    step: int = param(10, "How far the window moves; at most its length less one.", bounds=(1, 999))
    passes: int = param(
        1, "How often it slides: each pass settles a window less a step more.", bounds=(1, 100)
    )

    def sorting(self, candidates: int) -> Sorting:
        if self.mode == "full":
            return sliding(candidates, candidates, candidates)
        # windows overlap: without that nothing rises further than one window
        return sliding(candidates, self.window, min(self.step, self.window - 1), self.passes)

    def prompt(self, query: str, passages: Sequence[str]) -> str:
        return order_prompt(query, passages, self.passage_characters)

    def read(self, reply: str, passages: int) -> Reading:
        return read_order(reply, passages)

    def heading(self, comparison: Comparison) -> str:
        order = " > ".join(f"[{place + 1}]" for place in comparison.reading.order[:SHOWN])
        return f"{order} > …" if len(comparison.shown) > SHOWN else order
