"""Where a value comes from: what each rank of one query adds to nDCG, AP, RR, P or R."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from evaluation.errors import InputError
from evaluation.measures.formulas import Settings, gains_of
from evaluation.measures.names import parse


@dataclass(frozen=True)
class Rank:
    """One rank of a list.

    Attributes:
        rank: from 1.
        doc_id: the document there.
        relevance: its grade; None if it is not judged.
        gain: what the document is worth to the measure.
        discount: by what the rank multiplies it.
        contribution: its share of the value; the shares of all ranks sum to it.
        running: the sum of the shares down to here.
    """

    rank: int
    doc_id: str
    relevance: int | None
    gain: float
    discount: float
    contribution: float
    running: float


@dataclass(frozen=True)
class XRay:
    """The value of a measure for one query, taken apart.

    Attributes:
        value: as `evaluate` gives it.
        ranks: the ranks down to the cut-off.
        ideal: the best possible list of the judged documents, down to the same cut-off.
        divisor: what gain times discount is divided by (the ideal DCG, the cut-off, ...).
        formula: how the value is made, as a sentence.
    """

    value: float
    ranks: list[Rank]
    ideal: list[Rank]
    divisor: float
    formula: str


FORMULAS = {
    "nDCG": "Each gain times 1 / log2(rank + 1), summed, divided by the same sum of the ideal "
    "list of all judged documents.",
    "AP": "Precision at the rank of each relevant document, summed, divided by the number of all "
    "relevant ones, found or not.",
    "RR": "1 divided by the rank of the first relevant document.",
    "P": "The number of relevant documents down to the cut-off, divided by the cut-off, even where "
    "the ranking is shorter.",
    "R": "The number of relevant documents down to the cut-off, divided by the number of all "
    "relevant ones.",
}


def xray(ranking: Sequence[str], grades: Mapping[str, int], measure: str) -> XRay:
    """Take apart the value of a measure for one query.

    Args:
        ranking: document ids, best first, each once.
        grades: relevance by document id.
        measure: nDCG, AP, RR, P or R with any of their parameters.

    Raises:
        InputError: no measure, another one, or grades too large for exponential gains.
    """
    name, settings = measure_settings(measure)
    if settings.judged_only:
        ranking = [doc_id for doc_id in ranking if grades.get(doc_id, -1) >= 0]
    worth = _worth(name, settings, grades)
    best = sorted(worth, key=lambda doc_id: (-worth[doc_id], -grades[doc_id]))
    divisor = _divisor(name, settings, [worth[doc_id] for doc_id in best])
    parts = [
        _take_apart(name, listed[: settings.cutoff], worth, divisor)
        for listed in (list(ranking), best)
    ]
    ranks, ideal = (_ranks(part, grades) for part in parts)
    value = math.fsum(rank.contribution for rank in ranks)
    ideal = [rank for rank in ideal if rank.gain > 0]
    return XRay(value, ranks, ideal, divisor, FORMULAS[name])


def measure_settings(measure: str) -> tuple[str, Settings]:
    """Give name and parameters of a measure that can be taken apart.

    Raises:
        InputError: no measure, or one that is not a sum over ranks.
    """
    from evaluation.measures.provider import settings_of

    parsed = parse(measure)
    if parsed.NAME not in FORMULAS:
        raise InputError(f"{measure} cannot be taken apart here. Choose nDCG, AP, RR, P or R.")
    return parsed.NAME, settings_of(parsed)


def _worth(name: str, settings: Settings, grades: Mapping[str, int]) -> dict[str, float]:
    """Give what each judged document is worth; an unjudged one is worth nothing."""
    if name != "nDCG":
        return {doc_id: float(grade >= settings.rel) for doc_id, grade in grades.items()}
    gains = np.maximum(0, gains_of(np.array(list(grades.values()), np.int64), settings))
    return dict(zip(grades, gains.tolist(), strict=True))


Part = tuple[str, float, float, float]  # document, gain, discount, contribution


def _take_apart(
    name: str, ranking: Sequence[str], worth: Mapping[str, float], divisor: float
) -> list[Part]:
    gains = [worth.get(doc_id, 0.0) for doc_id in ranking]
    rows = zip(ranking, gains, _discounts(name, gains), strict=True)
    return [
        (doc_id, gain, discount, gain * discount / divisor if divisor else 0.0)
        for doc_id, gain, discount in rows
    ]


def _ranks(parts: Sequence[Part], grades: Mapping[str, int]) -> list[Rank]:
    running = accumulate(part[3] for part in parts)
    return [
        Rank(rank, part[0], grades.get(part[0]), part[1], part[2], part[3], total)
        for rank, (part, total) in enumerate(zip(parts, running, strict=True), 1)
    ]


def _discounts(name: str, gains: Sequence[float]) -> list[float]:
    if name == "nDCG":
        return [1 / math.log2(rank + 1) for rank in range(1, len(gains) + 1)]
    found, discounts = 0.0, []
    for rank, gain in enumerate(gains, 1):
        first = found == 0
        found += gain
        discounts.append({"AP": found / rank, "RR": first / rank}.get(name, 1.0))
    return discounts


def _divisor(name: str, settings: Settings, gains: Sequence[float]) -> float:
    """Give what the sum is divided by; `gains` are those of the judged documents, best first."""
    if name == "P":
        return float(settings.cutoff or 1)
    if name == "nDCG":
        best = gains[: settings.cutoff]
        return math.fsum(gain / math.log2(rank + 1) for rank, gain in enumerate(best, 1))
    return 1.0 if name == "RR" else math.fsum(gains)
