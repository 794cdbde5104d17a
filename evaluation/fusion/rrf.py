"""Reciprocal rank fusion: only the ranks count."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from evaluation.fusion.base import Fusion
from evaluation.fusion.merging import Pool, Values, fused
from evaluation.run import Run
from evaluation.stage import param


@dataclass(frozen=True)
class ReciprocalRank(Fusion):
    """Sum of 1 / (k + rank) over the runs (Cormack, Clarke and Buettcher, SIGIR 2009).

    A run that did not return a document adds nothing for it.
    """

    name: ClassVar[str] = "rrf"
    label: ClassVar[str] = "Reciprocal rank fusion"
    source: ClassVar[str] = "Cormack, Clarke and Buettcher, SIGIR 2009"

    k: int = param(60, "The larger, the less the first ranks stand out.", bounds=(0, 100_000))

    def fuse(self, runs: Sequence[Run], depth: int) -> Run:
        return fused(runs, depth, self._scores)

    def _scores(self, pool: Pool) -> Values:
        scores = np.zeros(len(pool.queries))
        for run, places in zip(pool.runs, pool.places, strict=True):
            scores[places] += 1.0 / (self.k + run.ranks())  # a run holds a pair once
        return scores

    def contributions(self, runs: Sequence[Run], query_id: str, doc_id: str) -> list[float]:
        held = [[doc for doc, _ in run.hits(query_id)] for run in runs]
        return [1.0 / (self.k + 1 + h.index(doc_id)) if doc_id in h else 0.0 for h in held]
