"""Random order: the floor that every system must beat."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from evaluation.collections.collection import Corpus, Queries
from evaluation.progress import Progress
from evaluation.retrievers.base import Retriever
from evaluation.run import Run
from evaluation.run_parts import RunParts
from evaluation.stage import param

SHUFFLED = 20_000  # documents that are shuffled as a whole; of more, single ones are drawn
AT_ONCE = 1024


@dataclass(frozen=True)
class RandomOrder(Retriever):
    """Documents drawn without replacement, a fresh draw per query, the same for the same seed."""

    name: ClassVar[str] = "random"
    label: ClassVar[str] = "Random order"
    facets: ClassVar[tuple[str, ...]] = ("floor",)
    version: ClassVar[int] = 2

    seed: int = param(42, "Seed of the draw.", bounds=(0, 2**31 - 1), search_only=True)

    def index(self, corpus: Corpus, folder: Path, progress: Progress) -> None:
        progress.report(len(corpus), len(corpus))

    def search(
        self, corpus: Corpus, queries: Queries, folder: Path, depth: int, progress: Progress
    ) -> Run:
        count = min(depth, len(corpus))
        scores = np.arange(count, 0, -1)
        parts = RunParts(queries.ids, corpus.doc_ids, count)
        for done, query_id in enumerate(queries.ids, 1):
            seeds = [self.seed, *query_id.encode()]
            parts.add(_drawn(np.random.default_rng(seeds), len(corpus), count), scores)
            progress.report(done, len(queries), "queries")
        return parts.run()


def _drawn(random: np.random.Generator, size: int, count: int) -> npt.NDArray[np.int64]:
    """Draw rows without replacement; what a greater count draws begins with the same ones."""
    if size <= SHUFFLED:
        return random.permutation(size)[:count].copy()
    drawn = np.zeros(0, np.int64)
    while len(drawn) < count:
        drawn = np.append(drawn, random.integers(0, size, AT_ONCE))
        drawn = drawn[np.sort(np.unique(drawn, return_index=True)[1])]
    return drawn[:count].copy()
