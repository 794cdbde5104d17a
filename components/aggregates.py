"""Figures of result pages that take time, computed once and kept; keyed by ids, never by data."""

import numpy as np
import numpy.typing as npt
import streamlit as st

from components import services
from evaluation import comparison, leaderboard
from evaluation.comparison import Differences
from evaluation.leaderboard import Standing
from evaluation.measures import curves
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
    numbers = numbers or tuple(result.number for result in results.done)
    return _standings(results.id, results.created, measure, baseline, numbers)


@st.cache_resource(max_entries=64, show_spinner="Resampling …")
def _standings(
    experiment_id: str, created: float, measure: str, baseline: int, numbers: tuple[int, ...]
) -> dict[int, Standing]:
    del created
    results = services.results(experiment_id)
    values = {number: services.scores(results, number, measure) for number in numbers}
    return leaderboard.standings(values, baseline, results.experiment.seed)


DEPTHS = (*range(1, 11), *range(12, 21, 2), *range(25, 51, 5), *range(60, 101, 10),
          150, 200, 300, 400, 500, 700, 1000)  # fmt: skip


def recall_curve(results: Results, number: int, least: int) -> Values:
    """Give the mean recall of a system at DEPTHS, as far as its longest ranking goes.

    Relevant is a grade of `least` or more.
    """
    return _recall_curve(results.id, results.created, number, least)


@st.cache_resource(max_entries=200, show_spinner=False)
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


@st.cache_resource(max_entries=500, show_spinner=False)
def _histogram(experiment_id: str, created: float, number: int, measure: str) -> list[int]:
    del created
    return leaderboard.histogram(services.scores(services.results(experiment_id), number, measure))
