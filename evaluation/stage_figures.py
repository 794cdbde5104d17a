"""How good the candidates of each stage are, and what it did to the relevant ones among them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.collections.collection import Qrels
from evaluation.measures.best_order import best_values
from evaluation.measures.judgements import Integers
from evaluation.measures.measures import Values, evaluate
from evaluation.stage_runs import StageRun

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Flow:
    """What one stage did to the relevant documents; the six add up to all of them.

    Attributes:
        kept: within the cut-off in one of its inputs and in its own ranking.
        won: within the cut-off here and in none of its inputs.
        lost: within the cut-off in one of its inputs, but not here.
        low: read, but within the cut-off neither before nor here.
        unseen: not among what it read; for a first stage, not among what it returned.
        failed: of queries on which a stage of the system failed.
    """

    kept: int
    won: int
    lost: int
    low: int
    unseen: int
    failed: int


@dataclass(frozen=True)
class StageFigures:
    """How good the candidates are that one stage hands on.

    Attributes:
        longest: the most documents it returned for a query.
        candidates: relevant documents among all it returned.
        ceiling: mean, over the queries, of the share of their relevant documents among all it
            returned: no later stage can find more. NaN if a query failed.
        value: mean of the measure if the system ended here; NaN likewise.
        best: mean of the measure with the same documents in the best order; NaN likewise.
        flow: what it won and lost; None where the run of one of its inputs is missing.
    """

    longest: int
    candidates: int
    ceiling: float
    value: float
    best: float
    flow: Flow | None

    @property
    def gain(self) -> float:
        """What an oracle reranker, one that makes no mistake, could still gain after it."""
        return self.best - self.value


@dataclass(frozen=True, eq=False)
class Asked:
    """What is asked of every stage."""

    qrels: Qrels
    measure: str
    query_ids: Sequence[str]
    cutoff: int
    relevant: Integers  # rows of the judgements that count
    queries: Integers  # row in `query_ids` of each of them
    failed: Flags  # whether a stage failed on that query


def figures_of(
    stages: Sequence[StageRun], ranks: Sequence[Integers | None], place: int, asked: Asked
) -> StageFigures | None:
    """Give the figures of one stage from the ranks of the relevant documents in every stage."""
    run, own = stages[place].run, ranks[place]
    if run is None or own is None:
        return None
    count = len(asked.query_ids)
    total = np.bincount(asked.queries, minlength=count)
    shares = np.bincount(asked.queries[own > 0], minlength=count) / np.maximum(1, total)
    shares[[query_id in run.failed for query_id in asked.query_ids]] = np.nan
    value = evaluate(run, asked.qrels, [asked.measure], asked.query_ids)[asked.measure]
    best = best_values(run, asked.qrels, asked.measure, asked.query_ids)
    inputs = [ranks[child] for child in stages[place].inputs]
    return StageFigures(
        longest=int(run.lengths().max(initial=0)),
        candidates=int((own > 0).sum()),
        ceiling=_mean(shares),
        value=_mean(value),
        best=_mean(best),
        flow=_flow([i for i in inputs if i is not None], own, stages[place].reach, asked)
        if all(i is not None for i in inputs)
        else None,
    )


def _flow(inputs: list[Integers], own: Integers, reach: int | None, asked: Asked) -> Flow:
    """Count what a stage kept, won and lost of the documents that its inputs returned."""
    here = (own > 0) & (own <= asked.cutoff)
    read = own > 0
    before = np.zeros(len(own), bool)
    for ranks in inputs:
        before |= (ranks > 0) & (ranks <= asked.cutoff)
        read |= (ranks > 0) & (ranks <= (reach or np.inf))
    known = ~asked.failed
    return Flow(
        kept=int((before & here & known).sum()),
        won=int((here & ~before & known).sum()),
        lost=int((before & ~here & known).sum()),
        low=int((read & ~before & ~here & known).sum()),
        unseen=int((~read & ~before & ~here & known).sum()),
        failed=int(asked.failed.sum()),
    )


def _mean(values: Values) -> float:
    return float(values.mean()) if len(values) else float("nan")
