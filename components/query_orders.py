"""The orders of a list of queries: what each goes by, computed once and kept by ids."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from components import aggregates, kept, services
from evaluation import comparison
from evaluation.measures import agreement
from evaluation.measures.agreement import DEPTH, TOP, Lists
from evaluation.store import Results

Rows = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]
Numbers = tuple[int, ...]

LABEL = 90  # characters of a query shown in a list


@dataclass(frozen=True)
class Order:
    """One order of queries.

    Attributes:
        label: what it is called where it is chosen.
        column: head of its column in a table.
        form: how its value is written.
        falling: whether the largest value comes first.
        judged: whether it needs judgements.
        several: whether it needs two systems.
        meaning: what the value is, in a sentence.
    """

    label: str
    column: str
    form: str
    falling: bool
    judged: bool
    several: bool
    meaning: str


ORDERS = {
    "loss": Order(
        "Largest loss first", "Δ", "Δ {:+.3f}", False, True, True,
        "Loss and gain: the last system minus the first.",
    ),
    "gain": Order(
        "Largest gain first", "Δ", "Δ {:+.3f}", True, True, True, "Δ: the last minus the first.",
    ),
    "low": Order(
        "Lowest value first", "Value", "{:.3f}", False, True, False,
        "Value: of the first system.",
    ),
    "flips": Order(
        "Flips first", "Flip", "flip {:.3f}", True, True, True,
        "Flip: what the best of the systems shown reaches where another has the value 0.",
    ),
    "spread": Order(
        "Most spread over all systems", "Spread", "± {:.3f}", True, True, True,
        "Spread: standard deviation of the measure over all finished systems.",
    ),
    "tau": Order(
        "Lowest AP correlation first", "AP corr.", "AP corr. {:+.2f}", False, False, True,
        f"AP correlation: of the last ranking with the first, to rank {DEPTH}; 1 is the same "
        "order, -1 the reverse, and swaps near the top weigh more.",
    ),
    "rbo": Order(
        "Lowest rank-biased overlap first", "RBO", "RBO {:.2f}", False, False, True,
        f"Rank-biased overlap (p = 0.9): of the last ranking with the first, to rank {DEPTH}; 1 is "
        "the same list, 0 nothing in common.",
    ),
    "overlap": Order(
        "Least in common first", "In common", "{:.0%} in common", False, False, True,
        f"In common: share of documents among the best {TOP} of both.",
    ),
    "apart": Order(
        "Least in common over all systems", "In common, all", "{:.0%} in common", False, False,
        True,
        f"In common, all: the same, averaged over all pairs of finished systems, to rank {TOP}.",
    ),
}  # fmt: skip
FILE = "file"
LABELS = {name: order.label for name, order in ORDERS.items()} | {FILE: "As in the collection"}
OVER_ALL = ("spread", "apart")


def possible_orders(systems: int, measure: str) -> list[str]:
    """List the orders that make sense for a number of systems; most need two or judgements."""
    fitting = [
        name
        for name, order in ORDERS.items()
        if (systems > 1 or not order.several) and (measure or not order.judged)
    ]
    if not measure:
        fitting.sort(key=lambda name: name != "overlap")
    return [*fitting, FILE]


def meanings(names: list[str]) -> str:
    """Say what some orders go by, for a help text."""
    return "\n\n".join(ORDERS[name].meaning for name in names if name in ORDERS)


def order_values(results: Results, numbers: Numbers, measure: str, order: str) -> Values:
    """Give what an order goes by, per query, aligned with `results.query_ids`; NaN if failed."""
    if order in OVER_ALL:
        numbers = tuple(result.number for result in results.done)
    elif order != "flips":
        numbers = (numbers[0], numbers[-1])
    return _values(results.id, results.created, numbers, measure, order)


def sorted_rows(results: Results, numbers: Numbers, measure: str, order: str) -> Rows:
    """Give the rows of the queries in an order; those that a system failed on stand at the end."""
    if order == FILE:
        return np.arange(len(results.query_ids))
    values = order_values(results, numbers, measure, order)
    return np.argsort(-values if ORDERS[order].falling else values, kind="stable")


def labels(results: Results, numbers: Numbers, measure: str, order: str) -> list[str]:
    """Give what a list says of each query: id, text, and what the order goes by."""
    return _labels(results.id, results.created, numbers, measure, order)


@kept.resource(max_entries=64, show_spinner="Comparing rankings …")
def _values(
    experiment_id: str, created: float, numbers: tuple[int, ...], measure: str, order: str
) -> Values:
    results = services.results(experiment_id)
    if ORDERS[order].judged:
        return _judged_values(results, numbers, measure, order)
    if order == "apart":
        return agreement.mean_overlaps(_lists(experiment_id, created, numbers, TOP))
    if order == "overlap":
        first, second = _lists(experiment_id, created, numbers, TOP)
        return agreement.overlaps(first, second)
    first, second = _lists(experiment_id, created, numbers, DEPTH)
    if order == "rbo":
        return agreement.rank_biased_overlap(first, second)
    return agreement.average_precision_correlation(first, second)


def _judged_values(results: Results, numbers: Numbers, measure: str, order: str) -> Values:
    values = [services.scores(results, number, measure) for number in numbers]
    if order == "low":
        return values[0]
    if order == "spread":
        return comparison.spread(values)
    if order == "flips":
        return comparison.flips(values)
    return aggregates.differences(results, numbers[0], numbers[-1], measure).values


@kept.resource(max_entries=6, show_spinner=False)
def _lists(experiment_id: str, created: float, numbers: tuple[int, ...], depth: int) -> list[Lists]:
    del created  # only part of the key: a new experiment may take the id of a deleted one
    results = services.results(experiment_id)
    runs = [results.system(number).run() for number in numbers]
    return agreement.top_lists(runs, results.query_ids, depth)


@kept.resource(max_entries=32, show_spinner=False)
def _labels(
    experiment_id: str, created: float, numbers: tuple[int, ...], measure: str, order: str
) -> list[str]:
    del created
    results = services.results(experiment_id)
    notes = [""] * len(results.query_ids)
    if order != FILE:
        form = ORDERS[order].form
        values = order_values(results, numbers, measure, order).tolist()
        notes = ["failed" if value != value else form.format(value) for value in values]
    texts = aggregates.query_texts(results)
    return [_label(*parts) for parts in zip(results.query_ids, texts, notes, strict=True)]


def _label(query_id: str, text: str, note: str) -> str:
    shown = text if len(text) <= LABEL else text[: LABEL - 1] + "…"
    return "  ·  ".join(part for part in (query_id, shown, note) if part)
