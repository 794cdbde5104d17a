"""The check itself: baseline against candidate, over all queries and in slices."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.comparison import differences
from evaluation.gate.scored import Scored, check_same_data
from evaluation.gate.slices import slices_by
from evaluation.gate.verdict import ALL, Outcome, Rule, Verdict, judge
from evaluation.measures.names import is_bounded
from evaluation.measures.significance import LEVEL

Values = npt.NDArray[np.float64]
WORST = 10


@dataclass(frozen=True)
class Loss:
    """A query with its value before and after (NaN where it failed)."""

    query_id: str
    text: str
    before: float
    after: float


@dataclass(frozen=True)
class Check:
    """What a check found.

    Attributes:
        baseline: name of the system before.
        candidate: name of the system after.
        measure: by which they were compared.
        means: of baseline and candidate; NaN where a query failed.
        allow: least difference accepted.
        whole: the verdict over all queries.
        slices: the verdict in every slice.
        worst: queries that failed in the candidate, then those that lost most.
        notes: what could not be checked, and how to read the slices, as sentences.
    """

    baseline: str
    candidate: str
    measure: str
    means: tuple[float, float]
    allow: float
    whole: Verdict
    slices: list[Verdict]
    worst: list[Loss]
    notes: list[str]

    @property
    def outcome(self) -> Outcome:
        """Worse if all queries or any slice are worse; else what all queries say."""
        if any(one.outcome is Outcome.WORSE for one in (self.whole, *self.slices)):
            return Outcome.WORSE
        return self.whole.outcome


def check(
    baseline: Scored, candidate: Scored, measure: str, allow: float, slices: str = ""
) -> Check:
    """Compare two systems; a slice can make the check fail, but not hold it up.

    With m slices each has an interval of 1 - 0.05 / m (Bonferroni), so that the chance of any
    false alarm among all slices stays below 5 %: stricter than a control of the false discovery
    rate, because an alarm stops somebody's work.

    Args:
        baseline: the system before.
        candidate: the system after.
        measure: what the values are.
        allow: least difference accepted, such as -0.01.
        slices: a column or a file, see `slices_by`; "" for none.

    Raises:
        InputError: the two were not scored on the same data.
    """
    notes = check_same_data(baseline, candidate)
    place = {query_id: row for row, query_id in enumerate(candidate.query_ids)}
    after = candidate.values[[place[query_id] for query_id in baseline.query_ids]]
    before, bounded = baseline.values, is_bounded(measure)
    whole = judge(ALL, before, after, Rule(allow, bounded=bounded))
    parts: list[Verdict] = []
    if slices:
        found = slices_by(slices, (candidate, baseline), baseline.query_ids)
        rule = Rule(allow, 1 - (1 - LEVEL) / len(found), bounded)
        parts = [judge(value, before[rows], after[rows], rule) for value, rows in found.items()]
        notes.append(
            f"{len(found)} slices: each has an interval of {rule.level:.4%}, so that the chance of "
            "a false alarm in any of them stays below 5 % (Bonferroni). A slice that is "
            "inconclusive does not hold up the check."
        )
    return Check(
        baseline.name, candidate.name, measure, (_mean(before), _mean(after)), allow, whole,
        parts, _worst(baseline, candidate, after), notes,
    )  # fmt: skip


def _worst(baseline: Scored, candidate: Scored, after: Values) -> list[Loss]:
    before, ids = baseline.values, baseline.query_ids
    texts = baseline.column("text") | candidate.column("text")
    losing = differences(before, after)
    rows = np.flatnonzero(np.isnan(after)).tolist()
    rows += [row for row in losing.order[::-1].tolist() if losing.values[row] < 0]
    return [_loss(ids[row], texts, before[row], after[row]) for row in rows[:WORST]]


def _loss(query_id: str, texts: dict[str, str], before: float, after: float) -> Loss:
    return Loss(query_id, texts.get(query_id, ""), float(before), float(after))


def _mean(values: Sequence[float] | Values) -> float:
    return float(np.mean(values)) if len(values) else float("nan")
