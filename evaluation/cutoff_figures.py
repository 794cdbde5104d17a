"""What a cut-off keeps: how much per query, how precise that is, and a fixed depth beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.attribution import Attribution
from evaluation.measures.judgements import Integers
from evaluation.run import Run

Values = npt.NDArray[np.float64]
CURVE = 60  # fixed depths on the curve, at most


@dataclass(frozen=True, eq=False)
class Kept:
    """What some way to end rankings keeps.

    Attributes:
        lengths: documents kept of each query asked.
        relevant: of these, how many are relevant.
        total: relevant documents of each query.
        failed: whether the query failed.
    """

    lengths: Integers
    relevant: Integers
    total: Integers
    failed: npt.NDArray[np.bool_]

    @property
    def mean(self) -> float:
        """Documents kept per query; NaN if a query failed."""
        return _mean(self._known(self.lengths))

    @property
    def quartiles(self) -> tuple[float, float, float]:
        """Of the documents kept per query, over those that did not fail."""
        known = self.lengths[~self.failed]
        if not len(known):
            return (float("nan"),) * 3
        low, middle, high = np.quantile(known, (0.25, 0.5, 0.75)).tolist()
        return low, middle, high

    @property
    def nothing(self) -> int:
        """How many queries keep nothing, failed ones aside."""
        return int(((self.lengths == 0) & ~self.failed).sum())

    @property
    def precision(self) -> float:
        """Mean share of relevant documents among those kept; NaN if a query failed.

        Queries that keep nothing have no such share and are left out: see `nothing`.
        """
        shares = self._known(self.relevant / np.maximum(1, self.lengths))
        return _mean(shares[(self.lengths > 0) | self.failed])

    @property
    def recall(self) -> float:
        """Mean share of a query's relevant documents that is kept, 0 where there are none."""
        return _mean(self._known(self.relevant / np.maximum(1, self.total)))

    def _known(self, values: npt.NDArray[np.generic]) -> Values:
        return np.where(self.failed, np.nan, values)


@dataclass(frozen=True, eq=False)
class CutoffFigures:
    """What the cut-off at the end of a system keeps, beside fixed depths of what it reads.

    Attributes:
        own: by the cut-off.
        depths: fixed depths, rising.
        fixed: what each keeps of the same rankings; empty if the run it reads is missing.
    """

    own: Kept
    depths: list[int]
    fixed: list[Kept]

    @property
    def nearest(self) -> int | None:
        """The place of the fixed depth that keeps about as much per query."""
        if not self.fixed or np.isnan(self.own.mean):
            return None
        return int(np.argmin([abs(kept.mean - self.own.mean) for kept in self.fixed]))


def cutoff_figures(found: Attribution, query_ids: Sequence[str]) -> CutoffFigures | None:
    """Give what the cut-off keeps that a system ends in; None for any other system.

    Args:
        found: the system's relevant documents, followed through its stages.
        query_ids: the queries asked, as for `found`.
    """
    last = found.stages[-1]
    if last.node.stage.kind != "cutoff" or last.run is None:
        return None
    own = _kept(found, len(found.stages) - 1, query_ids, None)
    below = last.inputs[0]
    read = found.stages[below].run
    if read is None:
        return CutoffFigures(own, [], [])
    longest = min(int(read.lengths().max(initial=1)), last.node.depth)
    spread = np.geomspace(1, max(1, longest), CURVE).round().astype(int).tolist()
    nearest = round(float(own.lengths.mean())) if len(own.lengths) else 1
    depths = sorted({*spread, min(max(1, nearest), longest)})
    fixed = [_kept(found, below, query_ids, depth) for depth in depths]
    return CutoffFigures(own, depths, fixed)


def _kept(found: Attribution, place: int, query_ids: Sequence[str], depth: int | None) -> Kept:
    """Count what a stage keeps of each query, at a fixed depth or all it has."""
    run, ranks = found.stages[place].run or Run.from_lists({}), found.ranks[place]
    most = np.inf if depth is None else depth
    lengths = np.minimum(run.only(query_ids).lengths(), most).astype(np.int64)
    count = len(query_ids)
    held = (ranks > 0) & (ranks <= most) if ranks is not None else np.zeros(0, bool)
    return Kept(
        lengths=lengths,
        relevant=np.bincount(found.queries[held], minlength=count),
        total=np.bincount(found.queries, minlength=count),
        failed=np.array([query_id in run.failed for query_id in query_ids], bool),
    )


def _mean(values: Values) -> float:
    return float(values.mean()) if len(values) else float("nan")
