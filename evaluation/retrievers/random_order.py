"""Random order: the floor that every system must beat."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from evaluation.collections.collection import Corpus, Queries
from evaluation.progress import Progress
from evaluation.retrievers.base import Retriever
from evaluation.run import Run
from evaluation.stage import param


@dataclass(frozen=True)
class RandomOrder(Retriever):
    """Documents drawn without replacement, a fresh draw per query, the same for the same seed."""

    name: ClassVar[str] = "random"
    label: ClassVar[str] = "Random order"
    facets: ClassVar[tuple[str, ...]] = ("floor",)

    seed: int = param(42, "Seed of the draw.", bounds=(0, 2**31 - 1), search_only=True)

    def index(self, corpus: Corpus, folder: Path, progress: Progress) -> None:
        progress.report(len(corpus), len(corpus))

    def search(
        self, corpus: Corpus, queries: Queries, folder: Path, depth: int, progress: Progress
    ) -> Run:
        count = min(depth, len(corpus))
        drawn = np.empty((len(queries), count), np.int32)
        for row, query_id in enumerate(queries.ids):
            seeds = [self.seed, *query_id.encode()]
            drawn[row] = np.random.default_rng(seeds).permutation(len(corpus))[:count]
            progress.report(row + 1, len(queries), "queries")
        codes = np.repeat(np.arange(len(queries)), count)
        scores = np.tile(np.arange(count, 0, -1), len(queries))
        return Run.from_hits(queries.ids, corpus.doc_ids, (codes, drawn.ravel(), scores))
