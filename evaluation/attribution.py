"""Where relevant documents get lost: what each stage of a system won, lost and never saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pyarrow as pa

from evaluation.collections.collection import Qrels
from evaluation.comparison import least_grade
from evaluation.measures.best_order import best_values
from evaluation.measures.judgements import Integers, Judgements, judgements_of
from evaluation.measures.measures import Values, evaluate
from evaluation.measures.names import parse
from evaluation.run import Run
from evaluation.stage_figures import Asked, StageFigures, figures_of
from evaluation.stage_runs import StageRun


@dataclass(frozen=True)
class Fate:
    """What may become of a relevant document in a system.

    Attributes:
        kind: "never" (no first stage returned it), "failed" (a stage failed on the query, so
            nothing is known), "lost" (a stage returned it, and the next one did not), "below" (in
            the final ranking, below the cut-off), or "top" (within the cut-off).
        stage: place of the stage that lost it, the last one if several did; None for the others.
    """

    kind: Literal["never", "failed", "lost", "below", "top"]
    stage: int | None = None


@dataclass(frozen=True, eq=False)
class Attribution:
    """The fate of every relevant document of every query asked, each exactly once.

    Attributes:
        stages: of the system, inputs first, as `stage_runs` gives them.
        cutoff: ranks down to it count; that of the measure, else the depth of the last stage.
        fates: all that may become of a document, in the order of a waterfall.
        queries: row, in the queries asked, of each relevant document.
        doc_ids: id of each relevant document.
        grades: its judgement.
        fate: its place in `fates`.
        ranks: per stage its rank, 0 where the stage did not return it; None for a missing run.
        figures: per stage; None for a missing run.
        values: the measure per query, for the whole system.
        best: the same with the documents of the final ranking in the best order.
    """

    stages: Sequence[StageRun]
    cutoff: int
    fates: list[Fate]
    queries: Integers
    doc_ids: pa.Array
    grades: Integers
    fate: Integers
    ranks: list[Integers | None]
    figures: list[StageFigures | None]
    values: Values
    best: Values

    @property
    def missing(self) -> list[int]:
        """The places of stages whose run is no longer there."""
        return [place for place, stage in enumerate(self.stages) if stage.run is None]

    @cached_property
    def counts(self) -> Integers:
        """How many documents have each fate; they add up to all relevant ones."""
        return np.bincount(self.fate, minlength=len(self.fates))

    def per_query(self) -> Integers:
        """Count the fates of each query: (queries, fates)."""
        size = len(self.fates)
        cells = np.bincount(self.queries * size + self.fate, minlength=len(self.values) * size)
        return cells.reshape(-1, size)


def attribute(
    stages: Sequence[StageRun], qrels: Qrels, measure: str, query_ids: Sequence[str]
) -> Attribution:
    """Follow every relevant document of the queries through the stages of a system.

    Where the run of a stage is missing, what its inputs returned stands for what it returned, so
    what it lost is counted at the stage that reads from it.

    Args:
        stages: as `stage_runs` gives them; the last one has its run.
        qrels: the judgements; relevant is what the measure calls so (grade 1 unless it says).
        measure: an ir-measures expression.
        query_ids: the queries asked, each once.

    Raises:
        InputError: the expression is no measure.
    """
    judgements = judgements_of(qrels)
    final = stages[-1].run or Run.from_lists({})
    relevant, queries = _relevant(judgements, least_grade(measure), query_ids)
    cutoff = int(parse(measure).params.get("cutoff") or stages[-1].node.depth)
    failed = set().union(*(stage.run.failed for stage in stages if stage.run is not None))
    flags = np.array([query_id in failed for query_id in query_ids], bool)
    asked = Asked(qrels, measure, query_ids, cutoff, relevant, queries, flags[queries])
    ranks = [None if s.run is None else judgements.ranks(s.run)[relevant] for s in stages]
    fates, fate = _fates(stages, ranks, asked)
    documents = judgements.pairs[relevant] % max(1, len(judgements.doc_ids))
    return Attribution(
        stages=stages,
        cutoff=cutoff,
        fates=fates,
        queries=queries,
        doc_ids=judgements.doc_ids.take(pa.array(documents)),
        grades=judgements.grades[relevant],
        fate=fate,
        ranks=ranks,
        figures=[figures_of(stages, ranks, place, asked) for place in range(len(stages))],
        values=evaluate(final, qrels, [measure], query_ids)[measure],
        best=best_values(final, qrels, measure, query_ids),
    )


def _relevant(
    judgements: Judgements, least: int, query_ids: Sequence[str]
) -> tuple[Integers, Integers]:
    """Give the judgements that make a document relevant to a query asked, and the query's row."""
    rows = {query_id: row for row, query_id in enumerate(query_ids)}
    row_of = np.array([rows.get(query_id, -1) for query_id in judgements.query_ids], np.int64)
    row = row_of[judgements.queries]
    relevant = np.flatnonzero((judgements.grades >= least) & (row >= 0))
    return relevant, row[relevant]


def _fates(
    stages: Sequence[StageRun], ranks: Sequence[Integers | None], asked: Asked
) -> tuple[list[Fate], Integers]:
    """Say what became of each relevant document; what is decided later wins."""
    size, last = len(asked.relevant), ranks[-1]
    reading = [place for place, s in enumerate(stages) if s.inputs and ranks[place] is not None]
    fates = [Fate("never"), Fate("failed"), *(Fate("lost", place) for place in reading)]
    fates += [Fate("below"), Fate("top")]
    fate = np.zeros(size, np.int64)
    for number, place in enumerate(reading, 2):
        for offered in _inputs(stages, ranks, place):
            fate[offered > 0] = number
    final = np.zeros(size, np.int64) if last is None else last
    fate[final > 0] = len(fates) - 2
    fate[(final > 0) & (final <= asked.cutoff)] = len(fates) - 1
    fate[asked.failed] = 1
    return fates, fate


def _inputs(
    stages: Sequence[StageRun], ranks: Sequence[Integers | None], place: int
) -> list[Integers]:
    """Give the ranks in what a stage reads; a missing run is replaced by what it was made from."""
    found = []
    for child in stages[place].inputs:
        known = ranks[child]
        found += _inputs(stages, ranks, child) if known is None else [known]
    return found
