"""Two systems query by query, and the rankings of many systems for one query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.measures.names import parse
from evaluation.run import Run

Values = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

TIE = 1e-9  # values that differ by less come from rounding in the last bits


@dataclass(frozen=True, eq=False)
class Differences:
    """What a second system gains over a first one, per query.

    Attributes:
        values: second minus first, aligned with the queries; NaN where either failed.
        order: rows of the answered queries, from the largest gain to the largest loss; queries
            with equal differences stay in the order they have.
        wins: queries where the second system is better.
        ties: queries where both are equal (within 1e-9).
        losses: queries where the second system is worse.
        failed: queries that one of the two did not answer; they count nowhere.
    """

    values: Values
    order: Rows
    wins: int
    ties: int
    losses: int
    failed: int

    @property
    def mean(self) -> float:
        """Mean difference over all queries; NaN if one failed or there is none."""
        return float(self.values.mean()) if len(self.values) else float("nan")


def differences(first: Values, second: Values) -> Differences:
    """Compare two aligned columns of per-query values."""
    values = np.asarray(second, np.float64) - np.asarray(first, np.float64)
    values[np.abs(values) < TIE] = 0.0
    answered = np.flatnonzero(~np.isnan(values))
    order = answered[np.argsort(-values[answered], kind="stable")]
    return Differences(
        values=values,
        order=order.astype(np.int64),
        wins=int((values > 0).sum()),
        ties=int((values == 0).sum()),
        losses=int((values < 0).sum()),
        failed=len(values) - len(answered),
    )


@dataclass(frozen=True)
class Hit:
    """One document in one ranking of one query.

    Attributes:
        doc_id: the document.
        rank: its rank, from 1.
        score: as the system gave it.
        grade: its judgement; None if nobody judged it for this query.
        moved: ranks gained against the first ranking (negative: lost); None in the first ranking
            itself and for a document that the first ranking does not hold at any depth.
        new: whether the first ranking does not hold the document at any depth.
    """

    doc_id: str
    rank: int
    score: float
    grade: int | None
    moved: int | None
    new: bool


@dataclass(frozen=True)
class Found:
    """A document and where each ranking has it.

    Attributes:
        doc_id: the document.
        grade: its judgement; None if nobody judged it for this query.
        ranks: rank per ranking over its whole depth; None where it does not occur.
    """

    doc_id: str
    grade: int | None
    ranks: tuple[int | None, ...]

    def finders(self, depth: int) -> list[int]:
        """List the rankings (by place) that have the document at `depth` or above."""
        return [place for place, rank in enumerate(self.ranks) if rank and rank <= depth]


@dataclass(frozen=True)
class Contrast:
    """The rankings of several systems for one query, side by side.

    Attributes:
        rankings: the best `depth` hits of each system; movement is against the first.
        ranks: rank of each document by id, per system, over the whole depth of its run.
        relevant: all relevant documents of the query, highest grade first, then by best rank.
        depth: how far the rankings are shown.
        grades: judgements of the query.
    """

    rankings: list[list[Hit]]
    ranks: list[dict[str, int]]
    relevant: list[Found]
    depth: int
    grades: Mapping[str, int]

    @property
    def missed(self) -> list[Found]:
        """The relevant documents that no system has within the depth."""
        return [found for found in self.relevant if not found.finders(self.depth)]

    def found_only_by(self, place: int) -> list[Found]:
        """Give the relevant documents that only one system (by its place) has within the depth."""
        if len(self.rankings) < 2:
            return []
        return [found for found in self.relevant if found.finders(self.depth) == [place]]

    def alone_in(self, place: int) -> list[Found]:
        """Give the documents, relevant or not, that only one system has within the depth."""
        return [found for found in self.within(self.depth) if found.finders(self.depth) == [place]]

    def within(self, depth: int) -> list[Found]:
        """Give every document that some ranking has at `depth` or above, by its best rank."""
        shown = {hit.doc_id: None for ranking in self.rankings for hit in ranking[:depth]}
        found = [_found(self.ranks, doc_id, self.grades.get(doc_id)) for doc_id in shown]
        return sorted(found, key=lambda item: _best(item.ranks))


def contrast(
    runs: Sequence[Run],
    query_id: str,
    grades: Mapping[str, int],
    depth: int,
    least: int = 1,
) -> Contrast:
    """Lay the rankings of one query beside each other.

    Args:
        runs: one per system; movement is measured against the first.
        query_id: the query; a run that does not know it has an empty ranking.
        grades: its judgements; empty without qrels.
        depth: how many hits of each run to give.
        least: the grade from which a document counts as relevant.
    """
    ranks = [_ranks(run, query_id) for run in runs]
    rankings = [
        [_hit(ranks[0] if place else None, rank, hit, grades) for rank, hit in enumerate(hits, 1)]
        for place, hits in enumerate(run.hits(query_id, depth) for run in runs)
    ]
    wanted = [(doc_id, grade) for doc_id, grade in grades.items() if grade >= least]
    relevant = [_found(ranks, doc_id, grade) for doc_id, grade in wanted]
    relevant.sort(key=lambda found: (-(found.grade or 0), _best(found.ranks), found.doc_id))
    return Contrast(rankings, ranks, relevant, depth, grades)


def least_grade(measure: str) -> int:
    """Give the grade from which a measure counts a document as relevant: 2 for `AP(rel=2)`.

    1 where the measure does not say, as for nDCG, which uses all grades.
    """
    return int(parse(measure).params.get("rel", 1)) if measure else 1


def spread(values: Sequence[Values]) -> Values:
    """Give, per query, the standard deviation of a measure over systems; NaN where one failed."""
    deviations: Values = np.std(np.stack(values), axis=0)
    return deviations


def flips(values: Sequence[Values]) -> Values:
    """Give, per query, what the best system reaches where another one finds nothing at all.

    0 where no system has the value 0, or all have it; NaN where a system failed.
    """
    table = np.stack(values)
    lowest, highest = table.min(axis=0), table.max(axis=0)
    return np.where(np.isnan(lowest) | (lowest < TIE), highest, 0.0)


def _ranks(run: Run, query_id: str) -> dict[str, int]:
    return {doc_id: rank for rank, (doc_id, _) in enumerate(run.hits(query_id), 1)}


def _hit(
    first: Mapping[str, int] | None, rank: int, hit: tuple[str, float], grades: Mapping[str, int]
) -> Hit:
    doc_id, score = hit
    before = first.get(doc_id) if first is not None else None
    moved = before - rank if before is not None else None
    new = first is not None and before is None
    return Hit(doc_id, rank, score, grades.get(doc_id), moved, new)


def _found(ranks: Sequence[Mapping[str, int]], doc_id: str, grade: int | None) -> Found:
    return Found(doc_id, grade, tuple(known.get(doc_id) for known in ranks))


def _best(ranks: Sequence[int | None]) -> float:
    return min((rank for rank in ranks if rank), default=float("inf"))
