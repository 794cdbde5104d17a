"""Figures of result pages that take time, computed once and kept; keyed by ids, never by data."""

import numpy as np
import numpy.typing as npt
import streamlit as st

from components import services
from evaluation import comparison
from evaluation.comparison import Differences
from evaluation.store import Results

Rows = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]

LABEL = 90  # characters of a query shown in a list


def differences(results: Results, first: int, second: int, measure: str) -> Differences:
    """Give what the second system gains over the first, per query."""
    return comparison.differences(
        services.scores(results, first, measure), services.scores(results, second, measure)
    )


def overlap(results: Results, first: int, second: int) -> Values:
    """Give the share of documents two systems have in common among the best ten, per query."""
    return _overlap(results.id, results.created, first, second)


@st.cache_resource(max_entries=64, show_spinner=False)
def _overlap(experiment_id: str, created: float, first: int, second: int) -> Values:
    del created
    found = services.results(experiment_id)
    runs = [found.system(number).run() for number in (first, second)]
    return comparison.overlap(runs[0], runs[1], found.query_ids)


def ordered_queries(
    results: Results, numbers: tuple[int, ...], measure: str, order: str
) -> tuple[Rows, list[str]]:
    """Give the rows of the queries in an order of the query picker, and their labels."""
    return _ordered(results.id, results.created, numbers, measure, order)


@st.cache_resource(max_entries=32, show_spinner=False)
def _ordered(
    experiment_id: str, created: float, numbers: tuple[int, ...], measure: str, order: str
) -> tuple[Rows, list[str]]:
    del created
    results = services.results(experiment_id)
    key, notes = _sort_key(results, numbers, measure, order)
    rows = np.argsort(key, kind="stable")
    texts = query_texts(results)
    return rows, [_label(results.query_ids[row], texts[row], notes[row]) for row in rows.tolist()]


def _sort_key(
    results: Results, numbers: tuple[int, ...], measure: str, order: str
) -> tuple[Values, list[str]]:
    """Give what to sort by, smallest first, and what to say of each query."""
    if order in ("loss", "gain"):
        gain = differences(results, numbers[0], numbers[-1], measure).values
        return (gain if order == "loss" else -gain), _notes("Δ {:+.3f}", gain)
    if order == "low":
        values = services.scores(results, numbers[0], measure)
        return values, _notes("{:.3f}", values)
    if order == "overlap":
        share = overlap(results, numbers[0], numbers[-1])
        return share, _notes("{:.0%} in common", share)
    count = len(results.query_ids)
    return np.arange(count, dtype=np.float64), [""] * count


def query_texts(results: Results) -> list[str]:
    """Give the text of each query of an experiment, aligned with its `query_ids`."""
    texts = services.collection(results.experiment.collection).queries.text_of
    return [texts.get(query_id, "") for query_id in results.query_ids]


def _notes(form: str, values: Values) -> list[str]:
    return ["failed" if value != value else form.format(value) for value in values.tolist()]


def _label(query_id: str, text: str, note: str) -> str:
    shown = text if len(text) <= LABEL else text[: LABEL - 1] + "…"
    return "  ·  ".join(part for part in (query_id, shown, note) if part)


def mean(results: Results, number: int, measure: str) -> float:
    """Give the mean over all queries; NaN if one failed (it is neither zero nor left out)."""
    values = services.scores(results, number, measure)
    return float(values.mean()) if len(values) else float("nan")
