"""Everything a report says about an experiment, gathered once, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from evaluation.collections.collection import Collection
from evaluation.comparison import Differences, differences
from evaluation.conclusions import pairs_of
from evaluation.errors import EvaluationError
from evaluation.leaderboard import Standing, standings_of
from evaluation.measures.pairs import Pairs, flips
from evaluation.store import Results, SystemResult, scores_of
from evaluation.workspace import Workspace

Values = npt.NDArray[np.float64]
TIE_RULE = (
    "Hits are ordered by score in single precision, descending; equal scores by document id, "
    "descending, as trec_eval does. Rankings are never padded."
)


@dataclass(frozen=True, eq=False)
class Report:
    """An experiment with what follows from it.

    Attributes:
        results: the experiment and its finished systems.
        collection: what it was run on.
        measure: the one the order, the pairs and the queries are by.
        baseline: number of the system the others are compared with.
        measures: the measures shown, `measure` first.
        values: by measure, (queries, finished systems), in the order of `results.done`.
        pairs: every finished system against every other, by measure.
    """

    results: Results
    collection: Collection
    measure: str
    baseline: int
    measures: list[str]
    values: Mapping[str, Values]
    pairs: Mapping[str, Pairs]

    @property
    def numbers(self) -> list[int]:
        """Numbers of the finished systems."""
        return [row.number for row in self.results.done]

    @property
    def rows(self) -> list[SystemResult]:
        """The finished systems, best first by the measure; those without a mean last."""
        means = dict(zip(self.numbers, self.pairs[self.measure].mean.tolist(), strict=True))

        def place(row: SystemResult) -> tuple[bool, float]:
            mean = means[row.number]
            return mean != mean, -mean

        return sorted(self.results.done, key=place)

    def standings(self, measure: str = "") -> dict[int, Standing]:
        """Give how the systems stand against the baseline, by system number."""
        return standings_of(self.pairs[measure or self.measure], self.numbers, self.baseline)

    def gains(self, first: int, second: int) -> Differences:
        """Give what system `second` gains over `first` by the measure, query by query."""
        table, places = self.values[self.measure], self.numbers
        return differences(table[:, places.index(first)], table[:, places.index(second)])

    @property
    def texts(self) -> list[str]:
        """Texts of the queries, aligned with `results.query_ids`."""
        known = self.collection.queries.text_of
        return [known.get(query_id, "") for query_id in self.results.query_ids]

    @property
    def flips(self) -> int:
        """How many sign patterns the randomisation test drew."""
        return flips(len(self.numbers))

    @property
    def name_of(self) -> dict[int, str]:
        """What people call each system, by its number."""
        return {row.number: row.name for row in self.results.systems}


def gather(
    workspace: Workspace,
    results: Results,
    measure: str,
    baseline: int,
    numbers: Sequence[int] = (),
) -> Report:
    """Gather what a report says; what was concluded before is read, not computed again.

    Args:
        workspace: where the experiment and its collection are.
        results: the experiment.
        measure: which decides the order.
        baseline: number of a finished system.
        numbers: finished systems to report on; all where it is empty. Corrections are over them.

    Raises:
        EvaluationError: nothing has been scored.
    """
    if not results.done or not results.experiment.split:
        raise EvaluationError(
            f"{results.experiment.name} has no scores yet, so there is nothing to report. Run its "
            "systems on a split with judgements."
        )
    if numbers:
        kept = [row for row in results.systems if row.number in {*numbers, baseline}]
        results = replace(results, systems=kept)
    collection = workspace.collection(results.experiment.collection)
    qrels = collection.split(results.experiment.split)
    measures = list(dict.fromkeys([measure, *results.experiment.measures]))
    found = [scores_of(results, place, measures, qrels) for place in _places(results)]
    values = {name: np.column_stack([one[name] for one in found]) for name in measures}
    compared = pairs_of(workspace, results, values)
    pairs = dict(zip(measures, compared, strict=True))
    return Report(results, collection, measure, baseline, measures, values, pairs)


def _places(results: Results) -> list[int]:
    """Give the places of the finished systems among those of the report."""
    return [place for place, row in enumerate(results.systems) if row.state == "done"]
