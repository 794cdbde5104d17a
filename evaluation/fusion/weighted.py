"""Weighted sum of scores, each run's scores brought to a common scale first."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from evaluation.errors import InputError
from evaluation.fusion.base import Fusion
from evaluation.fusion.merging import Pool, Values, fused
from evaluation.run import Run
from evaluation.stage import param

NORMALISERS = ("min-max", "z-score", "none")


@dataclass(frozen=True)
class WeightedSum(Fusion):
    """Weighted sum of normalised scores, per query (CombSUM of Fox and Shaw, TREC-2, 1994).

    Min-max maps a query's scores onto 0 to 1, z-score to mean 0 and deviation 1 (Montague and
    Aslam, CIKM 2001); where all scores of a query are equal, both give 0.5 and 0. A document that
    a run did not return for a query gets that run's lowest normalised score for the query (0 for
    min-max), and 0 if the run returned nothing.
    """

    name: ClassVar[str] = "weighted"
    label: ClassVar[str] = "Weighted sum"
    source: ClassVar[str] = "Fox and Shaw, TREC-2, 1994; Montague and Aslam, CIKM 2001"

    weights: str = param("", "One number per input, such as `0.3, 0.7`; empty for equal weights.")
    normaliser: str = param("min-max", "Common scale of the scores.", choices=NORMALISERS)

    def __post_init__(self) -> None:
        """Check the weights, too."""
        super().__post_init__()
        self.numbers()

    def numbers(self) -> list[float]:
        """Give the weights; none where all inputs weigh the same."""
        try:
            found = [float(part) for part in self.weights.split(",") if part.strip()]
        except ValueError:
            found = [math.nan]
        if not all(math.isfinite(weight) for weight in found):
            raise InputError(
                f"Weighted sum: weights is {self.weights!r}. Give numbers separated by commas, "
                "such as `0.3, 0.7`."
            )
        return found

    def misfits(self, inputs: int) -> list[str]:
        """Say so if there are weights, but not one per input."""
        weights = len(self.numbers())
        if weights in (0, inputs):
            return []
        return [
            f"Weighted sum: there are {weights} weights for {inputs} inputs. "
            "Give one weight per input, or none for equal weights."
        ]

    def fuse(self, runs: Sequence[Run], depth: int) -> Run:
        for sentence in self.misfits(len(runs)):
            raise InputError(sentence)
        return fused(runs, depth, self._scores)

    def _scores(self, pool: Pool) -> Values:
        weights = self.numbers() or [1 / len(pool.runs)] * len(pool.runs)
        total = np.zeros(len(pool.queries))
        for run, places, weight in zip(pool.runs, pool.places, weights, strict=True):
            values = normalise(run, self.normaliser)
            column = lowest(run, values)[pool.queries]
            column[places] = values
            total += weight * column
        return total

    def contributions(self, runs: Sequence[Run], query_id: str, doc_id: str) -> list[float]:
        weights = self.numbers() or [1 / len(runs)] * len(runs)
        return [
            weight * self._value(run.only([query_id]), query_id, doc_id)
            for run, weight in zip(runs, weights, strict=True)
        ]

    def _value(self, run: Run, query_id: str, doc_id: str) -> float:
        """Give the normalised score of a document, or what counts for it where it is missing."""
        values = normalise(run, self.normaliser)
        held = [doc for doc, _ in run.hits(query_id)]
        return float(values[held.index(doc_id)] if doc_id in held else lowest(run, values)[0])


def normalise(run: Run, normaliser: str) -> Values:
    """Bring the scores of each query to a common scale, in the order of the run's hits."""
    scores: Values = run.scores.astype(np.float64)
    codes = run.query_codes()
    if normaliser == "none" or not len(run):
        return scores
    if normaliser == "min-max":
        low = lowest(run, scores)[codes]
        span = _highest(run, scores)[codes] - low
        result: Values = np.full(len(run), 0.5)
        return np.divide(scores - low, span, out=result, where=span > 0)
    counts = np.maximum(run.lengths(), 1)
    mean = (np.bincount(codes, scores, len(counts)) / counts)[codes]
    variance = np.bincount(codes, (scores - mean) ** 2, len(counts)) / counts
    deviation = np.sqrt(variance)[codes]
    result = np.zeros(len(run))
    return np.divide(scores - mean, deviation, out=result, where=deviation > 0)


def lowest(run: Run, values: Values) -> Values:
    """Give the last value of each query: hits are in falling order; 0 for a query without hits."""
    found = np.zeros(len(run.query_ids))
    filled = run.lengths() > 0
    found[filled] = values[run.offsets[1:][filled] - 1]
    return found


def _highest(run: Run, values: Values) -> Values:
    found = np.zeros(len(run.query_ids))
    filled = run.lengths() > 0
    found[filled] = values[run.offsets[:-1][filled]]
    return found
