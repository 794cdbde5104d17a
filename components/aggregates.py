"""Figures of result pages that take time, computed once and kept; keyed by ids, never by data."""

import numpy as np
import numpy.typing as npt

from components import kept, services
from evaluation import comparison, conclusions, leaderboard
from evaluation.comparison import Differences
from evaluation.conclusions import Ranges
from evaluation.leaderboard import Standing
from evaluation.measures import bounds, curves
from evaluation.measures.pairs import Pairs
from evaluation.store import Results

Values = npt.NDArray[np.float64]


def differences(results: Results, first: int, second: int, measure: str) -> Differences:
    """Give what the second system gains over the first, per query."""
    return comparison.differences(
        services.scores(results, first, measure), services.scores(results, second, measure)
    )


def query_texts(results: Results) -> list[str]:
    """Give the text of each query of an experiment, aligned with its `query_ids`."""
    texts = services.collection(results.experiment.collection).queries.text_of
    return [texts.get(query_id, "") for query_id in results.query_ids]


def mean(results: Results, number: int, measure: str) -> float:
    """Give the mean over all queries; NaN if one failed (it is neither zero nor left out)."""
    values = services.scores(results, number, measure)
    return float(values.mean()) if len(values) else float("nan")


def standings(
    results: Results, measure: str, baseline: int, numbers: tuple[int, ...] = ()
) -> dict[int, Standing]:
    """Give how systems (all finished ones unless told) stand against the baseline.

    The correction for several comparisons is over the systems asked for.
    """
    done = tuple(result.number for result in results.done)
    return leaderboard.standings_of(pairs(results, measure), done, baseline, numbers)


def pairs(results: Results, measure: str) -> Pairs:
    """Give every finished system against every other, in the order of `results.done`."""
    numbers = tuple(result.number for result in results.done)
    return _pairs(results.id, results.created, measure, numbers)


@kept.resource(max_entries=64, show_spinner="Resampling …")
def _pairs(experiment_id: str, created: float, measure: str, numbers: tuple[int, ...]) -> Pairs:
    del created
    results = services.results(experiment_id)
    table = np.column_stack([services.scores(results, number, measure) for number in numbers])
    return conclusions.pairs_of(services.workspace(), results, {measure: table})[0]


def ranges(results: Results, measure: str) -> Ranges:
    """Give how far the mean of every finished system could move with the missing judgements."""
    numbers = tuple(result.number for result in results.done)
    return _ranges(results.id, results.created, measure, numbers)


@kept.resource(max_entries=64, show_spinner="Bounding …")
def _ranges(experiment_id: str, created: float, measure: str, numbers: tuple[int, ...]) -> Ranges:
    del created, numbers
    return conclusions.ranges_of(services.workspace(), services.results(experiment_id), measure)


def lead_bounds(results: Results, pair: tuple[int, int], measure: str) -> tuple[float, float, bool]:
    """Give the ends of the mean difference, second minus first, and whether they are tight."""
    return _lead_bounds(results.id, results.created, pair, measure)


@kept.resource(max_entries=64, show_spinner=False)
def _lead_bounds(
    experiment_id: str, created: float, pair: tuple[int, int], measure: str
) -> tuple[float, float, bool]:
    del created
    found = services.results(experiment_id)
    qrels = services.collection(found.experiment.collection).split(found.experiment.split)
    runs = [found.system(number).run() for number in pair]
    gains = bounds.gain_bounds(runs[0], runs[1], qrels, measure, found.query_ids)
    return float(gains.low.mean()), float(gains.high.mean()), gains.tight


DEPTHS = (*range(1, 11), *range(12, 21, 2), *range(25, 51, 5), *range(60, 101, 10),
          150, 200, 300, 400, 500, 700, 1000)  # fmt: skip


def recall_curve(results: Results, number: int, least: int) -> Values:
    """Give the mean recall of a system at DEPTHS, as far as its longest ranking goes.

    Relevant is a grade of `least` or more.
    """
    return _recall_curve(results.id, results.created, number, least)


@kept.resource(max_entries=200, show_spinner=False)
def _recall_curve(experiment_id: str, created: float, number: int, least: int) -> Values:
    del created
    results = services.results(experiment_id)
    qrels = services.collection(results.experiment.collection).split(results.experiment.split)
    run = results.system(number).run()
    longest = int(run.lengths().max()) if len(run) else 0
    depths = [depth for depth in DEPTHS if depth <= longest] or [DEPTHS[0]]
    return curves.recall_curve(run, qrels, results.query_ids, depths, least)


def histogram(results: Results, number: int, measure: str) -> list[int]:
    """Give how many queries of a system lie in each tenth of the measure's range."""
    return _histogram(results.id, results.created, number, measure)


@kept.resource(max_entries=500, show_spinner=False)
def _histogram(experiment_id: str, created: float, number: int, measure: str) -> list[int]:
    del created
    return leaderboard.histogram(services.scores(services.results(experiment_id), number, measure))
