"""Where a value comes from: what each rank of one query adds to nDCG, AP, RR, P or R."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.errors import InputError


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
    """

    rank: int
    doc_id: str
    relevance: int | None
    gain: float
    discount: float
    contribution: float


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
    "nDCG": "Each gain times 1/log2(rank + 1), summed, divided by the same sum of the ideal list.",
    "AP": "Precision at the rank of each relevant document, summed, divided by all relevant ones.",
    "RR": "1 divided by the rank of the first relevant document.",
    "P": "The number of relevant documents down to the cut-off, divided by the cut-off.",
    "R": "The number of relevant documents down to the cut-off, divided by all relevant ones.",
}


def xray(ranking: Sequence[str], grades: Mapping[str, int], measure: str) -> XRay:
    """Take apart the value of a measure for one query.

    Args:
        ranking: document ids, best first, in our order, each once.
        grades: relevance by document id.
        measure: nDCG (also `dcg='exp-log2'`), AP, RR, P or R, with cut-off and `rel`.

    Raises:
        InputError: another measure, or P without a cut-off.
    """
    name, settings = _parse(measure)
    cutoff = settings.get("cutoff")
    if name == "P" and not cutoff:
        raise InputError("P needs a cut-off. Write for instance P@10.")
    best = sorted(grades, key=lambda doc_id: -grades[doc_id])
    ranks, divisor = _take_apart(name, settings, list(ranking)[:cutoff], grades)
    ideal, _ = _take_apart(name, settings, best[:cutoff], grades)
    ideal = [rank for rank in ideal if rank.gain > 0]
    return XRay(math.fsum(r.contribution for r in ranks), ranks, ideal, divisor, FORMULAS[name])


def _parse(measure: str) -> tuple[str, dict[str, Any]]:
    from ir_measures import parse_measure

    parsed = parse_measure(measure)
    name = type(parsed).__name__.lstrip("_")
    if name not in FORMULAS:
        raise InputError(f"{measure} cannot be taken apart here. Choose nDCG, AP, RR, P or R.")
    return name, dict(parsed.params)


def _take_apart(
    name: str, settings: Mapping[str, Any], ranking: Sequence[str], grades: Mapping[str, int]
) -> tuple[list[Rank], float]:
    gains = [_gain(name, settings, grades.get(doc_id, 0)) for doc_id in ranking]
    discounts = _discounts(name, gains)
    divisor = _divisor(name, settings, grades)
    rows = zip(ranking, gains, discounts, strict=True)
    return [
        Rank(
            rank,
            doc_id,
            grades.get(doc_id),
            gain,
            discount,
            gain * discount / divisor if divisor else 0.0,
        )
        for rank, (doc_id, gain, discount) in enumerate(rows, 1)
    ], divisor


def _gain(name: str, settings: Mapping[str, Any], grade: int) -> float:
    if name != "nDCG":
        return float(grade >= settings.get("rel", 1))
    if settings.get("dcg") == "exp-log2":
        return 2.0 ** max(grade, 0) - 1
    return float(max(grade, 0))


def _discounts(name: str, gains: Sequence[float]) -> list[float]:
    if name == "nDCG":
        return [1 / math.log2(rank + 1) for rank in range(1, len(gains) + 1)]
    found, discounts = 0.0, []
    for rank, gain in enumerate(gains, 1):
        first = found == 0
        found += gain
        discounts.append({"AP": found / rank, "RR": first / rank}.get(name, 1.0))
    return discounts


def _divisor(name: str, settings: Mapping[str, Any], grades: Mapping[str, int]) -> float:
    cutoff = settings.get("cutoff")
    if name == "P":
        return float(cutoff or 0)
    gains = sorted((_gain(name, settings, grade) for grade in grades.values()), reverse=True)
    if name == "nDCG":
        return math.fsum(g / math.log2(r + 1) for r, g in enumerate(gains[:cutoff], 1))
    return 1.0 if name == "RR" else math.fsum(gains)
